import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createDatabase, findCluster } from "../storage/cluster.ts";
import { ask, read } from "../support/ask.ts";
import { newTab } from "../support/page.ts";
import { acknowledge, startReceiver } from "../support/receiver.ts";
import { ann, formOf, onePage } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

type Ground = {
  readonly name: string;
  readonly skip: string | false;
  readonly place: () => Promise<{ readonly env: Readonly<Record<string, string>>; readonly drop: () => Promise<void> }>;
};

const cluster = findCluster();
const grounds: readonly Ground[] = [
  { name: "SQLite", skip: false, place: async () => ({ env: {}, drop: async () => {} }) },
  {
    name: "PostgreSQL",
    skip: cluster.kind === "none" ? cluster.why : false,
    place: async () => {
      const { url, drop } = await createDatabase();
      return { env: { DATABASE_URL: url }, drop };
    },
  },
];

for (const ground of grounds) {
  describe(ground.name, { skip: ground.skip }, () => {
    let server: TestServer;
    let close: () => Promise<void>;
    let signUrl: string;

    before(async () => {
      const { env, drop } = await ground.place();
      server = await startTestServer({ ...env, COUNTERSIGN_LOG: "info" });
      const receiver = await startReceiver();
      receiver.answer = ({ payload }) =>
        payload.event.event_type === "callback_test" ? { status: 500, body: "" } : acknowledge();
      close = async () => {
        await server.stop();
        await receiver.close();
        await drop();
      };
      await ask(server, "PUT /account", { json: { callback_url: receiver.url.replace("//", "//hook:pa55word@") } });
      const form = formOf([onePage], { client_id: server.clientId, test_mode: true, signers: [ann] });
      const made = (await ask(server, "POST /signature_request/create_embedded", { form })).json as {
        signature_request: { signature_request_id: string; signatures: [{ signature_id: string }] };
      };
      const { signature_request_id: id, signatures } = made.signature_request;
      await receiver.waitFor(({ payload }) => payload.signature_request?.signature_request_id === id);
      const answer = await ask(server, `GET /embedded/sign_url/${signatures[0].signature_id}`);
      signUrl = (answer.json as { embedded: { sign_url: string } }).embedded.sign_url;
    });

    after(() => close());

    const call = (method: string, path: string, body: string, bearer = "") =>
      fetch(server.url + path, {
        method,
        headers: { "content-type": "application/json", ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
        body,
      });

    test("pages with a token in their address ask the browser to keep it, and are stored nowhere", async () => {
      for (const url of [signUrl, `${server.url}/sign/${newTab()}`]) {
        const { status, headers } = await read(await fetch(url));
        assert.equal(status, 200);
        assert.equal(headers.get("referrer-policy"), "no-referrer");
        assert.equal(headers.get("cache-control"), "no-store");
        assert.equal(headers.get("set-cookie"), null);
        assert.equal(headers.get("x-content-type-options"), "nosniff");
        assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'; script-src 'self'/);
      }
      const claim = await call(
        "POST",
        "/sign-api/claim",
        JSON.stringify({ kind: "mail", token: newTab(), tab: newTab() }),
      );
      assert.equal(claim.headers.get("cache-control"), "no-store");
    });

    test("no token, tab, key or password is ever written to the log, whatever goes wrong", async () => {
      const token = new URL(signUrl).searchParams.get("token") ?? "";
      const tab = newTab();
      const bearer = `${token}.${tab}`;
      const claim = { kind: "embedded", token, tab, clientId: server.clientId, parentOrigin: null };
      const answers = JSON.stringify({ answers: { secret_field: "s3cret answer" } });
      for (const body of [JSON.stringify(claim), JSON.stringify({ ...claim, tab: newTab() }), `{"token":"${token}"`])
        await call("POST", "/sign-api/claim", body);
      await call("PUT", "/sign-api/answers", answers, bearer);
      await call("POST", "/sign-api/finish", answers, bearer);
      await call("POST", "/sign-api/finish", "x".repeat(100), bearer);
      await call("DELETE", `/sign/${token}`, "");
      for (const path of [
        `/sign/${token}`,
        `/v3/signature_request/${token}`,
        `/nowhere/${token}`,
        `/files/x?key=${token}`,
      ])
        await fetch(server.url + path);
      for (const key of [null, "0".repeat(64)]) await ask(server, "GET /account", { key });
      await fetch(`${server.url}/editor/embeddedSign?token=${token}&token=${token}`);

      const banner = "The password and the key are shown this once.";
      const logged = server.output().split(banner).at(-1) ?? "";
      assert.ok(server.output().includes(banner));
      assert.match(logged, /a callback was not acknowledged/);
      for (const secret of [token, tab, server.apiKey, "pa55word", "s3cret answer"])
        assert.ok(!logged.includes(secret), `the log holds ${secret.slice(0, 8)}…`);
    });
  });
}
