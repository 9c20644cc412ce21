import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { composeCallback } from "../../src/callbacks/compose.ts";
import {
  isWebhookError,
  parseCallback,
  verifyWebhook,
  type WebhookCheck,
  type WebhookErrorCode,
} from "../../src/receiver/callbacks.ts";

/** The example that the reference libraries of Standard Webhooks are tested with. */
const published = {
  headers: {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  },
  body: '{"test": 2432232314}',
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  now: 1_614_265_330_000,
};
const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

function codeOf(changed: Partial<WebhookCheck>): WebhookErrorCode | "genuine" {
  try {
    verifyWebhook({ ...published, ...changed });
  } catch (error) {
    assert.ok(isWebhookError(error), String(error));
    return error.code;
  }
  return "genuine";
}

const withHeader = (name: string, value: string | undefined) => ({
  headers: { ...published.headers, [name]: value },
});

test("the published example is genuine, and its id and time come back", () => {
  assert.deepEqual(verifyWebhook(published), { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330 });
});

test("every single changed bit of body, id, time, signature or secret is no match", () => {
  const bytes = Buffer.from(published.body);
  for (let at = 0; at < bytes.length * 8; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
    assert.equal(codeOf({ body: changed }), "no_match");
  }
  assert.equal(codeOf({ body: "" }), "no_match");
  assert.equal(codeOf({ body: `${published.body}\n` }), "no_match");
  assert.equal(codeOf(withHeader("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJeK")), "no_match");
  assert.equal(codeOf(withHeader("webhook-timestamp", "1614265331")), "no_match");
  assert.equal(codeOf({ secret: other }), "no_match");
  const signature = published.headers["webhook-signature"];
  for (let at = 0; at < signature.length; at += 1) {
    const changed = `${signature.slice(0, at)}${signature[at] === "A" ? "B" : "A"}${signature.slice(at + 1)}`;
    assert.equal(codeOf(withHeader("webhook-signature", changed)), "no_match", changed);
  }
});

test("one of several signatures, and one of several secrets, is enough; other schemes are passed over", () => {
  const signature = published.headers["webhook-signature"];
  const wrong = `v1,${Buffer.alloc(32, 1).toString("base64")}`;
  assert.equal(codeOf(withHeader("webhook-signature", `${wrong} v1a,x ${signature} v2,${signature}`)), "genuine");
  assert.equal(codeOf(withHeader("webhook-signature", `${wrong} ${wrong}`)), "no_match");
  assert.equal(codeOf(withHeader("webhook-signature", signature.replace("v1,", "v2,"))), "no_match");
  assert.equal(codeOf({ secret: [other, published.secret] }), "genuine");
  assert.equal(codeOf({ secret: [other] }), "no_match");
});

test("a time more than five minutes from now is refused either way, unless another tolerance is given", () => {
  const after = (seconds: number, toleranceSeconds?: number) =>
    codeOf({
      now: published.now + seconds * 1000,
      ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
    });
  assert.deepEqual(
    [after(300), after(301), after(-300), after(-301)],
    ["genuine", "timestamp_too_old", "genuine", "timestamp_too_new"],
  );
  assert.deepEqual([after(10, 10), after(11, 10), after(3600, 3600)], ["genuine", "timestamp_too_old", "genuine"]);
  const { now: _, ...today } = published;
  assert.throws(() => verifyWebhook(today), { name: "WebhookError", code: "timestamp_too_old" });
});

test("a header that is missing, empty, twice there or no number is named", () => {
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    for (const value of [undefined, ""]) assert.equal(codeOf(withHeader(name, value)), "missing_headers", name);
    assert.throws(() => verifyWebhook({ ...published, ...withHeader(name, undefined) }), { message: new RegExp(name) });
  }
  for (const time of ["now", "-1614265330", "1614265330.0", "1614265330, 1614265330", " 1614265330", "1e9"])
    assert.equal(codeOf(withHeader("webhook-timestamp", time)), "bad_timestamp", time);
  const twice = { ...published.headers, "webhook-id": ["msg_p5jXN8AQM9LWM0D4loKWxJek", "x"] };
  assert.equal(codeOf({ headers: twice }), "no_match");
  assert.equal(codeOf({ headers: {} }), "missing_headers");
});

test("a secret that is none is told apart from a request that is not genuine", () => {
  for (const secret of ["", "whsec_", "whsec_x", "whsec_***", `whsec_${"A".repeat(88)}`, "plain words", []])
    assert.equal(codeOf({ secret }), "bad_secret", String(secret));
  assert.equal(codeOf({ secret: [published.secret, "nonsense"] }), "bad_secret");
  assert.equal(codeOf({ secret: published.secret.slice("whsec_".length) }), "genuine");
});

test("headers are taken from fetch, from Node and from a record in any case, and bodies as bytes or text", async () => {
  const upper = Object.entries(published.headers).map(([name, value]) => [name.toUpperCase(), value]);
  assert.equal(codeOf({ headers: Object.fromEntries(upper) }), "genuine");
  assert.equal(codeOf({ headers: new Headers(published.headers) }), "genuine");
  assert.equal(codeOf({ headers: new Headers() }), "missing_headers");
  assert.equal(codeOf({ body: new TextEncoder().encode(published.body) }), "genuine");

  const server = createServer((request, response) => response.end(codeOf({ headers: request.headers })));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const heard = await fetch(`http://127.0.0.1:${port}`, { headers: published.headers });
  assert.equal(await heard.text(), "genuine");
  server.close();
});

test("a callback as the house composes it carries both proofs over one body, whatever its attempt", () => {
  const event = {
    event_id: "0199a2b4-0000-7000-8000-000000000000",
    account_id: "acc",
    client_id: null,
    type: "signature_request_signed",
    request_id: "r",
    template_id: null,
    fax_id: null,
    seq: 3,
    occurred_at: 1_700_000_000_000,
    related_signature_id: "s",
    message: null,
    object_json: JSON.stringify({ signature_request_id: "a".repeat(40), title: "Ö 🖊", signatures: [] }),
  };
  const compose = (attempt: number, webhookSecrets: readonly string[]) =>
    composeCallback({
      event,
      reportedForAppId: null,
      apiKey: "key",
      deliveryId: "d",
      attempt,
      credentials: null,
      webhookSecrets,
      sentAt: 1_700_000_000_999 + attempt * 300_000,
    });
  const first = compose(1, [published.secret]);
  const second = compose(2, [other, published.secret]);
  assert.ok(Buffer.from(first.body).equals(second.body));
  for (const [callback, secrets, time] of [
    [first, [published.secret], 1_700_000_300],
    [second, [other, published.secret], 1_700_000_600],
  ] as const) {
    const { headers, body } = callback;
    for (const secret of secrets)
      assert.deepEqual(verifyWebhook({ headers, body, secret, now: time * 1000 }), {
        id: event.event_id,
        timestamp: time,
      });
    assert.equal(parseCallback(body, headers["content-type"]).event.event_type, event.type);
  }
  assert.equal(first.headers["webhook-signature"]?.split(" ").length, 1);
  assert.equal(
    second.headers["webhook-signature"]?.split(" ")[0],
    `v1,${createHmac("sha256", Buffer.alloc(32, 7)).update(`${event.event_id}.1700000600.`).update(second.body).digest("base64")}`,
  );
  assert.deepEqual(
    Object.keys(compose(1, []).headers).filter((name) => name.startsWith("webhook-")),
    [],
  );
});
