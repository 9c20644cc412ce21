import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { ApiApp } from "../../src/wire/api-app.ts";
import { ListInfo, Warning } from "../../src/wire/shapes.ts";
import { type Asking, ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { requestOf, send, sendAndWait } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";

const OneApp = Type.Object({ api_app: ApiApp, warnings: Type.Optional(Type.Array(Warning)) });
const Apps = Type.Object({ api_apps: Type.Array(ApiApp), list_info: ListInfo });

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;
    let made = 0;

    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
    });

    after(() => house.close());

    async function app(on: string, asking: Asking = {}) {
      return readAs(OneApp, await ask(house, on, asking)).api_app;
    }

    function newApp(more: object = {}) {
      made += 1;
      return app("POST /api_app", { json: { name: `App ${made}`, domains: ["example.com"], ...more } });
    }

    test("apiAppCreate answers 201 with an app of its own id, seen by its owner whole", async () => {
      const asked = {
        name: "  Whole app ",
        domains: ["example.com", "https://Sign.Example.org:8443/path", "localhost"],
        oauth: { callback_url: "https://example.com/oauth", scopes: ["basic_account_info", "request_signature"] },
        options: { can_insert_everywhere: true },
        white_labeling_options: { link_color: "#0061FE", legal_version: "terms2" },
      };
      const answer = await ask(house, "POST /api_app", { json: asked });
      assert.equal(answer.status, 201);
      const { api_app: shown } = readAs(OneApp, answer);

      assert.match(shown.client_id, /^[0-9a-f]{32}$/);
      assert.equal(shown.name, "Whole app");
      assert.deepEqual(shown.domains, ["example.com", "sign.example.org", "localhost"]);
      assert.match(shown.oauth?.secret ?? "", /^[0-9a-f]{32}$/);
      assert.deepEqual(shown.oauth?.scopes, asked.oauth.scopes);
      assert.deepEqual(shown.options, { can_insert_everywhere: true });
      const { white_labeling_options: colours } = shown;
      assert.deepEqual({ ...colours, ...asked.white_labeling_options }, colours);
      assert.deepEqual([Object.keys(colours ?? {}).length, colours?.header_background_color], [14, "#1a1a1a"]);
      assert.equal(shown.callback_url, null);
      assert.equal(shown.owner_account.email_address, "admin@localhost");
      assert.deepEqual(await app(`GET /api_app/${shown.client_id}`), shown);
    });

    test("an app made with a callback_url gets one callback_test of its own, and one without gets none", async () => {
      const { receiver } = house;
      receiver.heard.length = 0;
      const { client_id, callback_url } = await newApp({ callback_url: `${receiver.url}/new` });
      await newApp();
      await house.quiet();

      assert.equal(callback_url, `${receiver.url}/new`);
      assert.deepEqual(receiver.types(), ["callback_test"]);
      assert.equal(receiver.heard[0]?.path, "/new");
      assert.equal(receiver.heard[0]?.payload.event.event_metadata.reported_for_app_id, client_id);
    });

    test("apiAppUpdate changes the members that are given and no others; empty values clear", async () => {
      const oauth = { callback_url: "https://example.com/oauth", scopes: ["request_signature"] };
      const first = await newApp({ oauth, white_labeling_options: { link_color: "#112233" } });
      const put = (json: object) => app(`PUT /api_app/${first.client_id}`, { json });

      assert.deepEqual(await put({}), first);
      assert.deepEqual(await put({ name: " Renamed app " }), { ...first, name: "Renamed app" });
      assert.deepEqual((await put({ domains: ["a.example", "b.example"] })).domains, ["a.example", "b.example"]);
      assert.equal((await put({ options: { can_insert_everywhere: true } })).options?.can_insert_everywhere, true);
      const { white_labeling_options: colours } = await put({ white_labeling_options: { text_color1: "#445566" } });
      assert.deepEqual([colours?.link_color, colours?.text_color1], ["#112233", "#445566"]);
      const last = await put({
        oauth: { callback_url: "", scopes: [""] },
        white_labeling_options: { reset_to_default: true },
      });
      assert.equal(last.oauth, null);
      assert.equal(last.white_labeling_options, null);
      assert.equal(last.name, "Renamed app");
      assert.deepEqual(await app(`GET /api_app/${first.client_id}`), last);
    });

    test("multipart from the official SDK is read, and a logo that is no picture is refused by its name", async () => {
      const form = new FormData();
      form.set("domains", JSON.stringify(["example.com"]));
      form.set("name", "SDK app");
      form.set("custom_logo_file", new Blob(["a picture"]), "logo.png");
      form.set("white_labeling_options", JSON.stringify({ link_color: "#0061fe" }));
      assert.deepEqual(faultOf(await ask(house, "POST /api_app", { form })), [400, "bad_request", "custom_logo_file"]);
      form.delete("custom_logo_file");
      const { api_app, warnings } = readAs(OneApp, await ask(house, "POST /api_app", { form }));

      assert.deepEqual([api_app.name, warnings], ["SDK app", undefined]);
      const { files } = await tracesOf(house);
      assert.deepEqual(files, []);
    });

    test("bad parameters are refused with their path, and nothing is made or changed", async () => {
      const { client_id, name } = await newApp();
      const before = await tracesOf(house);
      const domains = ["example.com"];
      const wrong: readonly (readonly [object, string])[] = [
        [{ domains }, "name"],
        [{ name: "", domains }, "name"],
        [{ name: "   ", domains }, "name"],
        [{ name: "a".repeat(256), domains }, "name"],
        [{ name: "No domains" }, "domains"],
        [{ name: "No domains", domains: [] }, "domains"],
        [{ name: "Many", domains: Array.from({ length: 11 }, (_, n) => `${n}.example.com`) }, "domains"],
        [{ name: "Blank", domains: ["example.com", ""] }, "domains[1]"],
        [{ name: "Bad", domains: ["*.example.com"] }, "domains[0]"],
        [{ name: "Bad", domains: ["exa mple"] }, "domains[0]"],
        [{ name: "Bad", domains, callback_url: "javascript:alert(1)" }, "callback_url"],
        [{ name: "Bad", domains, oauth: { callback_url: "https://example.com" } }, "oauth[scopes]"],
        [{ name: "Bad", domains, oauth: { scopes: ["request_signature"] } }, "oauth[callback_url]"],
        [{ name: "Bad", domains, oauth: { callback_url: "x", scopes: ["request_signature"] } }, "oauth[callback_url]"],
        [{ name: "Bad", domains, oauth: { callback_url: "https://a.b", scopes: ["root"] } }, "oauth[scopes][0]"],
        [{ name: "Bad", domains, options: { can_insert_everywhere: "maybe" } }, "options[can_insert_everywhere]"],
        [
          { name: "Bad", domains, white_labeling_options: { link_color: "blue" } },
          "white_labeling_options[link_color]",
        ],
        [{ name: "Bad", domains, white_labeling_options: "{" }, "white_labeling_options"],
      ];

      for (const [json, path] of wrong) {
        const answer = await ask(house, "POST /api_app", { json });
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], JSON.stringify(json).slice(0, 100));
      }
      const renamed = await newApp();
      for (const [json, path] of [
        [{ name: "a".repeat(256) }, "name"],
        [{ name: " " }, "name"],
        [{ domains: [] }, "domains"],
        [{ callback_url: "nowhere" }, "callback_url"],
      ] as const) {
        const answer = await ask(house, `PUT /api_app/${renamed.client_id}`, { json });
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], JSON.stringify(json));
      }
      assert.deepEqual(await app(`GET /api_app/${renamed.client_id}`), renamed);
      assert.equal((await app(`GET /api_app/${client_id}`)).name, name);
      assert.deepEqual(await tracesOf(house), { ...before, api_apps: Number(before.api_apps) + 1 });
    });

    test("apiAppDelete answers 204 with no body; the app is gone, its requests live and call back on", async () => {
      const { client_id } = await newApp();
      const { signature_request_id: id } = await sendAndWait(house, { client_id });
      const gone = await ask(house, `DELETE /api_app/${client_id}`, {
        headers: { "content-type": "application/json" },
      });
      assert.deepEqual([gone.status, gone.bytes.length], [204, 0]);

      for (const on of ["GET", "DELETE"])
        assert.deepEqual(faultOf(await ask(house, `${on} /api_app/${client_id}`)), [404, "not_found"]);
      const put = await ask(house, `PUT /api_app/${client_id}`, { json: { name: "Back again" } });
      assert.deepEqual(faultOf(put), [404, "not_found"]);
      assert.deepEqual(faultOf(await send(house, { client_id })), [400, "bad_request", "client_id"]);

      assert.equal(requestOf(await ask(house, `GET /signature_request/${id}`)).client_id, client_id);
      assert.equal((await ask(house, `POST /signature_request/cancel/${id}`)).status, 200);
      await house.quiet();
      assert.deepEqual(house.receiver.types(id), ["signature_request_sent", "signature_request_canceled"]);
    });

    test("apiAppList pages through the account's apps, newest first, each once", async () => {
      const list = async (query: string) => readAs(Apps, await ask(house, `GET /api_app/list${query}`));
      const { api_apps: all, list_info } = await list("?page_size=100");
      assert.deepEqual(list_info, { page: 1, num_pages: 1, num_results: all.length, page_size: 100 });
      assert.ok(all.length > 3 && all.every(({ client_id }) => client_id !== other.clientId));
      const times = all.map(({ created_at }) => created_at);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => b - a),
      );

      const pages = [];
      for (let page = 1; page <= Math.ceil(all.length / 3); page += 1)
        pages.push(...(await list(`?page=${page}&page_size=3`)).api_apps);
      assert.deepEqual(pages, all);
      const past = await list("?page=900&page_size=3");
      assert.deepEqual([past.api_apps, past.list_info.page, past.list_info.num_results], [[], 900, all.length]);
      assert.equal((await list("?page=&page_size=")).list_info.page_size, 20);
    });

    test("a page that cannot be is refused", async () => {
      for (const [query, path] of [
        ["page=0", "page"],
        ["page=-1", "page"],
        ["page=one", "page"],
        ["page_size=0", "page_size"],
        ["page_size=101", "page_size"],
        ["page_size=1.5", "page_size"],
      ]) {
        const answer = await ask(house, `GET /api_app/list?${query}`);
        assert.deepEqual(faultOf(answer), [400, "bad_request", path], query);
      }
    });

    test("another account's app is a 404 like one that never was, and stays as it is", async () => {
      const theirs = await ask(house, `GET /api_app/${other.clientId}`, { key: other.apiKey });
      for (const id of [other.clientId, "0".repeat(32), "x"]) {
        for (const on of ["GET", "DELETE"])
          assert.deepEqual(faultOf(await ask(house, `${on} /api_app/${id}`)), [404, "not_found"]);
        const put = await ask(house, `PUT /api_app/${id}`, { json: { name: "Mine now" } });
        assert.deepEqual(faultOf(put), [404, "not_found"]);
        assert.equal(wordsOf(put), wordsOf(await ask(house, `GET /api_app/${"0".repeat(32)}`)));
      }
      assert.deepEqual((await ask(house, `GET /api_app/${other.clientId}`, { key: other.apiKey })).json, theirs.json);
      assert.deepEqual(faultOf(await send(house, { client_id: other.clientId })), [400, "bad_request", "client_id"]);
    });

    test("apps may have the same name, of one account or of two, and each goes by its client_id", async () => {
      const { name, client_id: first } = await newApp();
      const twin = await ask(house, "POST /api_app", { json: { name, domains: ["localhost"] } });
      assert.equal(twin.status, 201, twin.bytes.toString());
      const { client_id: second } = (twin.json as { readonly api_app: { readonly client_id: string } }).api_app;
      const { client_id: third } = await newApp();
      assert.equal((await ask(house, `PUT /api_app/${third}`, { json: { name } })).status, 200);
      assert.equal(new Set([first, second, third]).size, 3);
      const theirs = await ask(house, "POST /api_app", { key: other.apiKey, json: { name, domains: ["localhost"] } });
      assert.equal(theirs.status, 201);
    });

    test("a request of an app without a callback_url calls back the account alone", async () => {
      const { client_id } = await newApp();
      const { signature_request_id: id } = await sendAndWait(house, { client_id });
      await house.quiet();
      assert.deepEqual(house.receiver.types(id, "/account"), ["signature_request_sent"]);
      assert.deepEqual(house.receiver.types(id), ["signature_request_sent"]);
      const { signature_request_id: without } = await sendAndWait(house, { mailed: true });
      assert.deepEqual(await eventsOf(house, without), ["signature_request_sent"]);
    });
  });
}
