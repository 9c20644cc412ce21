import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { EventCallbackHelper, EventCallbackRequest } from "@dropbox/sign";
import { grounds } from "../support/house.ts";
import { acknowledge, type Heard, isEvent } from "../support/receiver.ts";
import { ask, type Desk, failing, heardOf, openDesk, take } from "./desk.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground);
    });

    after(() => desk.close());

    test("every callback of a request's whole life is genuine to the official SDK, and to no other key", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id } = await signByAll(desk);
      await house.quiet();

      const heard = heardOf(receiver, { id });
      assert.equal(heard.length, 14);
      for (const { payload, path } of heard) {
        const callback = EventCallbackRequest.init(payload);
        assert.ok(EventCallbackHelper.isValid(house.apiKey, callback), payload.event.event_type);
        assert.ok(!EventCallbackHelper.isValid("6".repeat(64), callback));
        assert.equal(EventCallbackHelper.getCallbackType(callback), `${path.slice(1)}_callback`);
      }
    });

    test("account and app hear the same events, each with metadata of its own", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id } = await signByAll(desk);
      await house.quiet();

      const [account, app] = ["/account", "/app"].map((path) => heardOf(receiver, { id, path }));
      assert.deepEqual(account?.map(eventId), app?.map(eventId));
      for (const [heard, reportedForApp] of [
        [account ?? [], null],
        [app ?? [], house.clientId],
      ] as const) {
        for (const { payload } of heard) {
          assert.equal(payload.client_id, reportedForApp);
          assert.equal(payload.event.event_metadata.reported_for_app_id, reportedForApp);
          assert.equal(payload.event.event_metadata.reported_for_account_id, payload.account_guid);
          assert.equal(payload.signature_request?.client_id, house.clientId);
        }
      }
    });

    test("what concerns one signature names it, what concerns all names none", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id, signatures } = await signByAll(desk);
      await house.quiet();

      const [first, second] = signatures.map(({ signature_id }) => signature_id);
      const related = heardOf(receiver, { id, path: "/account" }).map(({ payload: { event } }) => [
        event.event_type.replace("signature_request_", ""),
        event.event_metadata.related_signature_id,
      ]);
      assert.deepEqual(related, [
        ["sent", null],
        ["viewed", first],
        ["signed", first],
        ["viewed", second],
        ["signed", second],
        ["all_signed", null],
        ["downloadable", null],
      ]);
    });

    test("a request without an app is told to the account alone", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id } = await ask(desk, { emails: [failing], withApp: false });
      await house.quiet();

      const heard = heardOf(receiver, { id });
      assert.deepEqual(
        heard.map(({ path, payload }) => [path, payload.event.event_type, payload.client_id]),
        [["/account", "file_error", null]],
      );
    });

    test("a callback is one form field named json, and its headers say what it is", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id } = await ask(desk, { title: "Vertrag Ä — 🖊", emails: [failing] });
      await house.quiet();

      const heard = heardOf(receiver, { id });
      assert.equal(heard.length, 2);
      for (const { headers, body, payload } of heard) {
        const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1];
        const [opening, json, ending] = splitForm(body);
        assert.equal(opening, `--${boundary}\r\nContent-Disposition: form-data; name="json"\r\n\r\n`);
        assert.equal(ending, `\r\n--${boundary}--\r\n`);

        assert.equal(headers["user-agent"], "HelloSign API");
        assert.equal(headers["content-length"], String(body.length));
        assert.equal(headers["content-sha256"], createHmac("sha256", house.apiKey).update(json).digest("hex"));
        assert.equal(headers["countersign-attempt"], "1");
        assert.equal(headers["countersign-sequence"], "1");
        assert.match(String(headers["countersign-event-id"]), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
        assert.equal(typeof payload.event.event_time, "string");
      }
    });

    test("the form is read by a parser that is not ours", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id } = await ask(desk, { title: 'a "quote" \\ and ö', emails: [failing] });
      await house.quiet();

      for (const { headers, body, payload } of heardOf(receiver, { id })) {
        const type = { "content-type": headers["content-type"] ?? "" };
        const form = await new Response(new Uint8Array(body), { headers: type }).formData();
        assert.deepEqual([...form.keys()], ["json"]);
        const json = form.get("json");
        assert.ok(typeof json === "string");
        assert.deepEqual(JSON.parse(json), payload);
      }
    });

    test("the object is the one that the API showed in that moment, though the request has moved on", async () => {
      const { house, receiver } = desk;
      const gate = Promise.withResolvers<void>();
      receiver.answer = async ({ path }) => {
        if (path === "/app") await gate.promise;
        return acknowledge();
      };
      const { signature_request_id: id, signatures } = await ask(desk);
      await receiver.waitFor(isEvent("signature_request_sent", id));
      const { body: shown } = await house.call("GET", `/signature_request/${id}`);
      const pen = await take(desk, signatures[0]?.signature_id ?? "");
      await pen.finish();
      await receiver.waitFor(isEvent("signature_request_all_signed", id));
      gate.resolve();
      await house.quiet();
      receiver.answer = acknowledge;

      const [sent, viewed, signed, done] = heardOf(receiver, { id, path: "/app" }).map(({ payload }) => payload);
      const showed: unknown = shown.signature_request;
      assert.deepEqual(sent?.signature_request, showed);
      assert.equal(sent?.signature_request?.signatures[0]?.last_viewed_at, null);
      assert.notEqual(viewed?.signature_request?.signatures[0]?.last_viewed_at, null);
      assert.equal(signed?.signature_request?.signatures[0]?.status_code, "signed");
      assert.equal(signed?.signature_request?.is_complete, false);
      assert.equal(done?.signature_request?.is_complete, true);
    });

    test("the sealed file can be downloaded from inside the handler of all_signed", async () => {
      const { house, receiver } = desk;
      const statuses: number[] = [];
      receiver.answer = async ({ payload }) => {
        const id = payload.signature_request?.signature_request_id;
        if (/all_signed|downloadable/.test(payload.event.event_type))
          statuses.push((await house.call("GET", `/signature_request/files/${id}`)).status);
        return acknowledge();
      };
      await signByAll(desk);
      await house.quiet();
      receiver.answer = acknowledge;

      assert.deepEqual(statuses, [200, 200, 200, 200]);
    });
  });
}

async function signByAll(desk: Desk) {
  const shown = await ask(desk, { emails: ["ann@example.com", "ben@example.com"] });
  await desk.receiver.waitFor(isEvent("signature_request_sent", shown.signature_request_id));
  for (const { signature_id } of shown.signatures) {
    const pen = await take(desk, signature_id);
    await pen.finish();
  }
  await desk.receiver.waitFor(isEvent("signature_request_downloadable", shown.signature_request_id));
  return shown;
}

function eventId({ headers }: Heard) {
  return headers["countersign-event-id"];
}

/** What stands before, in and after the one field. */
function splitForm(body: Buffer): readonly [string, string, string] {
  const text = body.toString("utf8");
  const start = text.indexOf("\r\n\r\n") + 4;
  const end = text.lastIndexOf("\r\n--");
  return [text.slice(0, start), text.slice(start, end), text.slice(end)];
}
