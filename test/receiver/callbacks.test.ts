import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { composeCallback } from "../../src/callbacks/compose.ts";
import { judge } from "../../src/callbacks/verdict.ts";
import { eventKinds } from "../../src/events/catalog.ts";
import {
  acknowledge,
  acknowledgement,
  type CallbackPayload,
  callbackBytesMost,
  eventTypes,
  isCallbackError,
  parseCallback,
  verifyCallback,
} from "../../src/receiver/callbacks.ts";

const key = "324e3b0840f065eb51f3fd63231d0d33daa35d4ed10d27718839e81737065782";

/** Contract: events.md section 7. */
const vectors = [
  ["1669926463", "account_confirmed", "ff8b03439122f9160500c3fb855bdee5a9ccba5fff27d3b258745d8f3074832f"],
  ["1348177752", "unknown_error", "c574f5d3090c2936360b4e36cf6835cf3e2206b84fdc6347e6b28ca721ae1371"],
  ["1348177752", "account_confirmed", "6dc5b7aad93cf54915e0089d6c31d61b3833f66f51459171c69f8fa211308848"],
  ["1348177752", "signature_request_sent", "08d45a6b7677492b78be030cef18cfeaece8fe67e163cc8e526ee638ad483756"],
  ["1348177752", "template_created", "4a9b22fa68d5addb8b6313eea9d42ecb393903a4240b71503ef78e9dac6c100d"],
] as const;

const payload = (event_time: string, event_type: string, event_hash: string): CallbackPayload => ({
  event: { event_time, event_type, event_hash },
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(isCallbackError(error), String(error));
    return error.code;
  }
  return assert.fail("should have been refused");
}

test("the published hashes are genuine under their key and under no other", () => {
  for (const [time, type, hash] of vectors) {
    assert.ok(verifyCallback(payload(time, type, hash), key), `${time} ${type}`);
    assert.ok(!verifyCallback(payload(time, type, hash), `${key.slice(0, -1)}0`));
    assert.ok(!verifyCallback(payload(`${time}0`, type, hash), key));
    assert.ok(!verifyCallback(payload(time, "callback_test", hash), key));
  }
});

test("a hash that is cut, longer, altered or no hex is not genuine", () => {
  const [time, type, hash] = vectors[0];
  for (const wrong of [
    "",
    hash.slice(0, 62),
    `${hash}00`,
    `${hash}zz`,
    `0${hash.slice(1)}`,
    `zz${hash.slice(2)}`,
    "é".repeat(64),
  ]) {
    assert.ok(!verifyCallback(payload(time, type, wrong), key), wrong);
  }
});

test("a callback as the house composes it is read and is genuine", () => {
  const object = JSON.stringify({
    signature_request_id: "a".repeat(40),
    title: "Vertrag für Ö — 🖊\r\n--x",
    signatures: [],
  });
  const event = {
    event_id: "e",
    account_id: "acc",
    client_id: null,
    type: "signature_request_declined",
    request_id: "r",
    template_id: null,
    fax_id: null,
    seq: 3,
    occurred_at: 1_348_177_752_345,
    related_signature_id: "s",
    message: 'No "thanks"',
    object_json: object,
  };
  const { body, headers, json } = composeCallback({
    event,
    reportedForAppId: "app",
    apiKey: key,
    deliveryId: "d",
    attempt: 1,
    credentials: null,
    webhookSecrets: [],
    sentAt: 0,
  });
  const read = parseCallback(body, headers["content-type"]);
  assert.deepEqual(read, JSON.parse(json));
  assert.equal(read.event.event_metadata?.event_message, 'No "thanks"');
  assert.equal(read.signature_request?.title, "Vertrag für Ö — 🖊\r\n--x");
  assert.ok(verifyCallback(read, key));
});

test("urlencoded bodies and plain JSON are read too, as text and as bytes", () => {
  const [time, type, hash] = vectors[0];
  const value = payload(time, type, hash);
  const json = JSON.stringify(value).replaceAll("/", "\\/");
  const form = new URLSearchParams({ json }).toString();
  for (const encode of [(text: string) => text, (text: string) => new TextEncoder().encode(text)]) {
    assert.deepEqual(parseCallback(encode(form), "application/x-www-form-urlencoded; charset=utf-8"), value);
    assert.deepEqual(parseCallback(encode(json), "application/json"), value);
    assert.deepEqual(parseCallback(encode(json), undefined), value);
  }
});

test("a multipart body is read whatever else it carries and however its boundary is written", async () => {
  const [time, type, hash] = vectors[0];
  const value = payload(time, type, hash);
  const body = new FormData();
  body.append("other", "x");
  body.append("notjson", "--\r\n\r\n");
  body.append("file", new File(["\u0000\u00ff"], 'name="json".bin'));
  body.append("json", JSON.stringify(value));
  const response = new Response(body);
  const type2 = response.headers.get("content-type") ?? "";
  const bytes = new Uint8Array(await response.arrayBuffer());
  assert.deepEqual(parseCallback(bytes, type2), value);
  assert.deepEqual(parseCallback(bytes, type2.replace(/boundary=(.*)/, 'charset=utf-8; Boundary="$1"')), value);
  const preamble = Buffer.concat([Buffer.from("to be ignored\r\n"), bytes]);
  assert.deepEqual(parseCallback(preamble, type2), value);
});

test("what is no callback is refused by the name of its fault", () => {
  assert.equal(
    codeOf(() => parseCallback("x".repeat(callbackBytesMost + 1), "application/json")),
    "too_large",
  );
  assert.equal(
    codeOf(() => parseCallback("a=1", "application/x-www-form-urlencoded")),
    "no_json_field",
  );
  assert.equal(
    codeOf(() => parseCallback("--x\r\n\r\n", "multipart/form-data")),
    "no_json_field",
  );
  assert.equal(
    codeOf(() =>
      parseCallback('--x\r\nContent-Disposition: form-data; name="json"\r\n\r\n{}', "multipart/form-data; boundary=x"),
    ),
    "no_json_field",
  );
  assert.equal(
    codeOf(() => parseCallback("", undefined)),
    "invalid_json",
  );
  assert.equal(
    codeOf(() => parseCallback("{", "application/json")),
    "invalid_json",
  );
  for (const other of [
    "null",
    "1",
    "[]",
    "{}",
    '{"event":null}',
    '{"event":{"event_type":"x","event_time":1,"event_hash":"y"}}',
  ]) {
    assert.equal(
      codeOf(() => parseCallback(other, "application/json")),
      "not_an_event",
      other,
    );
  }
});

test("an acknowledgement over HTTP is one that the house accepts", async () => {
  const server = createServer((_, response: ServerResponse) => acknowledge(response)).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const body = new Uint8Array(await response.arrayBuffer());
  server.close();
  const answer = {
    kind: "answered",
    status: response.status,
    headers: {},
    body,
    truncated: false,
    ip: "127.0.0.1",
    durationMs: 1,
  } as const;
  assert.ok(judge(answer, 0).acked);
  assert.equal(Buffer.from(body).toString(), acknowledgement);
});

test("the house sends the 23 events of v3 and the seven of faxes, and the receiver knows each", () => {
  assert.deepEqual(Object.keys(eventKinds).toSorted(), eventTypes.toSorted());
  assert.equal(eventTypes.filter((type) => type.startsWith("fax_")).length, 7);
  assert.equal(eventTypes.length, 30);
});

test("the receiver imports nothing but node:crypto and its own files", () => {
  const folder = new URL("../../src/receiver/", import.meta.url);
  const names = readdirSync(folder);
  const sources = names.map((name) => readFileSync(new URL(name, folder), "utf8"));
  const imports = sources.flatMap((source) => [...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)]);
  assert.deepEqual([...new Set(imports.map(([, name]) => name))].toSorted(), ["./webhook.ts", "node:crypto"]);
  assert.equal(createHmac("sha256", key).update("1669926463account_confirmed").digest("hex"), vectors[0][2]);
});
