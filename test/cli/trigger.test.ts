import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type EventType, eventKinds } from "../../src/events/catalog.ts";
import { type PostOffice, startPostOffice } from "../support/post-office.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { runCommand } from "./terminal.ts";

/** What does not happen at once, with the exit code that says so. */
const later: Readonly<Partial<Record<EventType, readonly [code: number, words: RegExp]>>> = {
  // Its letter goes out by mail here; where the inbox keeps it, the next test.
  account_confirmed: [3, /comes when its holder sets a password/],
};

describe("countersign trigger", () => {
  let server: TestServer;
  let receiver: Receiver;
  let office: PostOffice;
  before(async () => {
    office = await startPostOffice();
    server = await startTestServer({ COUNTERSIGN_SMTP_URL: office.url, COUNTERSIGN_MAIL_FROM: "sign@example.com" });
    receiver = await startReceiver();
    await server.call("PUT", "/account", { callback_url: `${receiver.url}/hook` });
    await givesOauth(server);
  });
  after(async () => {
    await receiver.close();
    await server.stop();
    await office.close();
  });
  const trigger = (...words: string[]) =>
    runCommand(["trigger", ...words], { COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: server.apiKey });

  for (const type of Object.keys(eventKinds) as EventType[]) {
    test(`${type} happens, and its callback arrives with the object that it has`, async () => {
      office.refuses = type === "signature_request_email_bounce" ? { code: 550, words: "No such mailbox" } : null;
      const { code, out, err } = await trigger(type, "--json");
      const exception = later[type];
      if (exception) {
        assert.equal(code, exception[0], out + err);
        assert.match(out + err, exception[1]);
        return;
      }
      assert.deepEqual([code, err], [0, ""]);
      const event = JSON.parse(out) as {
        event_id: string;
        event_type: string;
        signature_request_id: string | null;
        template_id: string | null;
        fax_id: string | null;
      };
      assert.equal(event.event_type, type);
      const heard = await receiver.waitFor(({ headers }) => headers["countersign-event-id"] === event.event_id);
      assert.equal(heard.payload.event.event_type, type);
      assert.equal(heard.payload.signature_request?.signature_request_id ?? null, event.signature_request_id);
      assert.equal(heard.payload.template?.template_id ?? null, event.template_id);
      assert.equal(heard.payload.transmission?.fax_id ?? null, event.fax_id);
    });
  }

  test("the signer is the one that is named; an event that is none is refused with the list", async () => {
    const { out } = await trigger("signature_request_sent", "--signer", "Ann Lee <ann@example.com>", "--json");
    const { event_id: id } = JSON.parse(out) as { event_id: string };
    const heard = await receiver.waitFor(({ headers }) => headers["countersign-event-id"] === id);
    assert.equal(heard.payload.signature_request?.signatures[0]?.signer_email_address, "ann@example.com");
    const none = await trigger("signature_request_lost");
    assert.deepEqual([none.code, /signature_request_all_signed/.test(none.err)], [2, true]);
  });
});

test("account_confirmed happens where the inbox keeps the letters, and the app's URL hears of the account", async () => {
  const [server, receiver] = await Promise.all([startTestServer({}), startReceiver()]);
  const env = { COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: server.apiKey };
  const early = await runCommand(["trigger", "account_confirmed"], env);
  assert.equal(early.code, 1);
  for (const words of [`${server.url}/app/settings/apps/${server.clientId}`, "--client-id"])
    assert.ok(early.err.includes(words), early.err);
  await givesOauth(server);
  await server.call("PUT", `/api_app/${server.clientId}`, { callback_url: `${receiver.url}/app` });
  const { code, out, err } = await runCommand(["trigger", "account_confirmed", "--json"], env);
  assert.deepEqual([code, err], [0, ""]);
  const { event_id: id } = JSON.parse(out) as { event_id: string };
  const heard = await receiver.waitFor(({ headers }) => headers["countersign-event-id"] === id);
  assert.match(heard.payload.account?.email_address ?? "", /^test-[0-9a-f]+@example\.com$/);
  await receiver.close();
  await server.stop();
});

/** Lets the server's first app make accounts. */
async function givesOauth(server: TestServer): Promise<void> {
  const oauth = { callback_url: "https://example.com/oauth", scopes: ["account_access"] };
  const { status } = await server.call("PUT", `/api_app/${server.clientId}`, { oauth });
  assert.equal(status, 200);
}
