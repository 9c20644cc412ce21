import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { isEvent } from "../support/receiver.ts";
import { send, sendAndWait, signatureOf } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import { knownPassword, signIn, type Visitor } from "./visitor.ts";

type App = { readonly name: string; readonly domains: readonly string[]; readonly options: object };

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let visitor: Visitor;
    let second: SecondAccount;
    let key: string;
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      second = await makeSecondAccount(house);
      visitor = await signIn(house);
      key = await visitor.key();
    });
    after(() => house.close());

    const post = (path: string, form: Readonly<Record<string, string>> = {}) =>
      visitor.post(`/app/settings/apps${path}`, { key, ...form });
    const appOf = async (clientId: string) =>
      ((await ask(house, `GET /api_app/${clientId}`)).json as { readonly api_app: App }).api_app;

    test("the tab lists each app with its client_id, domains and the state of its URL, and none of another account", async () => {
      const { text } = await visitor.get("/app/settings/apps");
      assert.match(
        text,
        new RegExp(
          `id="client-${house.clientId}">${house.clientId}</span><button type="button" class="tiny" hidden data-copy="client-${house.clientId}"`,
        ),
      );
      assert.match(text, /<span class="block">localhost<\/span>/);
      assert.match(text, /<span class="badge ok">Active<\/span>/);
      assert.ok(!text.includes(second.clientId));
      assert.match((await visitor.get("/app/settings")).text, /href="\/app\/settings\/apps">Apps<\/a>\./);
    });

    test("an app is made from the page as through the API, and its URL gets one test", async () => {
      const url = `${house.receiver.url}/made`;
      const { status, location, text } = await post("", {
        name: " Shop ",
        domains: "https://shop.example.com/pay\r\nexample.org, [::1]",
        url,
        everywhere: "on",
      });
      assert.equal(status, 303, text);
      const [, id = ""] = /^\/app\/settings\/apps\/([0-9a-f]{32})\?done=made$/.exec(location ?? "") ?? [];
      assert.match((await visitor.get(location ?? "")).text, /The app is made\./);
      const { name, domains, options } = await appOf(id);
      assert.deepEqual(
        [name, domains, options],
        ["Shop", ["shop.example.com", "example.org", "[::1]"], { can_insert_everywhere: true }],
      );
      await house.receiver.waitFor(isEvent("callback_test"));
      await house.quiet();
      assert.deepEqual(
        house.receiver.heard.filter(({ path }) => path === "/made").map(({ payload }) => payload.event.event_type),
        ["callback_test"],
      );
    });

    test("two apps of one name are told apart wherever one of them is chosen", async () => {
      const made = await post("", { name: "First app", domains: "localhost", url: `${house.receiver.url}/twin` });
      const [id = ""] = /[0-9a-f]{32}/.exec(made.location ?? "") ?? [];
      for (const path of ["/app/requests/new", "/app/events", "/app/callbacks/replay"]) {
        const { text } = await visitor.get(path);
        for (const one of [id, house.clientId]) assert.ok(text.includes(`First app (${one.slice(0, 8)}…)`), path);
      }
      await post(`/${id}/delete`);
      assert.doesNotMatch((await visitor.get("/app/requests/new")).text, /First app \(/);
    });

    const refusals: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
      ["no name", { name: " " }, /id="name-fault">Fill this in\./],
      ["a name that is too long", { name: "x".repeat(256) }, /id="name-fault">It is too long/],
      ["no domain", { domains: " " }, /id="domains-fault">Give at least one domain/],
      ["a domain that is none", { domains: "example.com a;b" }, /id="domains-fault">Each must be a host name/],
      [
        "too many domains",
        { domains: Array.from({ length: 11 }, (_, n) => `d${n}.test`).join("\n") },
        /id="domains-fault">It may have at most 10 items\./,
      ],
      ["a URL that is none", { url: "nonsense" }, /id="url-fault">It must be an http or https address/],
    ];
    for (const [what, form, words] of refusals) {
      test(`${what} is refused beside its field; what was typed is kept, and no app is made`, async () => {
        const before = await tracesOf(house);
        const typed = { name: "<b>New</b>", domains: "kept.example.com", url: "https://kept.example.com/", ...form };
        const { status, text } = await post("", typed);
        assert.equal(status, 400, text);
        assert.match(text, words);
        assert.match(text, /No app was made\./);
        const first = typed.domains.split("\n")[0]?.trim() ?? "";
        assert.ok(text.includes(first) && text.includes(`value="${typed.url}"`));
        assert.doesNotMatch(text, /<b>New/);
        assert.deepEqual(await tracesOf(house), before);
      });
    }

    test("name, domains and options of an app are changed on its page, and its colours and URL stay", async () => {
      const colours = { white_labeling_options: { header_background_color: "#112233" } };
      await ask(house, `PUT /api_app/${house.clientId}`, { json: colours });
      const before = await appOf(house.clientId);
      const answer = await post(`/${house.clientId}`, {
        name: "First",
        domains: "localhost\n127.0.0.1\nnew.test",
        everywhere: "on",
      });
      assert.equal(answer.location, `/app/settings/apps/${house.clientId}?done=changed`);
      const changed = {
        name: "First",
        domains: ["localhost", "127.0.0.1", "new.test"],
        options: { can_insert_everywhere: true },
      };
      assert.deepEqual(await appOf(house.clientId), { ...before, ...changed });
      const refused = await post(`/${house.clientId}`, { name: "", domains: "typed.test" });
      assert.equal(refused.status, 400);
      assert.match(refused.text, /Nothing was changed\..*id="name-fault">Fill this in\..*typed\.test/s);
      assert.deepEqual(await appOf(house.clientId), { ...before, ...changed });
    });

    test("an app is deleted after it was asked once more; its requests are signed and called back as before", async () => {
      const shown = await sendAndWait(house);
      const asked = await visitor.get(`/app/settings/apps/${house.clientId}/delete`);
      assert.match(asked.text, /Requests that were made with it live on\./);
      assert.equal((await post(`/${house.clientId}/delete`)).location, "/app/settings/apps?done=deleted");
      const { text } = await visitor.get("/app/settings/apps?done=deleted");
      assert.match(text, /The app is deleted\./);
      assert.ok(!text.includes(house.clientId));
      assert.equal((await visitor.get(`/app/settings/apps/${house.clientId}`)).status, 404);
      assert.equal((await send(house)).status, 400);
      await sign(house, signatureOf(shown).signature_id);
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_all_signed",
        "signature_request_downloadable",
      ]);
    });

    test("another account's apps are nowhere, and without the session's key nothing is done", async () => {
      const before = await tracesOf(house);
      const their = `/app/settings/apps/${second.clientId}`;
      for (const page of ["", "/brand", "/delete"]) assert.equal((await visitor.get(their + page)).status, 404, page);
      const form = { name: "Mine", domains: "mine.test" };
      for (const action of ["", "/brand", "/brand/reset", "/delete"]) {
        assert.equal((await post(`/${second.clientId}${action}`, form)).status, 404, action);
        assert.equal((await visitor.post(their + action, form)).status, 403, action);
      }
      assert.equal((await visitor.post("/app/settings/apps", form)).status, 403);
      assert.deepEqual(await tracesOf(house), before);
    });
  });
}
