import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { composeCallback } from "../../src/callbacks/compose.ts";
import { judge } from "../../src/callbacks/verdict.ts";
import { openOutbound } from "../../src/http/outbound.ts";

const apiKey = "324e3b0840f065eb51f3fd63231d0d33daa35d4ed10d27718839e81737065782";
const hasPython = spawnSync("python3", ["--version"]).status === 0;

const handlers = [
  { name: "examples/handler.ts", command: process.execPath, skip: false },
  { name: "examples/handler.py", command: "python3", skip: !hasPython && "python3 is missing" },
];

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
  message: 'Nein, "danke" – Ö',
  object_json: JSON.stringify({
    signature_request_id: "a".repeat(40),
    title: "Miete / Bürö 🖊\r\nzwei",
    signatures: [],
  }),
};
const expectedLine =
  /^2012-09-20T21:49:12(?:\.000Z|\+00:00) signature_request_declined a{40} "Miete \/ Bürö 🖊\\r\\nzwei" "Nein, \\"danke\\" – Ö"$/;

const compose = (key: string) =>
  composeCallback({
    event,
    reportedForAppId: null,
    apiKey: key,
    deliveryId: "d",
    attempt: 1,
    credentials: null,
    webhookSecrets: [],
    sentAt: 0,
  });

for (const { name, command, skip } of handlers) {
  describe(name, { skip }, () => {
    const outbound = openOutbound({ allow: ["127.0.0.1"], refuseTargets: [] });
    const lines: string[] = [];
    const child = spawn(command, [name], {
      env: { ...process.env, COUNTERSIGN_API_KEY: apiKey, PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let url = "";

    before(async () => {
      const reader = createInterface(child.stdout);
      reader.on("line", (line) => lines.push(line));
      await once(reader, "line");
      url = /http:\S+/.exec(lines[0] ?? "")?.[0] ?? "";
      lines.length = 0;
    });

    after(async () => {
      outbound.close();
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      assert.equal(child.signalCode, null, "ended by itself");
      assert.equal(child.exitCode, 0);
    });

    const post = (body: string | Uint8Array, headers: Record<string, string>, target = url) =>
      outbound.request({ url: target, method: "POST", headers, body, deadlineMs: 20_000, maxBodyBytes: 65_536 });

    const statusOf = async (body: string | Uint8Array, type: string, target = url) => {
      const result = await post(body, { "content-type": type }, target);
      return result.kind === "answered" ? result.status : result.code;
    };

    test("a callback as the server sends it is acknowledged and printed as one line", async () => {
      const { body, headers } = compose(apiKey);
      const result = await post(body, headers);
      assert.ok(judge(result, 0).acked, JSON.stringify(result));
      while (lines.length === 0) await new Promise(setImmediate);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", expectedLine);
    });

    test("a callback that was made with another key is answered with 401 and not printed", async () => {
      const before = lines.length;
      const { body, headers } = compose(`${apiKey.slice(0, -1)}0`);
      const result = await post(body, headers);
      assert.equal(result.kind === "answered" && result.status, 401);
      assert.ok(!judge(result, 0).acked);
      assert.equal(lines.length, before);
    });

    test("urlencoded and plain JSON are acknowledged too", async () => {
      const { json } = compose(apiKey);
      assert.equal(await statusOf(new URLSearchParams({ json }).toString(), "application/x-www-form-urlencoded"), 200);
      assert.equal(await statusOf(json, "application/json"), 200);
    });

    test("what is no callback is answered with 400, another path with 404, and the handler goes on", async () => {
      assert.equal(await statusOf("{", "application/json"), 400);
      assert.equal(await statusOf("[]", "application/json"), 400);
      assert.equal(await statusOf("", "multipart/form-data"), 400);
      assert.equal(await statusOf("--x\r\n\r\n", "multipart/form-data; boundary=x"), 400);
      assert.equal(await statusOf('{"event":{"event_type":1}}', "application/json"), 400);
      assert.equal(await statusOf(new Uint8Array([0xff]), "application/json"), 400);
      assert.equal(await statusOf("[".repeat(100_000), "application/json"), 400);
      assert.equal(await statusOf("{}", "application/json", url.replace("callbacks", "other")), 404);
      assert.equal(await statusOf(compose(apiKey).json, "application/json"), 200);
    });
  });

  test(`${name} says what is missing when there is no API key`, { skip }, () => {
    const { COUNTERSIGN_API_KEY: _, ...env } = process.env;
    const { status, stderr } = spawnSync(command, [name], { env, encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /Set COUNTERSIGN_API_KEY/);
  });
}

test("the sending and embedding examples say what is missing", () => {
  const { COUNTERSIGN_API_KEY: _, COUNTERSIGN_CLIENT_ID: __, ...bare } = process.env;
  const words = (file: string, env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [file], { env, encoding: "utf8" });
  for (const file of ["examples/send.ts", "examples/embed.ts"]) {
    const { status, stderr } = words(file, bare);
    assert.deepEqual([status, /^Set COUNTERSIGN_API_KEY/.test(stderr)], [1, true], file);
  }
  assert.match(words("examples/send.ts", { ...bare, COUNTERSIGN_API_KEY: "x" }).stderr, /^Say what to send/);
  assert.match(words("examples/embed.ts", { ...bare, COUNTERSIGN_API_KEY: "x" }).stderr, /^Set COUNTERSIGN_CLIENT_ID/);
});
