import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { newTab, signUrlOf } from "../support/page.ts";
import { ann, bob, send, sendAndWait, signatureOf, untilState } from "../support/requests.ts";

const eid = { is_eid: true, test_mode: false };
type Said = {
  readonly ok: boolean;
  readonly state?: string;
  readonly needs?: string;
  readonly code?: string;
  readonly session?: string;
  readonly notice?: { readonly key: string } | null;
  readonly url?: string;
};

for (const ground of grounds()) {
  describe(`signers are identified (is_eid), on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const say = async (path: string, body: object, bearer?: string): Promise<Said> => {
      const response = await fetch(`${house.url}/sign-api/${path}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Said;
    };

    /** A tab at the gate of a new request. */
    async function atGate() {
      const request = await sendAndWait(house, eid);
      const signUrl = new URL((await signUrlOf(house, signatureOf(request).signature_id)).sign_url);
      const token = signUrl.searchParams.get("token") ?? "";
      const claim = (tab: string) =>
        say("claim", { kind: "embedded", token, tab, clientId: house.clientId, parentOrigin: "http://localhost" });
      const tab = newTab();
      const first = await claim(tab);
      const returnTo = signUrl.pathname + signUrl.search;
      const identify = () => say("identify", { returnTo }, `${token}.${tab}`);
      return { request, token, tab, first, returnTo, identify, claim: () => claim(tab) };
    }

    /** Enters the proof that the browser has brought back. */
    const enter = ({ token, tab }: { readonly token: string; readonly tab: string }, back: string | null) =>
      say("code", { code: back?.split("#identified=")[1] ?? "" }, `${token}.${tab}`);

    const end = async (url: string, how: "confirm" | "fail") => {
      const there = await fetch(`${url}/${how}`, { method: "POST", redirect: "manual" });
      const done = await fetch(new URL(there.headers.get("location") ?? "", house.url), { redirect: "manual" });
      return { back: done.headers.get("location"), doneAt: there.headers.get("location") ?? "" };
    };

    test("nothing of the document is shown before; who is identified goes on, and the trail and the page of the trail tell it", async () => {
      const { request, token, tab, first, returnTo, identify, claim } = await atGate();
      assert.deepEqual([first.state, first.needs, first.notice], ["gate", "eid", null]);
      assert.ok(!("pages" in first));
      assert.equal((await enter({ token, tab }, "#identified=1")).code, "unavailable");
      const { url = "" } = await identify();
      assert.match(await (await fetch(url)).text(), /Development identification[\s\S]*Ann Lee/);
      assert.equal((await claim()).needs, "eid");

      const { back, doneAt } = await end(url, "confirm");
      assert.match(back ?? "", /#identified=\w{40}$/);
      assert.equal(back?.split("#")[0], returnTo);
      assert.equal((await claim()).needs, "eid", "whoever has not come back stays outside");
      assert.equal((await enter({ token, tab }, back)).state, "open");
      assert.equal((await claim()).state, "open");
      const again = await fetch(new URL(doneAt, house.url), { redirect: "manual" });
      assert.deepEqual([again.status, again.headers.get("location")], [303, back]);
      const trail = await house.store.read
        .selectFrom("trail")
        .select(["kind", "who", "facts_json"])
        .where("request_id", "=", request.signature_request_id)
        .where("kind", "=", "identified")
        .execute();
      assert.equal(trail.length, 1);
      assert.match(trail[0]?.facts_json ?? "", /Ann Lee, by development identification, reference [0-9a-f-]{36}/);
      assert.equal(trail[0]?.who, "Ann Lee (ann@example.com)");
      assert.deepEqual(await eventsOf(house, request.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
      ]);
    });

    test("who is not identified stays outside: one signature_request_incomplete_qes about the signature, and another try", async () => {
      const { request, token, tab, identify, claim } = await atGate();
      const { url = "" } = await identify();
      const { doneAt } = await end(url, "fail");
      await fetch(new URL(doneAt, house.url), { redirect: "manual" });
      const { signature_request_id: id } = request;
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_incomplete_qes"]);
      assert.equal(messageOf(house, id), "The development identification was failed.");
      const heard = house.receiver.heard.find(
        ({ payload }) => payload.event.event_type === "signature_request_incomplete_qes",
      );
      const signature = signatureOf(request);
      assert.equal(heard?.payload.event.event_metadata.related_signature_id, signature.signature_id);
      assert.equal(heard?.payload.signature_request?.signatures[0]?.status_code, "awaiting_signature");

      const again = await claim();
      assert.deepEqual([again.needs, again.notice?.key], ["eid", "gate.eidFailed"]);
      const { url: second = "" } = await identify();
      const { back } = await end(second, "confirm");
      assert.equal((await enter({ token, tab }, back)).state, "open");
    });

    test("another tab passes the gate anew, and one that is not at the gate cannot go; the way back stays on this server", async () => {
      const { token, tab, identify, returnTo } = await atGate();
      const { url = "" } = await identify();
      const bearer = `${token}.${tab}`;
      for (const evil of ["//evil.example/sign/", "https://evil.example/", "/sign/x\\@evil", "/app/events"])
        assert.notEqual((await say("identify", { returnTo: evil }, bearer)).ok, true, evil);
      assert.equal((await say("identify", { returnTo }, `${token}.${newTab()}`)).code, "sign_url_invalid");
      const { back } = await end(url, "confirm");
      const elsewhere = await atGate();
      assert.equal((await enter(elsewhere, back)).code, "unavailable");
      assert.equal((await enter({ token, tab }, back)).state, "open");
      assert.equal((await say("identify", { returnTo }, bearer)).code, "unavailable");
      assert.equal((await fetch(`${house.url}/eid/development/${"0".repeat(64)}`)).status, 404);
      assert.equal((await fetch(`${house.url}/eid/done/${"0".repeat(64)}`)).status, 404);
    });

    test("is_eid goes with one signer and without test mode; is_qualified_signature is ignored", async () => {
      const refused = [
        { ...eid, test_mode: true },
        { ...eid, signers: [ann, bob] },
      ];
      for (const given of refused) assert.deepEqual(faultOf(await send(house, given)), [400, "bad_request", "is_eid"]);
      const plain = await sendAndWait(house, { is_qualified_signature: true });
      await untilState(house, { id: plain.signature_request_id, not: ["processing"] });
      assert.equal((await ask(house, `GET /signature_request/${plain.signature_request_id}`)).status, 200);
    });
  });
}

const [sqlite] = grounds();

describe("identification elsewhere", { skip: sqlite?.skip ?? false }, () => {
  test("a server that others reach, without a provider, refuses is_eid in words that name the setting", async () => {
    assert.ok(sqlite);
    const house = await sqlite.open({ COUNTERSIGN_URL: "https://sign.example.com" });
    const refused = await send(house, eid);
    await house.close();
    assert.deepEqual(faultOf(refused), [403, "forbidden"]);
    assert.match(wordsOf(refused), /COUNTERSIGN_EID_URL/);
  });

  test("a provider over HTTP is asked where to go and how it went", async () => {
    assert.ok(sqlite);
    const told: string[] = [];
    let state: object = { state: "pending" };
    const provider = createServer((request, response) => {
      request.on("data", (chunk: Buffer) => told.push(chunk.toString()));
      request.on("end", () => {
        told.push(`${request.method} ${request.url}`);
        response.end(JSON.stringify(request.method === "POST" ? { url: "https://eid.example.com/go" } : state));
      });
    });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    const { port } = provider.address() as AddressInfo;
    const house = await sqlite.open({ COUNTERSIGN_EID_URL: `http://127.0.0.1:${port}` });
    const request = await sendAndWait(house, eid);
    const signUrl = new URL((await signUrlOf(house, signatureOf(request).signature_id)).sign_url);
    const [token, tab] = [signUrl.searchParams.get("token") ?? "", newTab()];
    const say = async (path: string, body: object) =>
      (await (
        await fetch(`${house.url}/sign-api/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}.${tab}` },
          body: JSON.stringify(body),
        })
      ).json()) as Said;
    const claim = { kind: "embedded", token, tab, clientId: house.clientId, parentOrigin: "http://localhost" };
    await say("claim", claim);
    const { url } = await say("identify", { returnTo: signUrl.pathname + signUrl.search });
    assert.equal(url, "https://eid.example.com/go");
    const asked = JSON.parse(told[0] ?? "") as Readonly<Record<string, string>>;
    assert.deepEqual([asked.name, asked.email], ["Ann Lee", "ann@example.com"]);
    await fetch(asked.return_url ?? "", { redirect: "manual" });
    assert.equal((await say("claim", claim)).needs, "eid");
    state = { state: "identified", person: "ANN LEE", reference: "r-1" };
    const back = (await fetch(asked.return_url ?? "", { redirect: "manual" })).headers.get("location") ?? "";
    assert.equal((await say("code", { code: back.split("#identified=")[1] })).state, "open");
    assert.deepEqual(told.slice(1), ["POST /identifications", ...Array(2).fill(`GET /identifications/${asked.id}`)]);
    await house.close();
    provider.closeAllConnections();
    provider.close();
  });
});

describe("identification in a browser", needingChromium, () => {
  const windows = windowsOf();

  test("a mailed link leads to the identification and back, fails in words, and opens the document when it is confirmed", async () => {
    assert.ok(sqlite);
    const house = await openHeardHouse(sqlite);
    await sendAndWait(house, { ...eid, mailed: true });
    const letter = await house.store.read.selectFrom("letters").select("text_body").executeTakeFirstOrThrow();
    const [link = ""] = /http:\S+\/sign\/\S+/.exec(letter.text_body) ?? [];
    const page = await windows.open({ viewport: { width: 360, height: 740 } });
    await page.goto(link);
    await page.getByRole("heading", { level: 1 }).and(page.locator(":focus")).waitFor();
    // The way there takes its time: whoever presses again meanwhile is identified once.
    const arrived = Promise.withResolvers<void>();
    const asked: string[] = [];
    page.on("request", (request) => request.url().endsWith("/sign-api/identify") && asked.push(request.url()));
    await page.route("**/eid/development/*", async (route) => {
      await arrived.promise;
      await route.continue();
    });
    const leaving = page.waitForRequest("**/eid/development/*");
    const at = await page.getByRole("button", { name: "Identify yourself" }).boundingBox();
    await page.mouse.click((at?.x ?? 0) + 20, (at?.y ?? 0) + 10);
    await leaving;
    await page.mouse.click((at?.x ?? 0) + 20, (at?.y ?? 0) + 10);
    arrived.resolve();
    await page.getByRole("heading", { name: "Development identification" }).waitFor();
    assert.equal(asked.length, 1);
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole("button", { name: "Fail" }).click();
    await page.getByText("Your identification was not completed.").waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole("button", { name: "Identify yourself" }).click();
    await page.getByRole("button", { name: "Confirm identity" }).click();
    await page.getByRole("button", { name: "Start" }).waitFor();
    await windows.close();
    await house.close();
  });
});
