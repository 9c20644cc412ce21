import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isCallbackError, parseCallback } from "../../src/receiver/callbacks.ts";

test("no bytes make the parser throw anything but its own error", () => {
  const types = fc.constantFrom(
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded",
    "application/json",
    undefined,
  );
  const piece = fc.constantFrom(
    "--x",
    "\r\n",
    "--",
    'Content-Disposition: form-data; name="json"',
    "\r\n\r\n",
    "{}",
    "json=",
    '{"event":{}}',
  );
  const body = fc.oneof(
    fc.uint8Array(),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(body, types, (bytes, type) => {
      try {
        parseCallback(bytes, type);
      } catch (error) {
        assert.ok(isCallbackError(error), String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test("a body of nothing but delimiters is read through once, not once per delimiter", () => {
  const body = "\r\n--x".repeat(1_000_000);
  assert.throws(() => parseCallback(body, "multipart/form-data; boundary=x"), { code: "no_json_field" });
});

test("any text inside a callback survives the multipart body", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (message) => {
      const text = message.toWellFormed();
      const json = JSON.stringify({
        event: {
          event_type: "callback_test",
          event_time: "1",
          event_hash: "",
          event_metadata: { event_message: text },
        },
      });
      const body = `--b\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n--b--\r\n`;
      assert.equal(parseCallback(body, "multipart/form-data; boundary=b").event.event_metadata?.event_message, text);
    }),
  );
});
