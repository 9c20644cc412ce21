import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { limits } from "../../src/base/limits.ts";
import { ask } from "../support/ask.ts";
import { grounds, type House } from "../support/house.ts";
import { mailedLinkOf, openPage, type Page, signUrlOf } from "../support/page.ts";
import { ann, bob, edit, sendAndWait, signatureOf } from "../support/requests.ts";

type Said = {
  readonly ok: boolean;
  readonly state?: string;
  readonly needs?: string;
  readonly code?: string;
  readonly says?: { readonly key: string };
  readonly url?: string;
};

/** A provider of electronic identification whose answers a test says. */
type EidHouse = {
  readonly url: string;
  /** How often it was asked how an identification stands. */
  looks: number;
  /** The addresses to which browsers return, in order. */
  readonly returns: string[];
  begin: readonly [status: number, body: string];
  look: readonly [status: number, body: string];
  /** Milliseconds that it thinks about how one stands. */
  lookMs: number;
  readonly close: () => void;
};

const go = [200, JSON.stringify({ url: "https://eid.example.com/go" })] as const;

async function startEidHouse(): Promise<EidHouse> {
  const state = { looks: 0, returns: [] as string[], begin: go as EidHouse["begin"], look: standing({}), lookMs: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const isBegin = request.method === "POST";
      if (isBegin) {
        const asked = JSON.parse(Buffer.concat(chunks).toString()) as { readonly return_url: string };
        state.returns.push(asked.return_url);
      } else state.looks += 1;
      const [status, body] = isBegin ? state.begin : state.look;
      const tell = () => response.writeHead(status, { "content-type": "application/json" }).end(body);
      setTimeout(tell, isBegin ? 0 : state.lookMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
}

function standing(body: object): EidHouse["look"] {
  return [200, JSON.stringify({ state: "pending", ...body })];
}

for (const ground of grounds()) {
  describe(`a provider of electronic identification, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let provider: EidHouse;
    before(async () => {
      provider = await startEidHouse();
      house = await ground.open({ COUNTERSIGN_EID_URL: provider.url });
    });
    after(async () => {
      await house.close();
      provider.close();
    });

    /** A tab that has been led to the provider. */
    async function onItsWay({ mailed = false }: { readonly mailed?: boolean } = {}) {
      Object.assign(provider, { begin: go, look: standing({}), lookMs: 0 });
      const request = await sendAndWait(house, { is_eid: true, test_mode: false, mailed });
      const { signature_request_id: requestId } = request;
      const { signature_id: signatureId } = signatureOf(request);
      const link = mailed
        ? await mailedLinkOf(house, { requestId, to: ann.email_address })
        : (await signUrlOf(house, signatureId)).sign_url;
      const page = openPage(house, { link });
      const { pathname, search } = new URL(link);
      const identify = async ({ token, tab }: Pick<Page, "token" | "tab"> = page): Promise<Said> => {
        const response = await fetch(`${house.url}/sign-api/identify`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}.${tab}` },
          body: JSON.stringify({ returnTo: pathname + search }),
        });
        return (await response.json()) as Said;
      };
      const claim = async (): Promise<Said> => page.claim();
      assert.equal((await claim()).needs, "eid");
      const { url } = await identify();
      assert.equal(url, "https://eid.example.com/go");
      const returnUrl = provider.returns.at(-1) ?? "";
      const comeBack = async () => {
        const told = await fetch(returnUrl, { redirect: "manual" });
        const [, code] = (told.headers.get("location") ?? "").split("#identified=");
        if (code !== undefined) await page.enter(code);
        return told;
      };
      return { requestId, signatureId, link, page, claim, identify, comeBack };
    }

    test("who comes back twice at once is let in twice", async () => {
      const { comeBack, claim } = await onItsWay();
      Object.assign(provider, { look: standing({ state: "identified", person: "Ann", reference: "1" }), lookMs: 200 });
      const ways = (await Promise.all([comeBack(), comeBack(), comeBack()])).map(({ headers }) =>
        headers.get("location"),
      );
      assert.match(ways[0] ?? "", /#identified=/);
      assert.deepEqual(new Set(ways).size, 1);
      assert.equal((await claim()).state, "open");
    });

    test("words that no database takes are kept without what it refuses, and the signer is identified", async () => {
      const { requestId, claim, comeBack } = await onItsWay();
      provider.look = [200, '{ "state": "identified", "person": "ANN\\u0000LEE", "reference": "r \\ud83d" }'];
      assert.equal((await comeBack()).status, 303);
      assert.equal((await claim()).state, "open");
      const { facts_json: facts } = await house.store.read
        .selectFrom("trail")
        .select("facts_json")
        .where("request_id", "=", requestId)
        .where("kind", "=", "identified")
        .executeTakeFirstOrThrow();
      assert.match(facts ?? "", /ANN\ufffdLEE, by 127\.0\.0\.1, reference r \ufffd/);
    });

    test("what goes wrong on the way back is told on a page, and the way is open once the provider answers", async () => {
      const { claim, comeBack } = await onItsWay();
      for (const look of [
        [503, ""],
        [200, "<html>"],
        [200, "{}"],
      ] as const) {
        provider.look = look;
        const told = await comeBack();
        assert.deepEqual([told.status, told.headers.get("content-type")], [503, "text/html; charset=utf-8"]);
        assert.match(await told.text(), /does not say just now how it went[\s\S]*Try again/);
      }
      for (const path of ["/eid/done/", "/eid/development/"])
        for (const token of ["0".repeat(64), "%00", "x"]) {
          const told = await fetch(house.url + path + token);
          assert.deepEqual([told.status, told.headers.get("content-type")], [404, "text/html; charset=utf-8"]);
          assert.match(await told.text(), /This identification is over/);
        }
      provider.look = standing({ state: "identified", person: "ANN LEE", reference: "r-1" });
      assert.equal((await comeBack()).status, 303);
      assert.equal((await claim()).state, "open");
    });

    test("a provider that cannot begin is said to be unavailable; one signer begins ten at most within an hour", async () => {
      const { signatureId, identify } = await onItsWay();
      for (const begin of [
        [503, ""],
        [200, "<html>"],
        [200, '{ "url": "javascript:alert(1)" }'],
      ] as const) {
        provider.begin = begin;
        assert.equal((await identify()).code, "unavailable");
      }
      provider.begin = go;
      for (let begun = 4; begun < limits.eidsMost; begun += 1) assert.equal((await identify()).ok, true);
      const asked = provider.returns.length;
      const refused = await identify();
      assert.deepEqual([refused.code, refused.says?.key], ["unavailable", "gate.tooMany"]);
      assert.equal(provider.returns.length, asked);
      await house.store.transact(async (tx) => {
        const before = Date.now() - limits.eidsWithinMs - 1000;
        const mine = tx.updateTable("identifications").set({ created_at: before });
        await mine.where("signature_id", "=", signatureId).execute();
      });
      assert.equal((await identify()).ok, true);
    });

    test("a mailed link whose gate one tab has passed stays shut for every other, and does not begin in its name", async () => {
      const { link, page, identify, comeBack } = await onItsWay({ mailed: true });
      const other = openPage(house, { link });
      assert.equal((await identify(other)).code, "code_needed");
      provider.look = standing({ state: "identified", person: "ANN LEE", reference: "r-1" });
      await comeBack();
      assert.deepEqual(await page.save({}), { saved: true });
      for (const said of [await other.save({}), await other.decline("No")])
        assert.ok("code" in said && said.code === "code_needed");
    });

    test("how a signer was identified goes with them: when another takes their place, and when the request is edited", async () => {
      const changes = [
        ({ requestId: id, signatureId }: { readonly requestId: string; readonly signatureId: string }) =>
          ask(house, `POST /signature_request/update/${id}`, {
            json: { signature_id: signatureId, email_address: bob.email_address, name: bob.name },
          }),
        ({ requestId: id }: { readonly requestId: string }) =>
          edit(house, { id, mailed: true, is_eid: true, test_mode: false }),
      ];
      for (const change of changes) {
        const { requestId, signatureId, comeBack } = await onItsWay({ mailed: true });
        const kept = house.store.read.selectFrom("identifications").select("words").where("request_id", "=", requestId);
        provider.look = standing({ state: "failed", words: "Not Ann." });
        await comeBack();
        assert.deepEqual(await kept.execute(), [{ words: "Not Ann." }]);
        assert.equal((await change({ requestId, signatureId })).status, 200);
        assert.deepEqual(await kept.execute(), []);
      }
    });
  });
}
