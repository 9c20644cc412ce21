import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { onePage } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { runCommand } from "./terminal.ts";

describe("commands that speak to a server", () => {
  let server: TestServer;
  let receiver: Receiver;
  let folder: string;
  before(async () => {
    server = await startTestServer({ COUNTERSIGN_CALLBACK_SCHEDULE: "600" });
    receiver = await startReceiver();
    folder = mkdtempSync(join(tmpdir(), "countersign-cli-"));
    writeFileSync(join(folder, "lease.pdf"), onePage);
    await server.call("PUT", "/account", { callback_url: `${receiver.url}/hook` });
    await receiver.waitFor(({ payload }) => payload.event.event_type === "callback_test");
  });
  after(async () => {
    await receiver.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...words: string[]) =>
    runCommand(words, { COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: server.apiKey });
  const good = async (...words: string[]) => {
    const { code, out, err } = await run(...words);
    assert.deepEqual([code, err], [0, ""], `${words.join(" ")}\n${out}${err}`);
    return out;
  };
  const json = async <T>(...words: string[]) => JSON.parse(await good(...words, "--json")) as T;
  const send = async () => {
    const file = join(folder, "lease.pdf");
    const out = await good(
      "requests",
      "send",
      file,
      "--signer",
      "Ann Lee <ann@example.com>",
      "--title",
      "A lease",
      "--test",
    );
    return /Sent: (\w{40})/.exec(out)?.[1] ?? "";
  };
  const untilSent = async (id: string) => {
    for (;;) {
      const { events } = await json<{ events: { event_id: string }[] }>("events", "list", "--request", id);
      if (events[0]) return events[0].event_id;
      await sleep(50);
    }
  };

  test("a request is sent, shown, fetched, reminded of and withdrawn", async () => {
    const id = await send();
    assert.match(id, /^\w{40}$/);
    await untilSent(id);
    assert.match(await good("requests", "list"), /open +0\/1 +A lease +\w{40}/);
    assert.match(
      await good("requests", "status", id),
      /A lease: open\n[\s\S]*Ann Lee +ann@example\.com +awaiting_signature/,
    );
    const target = join(folder, "copy.pdf");
    assert.match(await good("requests", "files", id, "--output", target), /copy\.pdf, \d+ bytes/);
    assert.equal(readFileSync(target).subarray(0, 5).toString(), "%PDF-");
    const zip = join(folder, "copy.zip");
    await good("requests", "files", id, "--zip", "--output", zip);
    assert.equal(readFileSync(zip).subarray(0, 2).toString(), "PK");
    const early = await run("requests", "remind", id, "--email", "bob@example.com");
    assert.deepEqual([early.code, /countersign requests: /.test(early.err)], [1, true]);
    assert.match(await good("requests", "cancel", id), /is withdrawn/);
    const gone = await run("requests", "status", id);
    assert.deepEqual([gone.code, /\(410\)|\(404\)/.test(gone.err)], [1, true]);
    assert.match((await run("requests", "status", "0000")).err, /Not found: \/v3\/signature_request\/0000 \(404\)/);
    const lost = await run("requests", "list", "--server", "http://127.0.0.1:1");
    assert.match(lost.err, /cannot be reached \(bad port\)/);
  });

  test("events are listed by what is asked, shown with every attempt and its reason, and sent again", async () => {
    receiver.answer = () => ({ status: 500, body: "broken" });
    const id = await send();
    const event = await untilSent(id);
    await receiver.waitFor(({ payload }) => payload.signature_request?.signature_request_id === id);
    for (let tries = 0; !(await good("events", "show", event)).includes("http_5xx"); tries += 1) {
      assert.ok(tries < 50, "the attempt is written down");
      await sleep(100);
    }
    const shown = await good("events", "show", event);
    assert.match(shown, /^signature_request_sent +\d{4}-/);
    assert.match(shown, /#1 .* 500 +\d+ ms +http:\/\/127\.0\.0\.1:\d+\/hook\n +http_5xx: The receiver, or a proxy/);
    assert.match(await good("events", "list", "--state", "retrying"), /signature_request_sent .* retrying http_5xx/);
    assert.match(await good("events", "list", "--type", "signature_request_signed"), /There are no such events/);
    assert.match(await good("events", "list", "--text", "A LEASE sent"), /signature_request_sent/);
    assert.match(await good("events", "list", "--text", "no lease"), /There are no such events/);
    receiver.answer = () => ({ status: 200, body: "Hello API Event Received" });
    const before = receiver.types(id).length;
    assert.match(await good("events", "resend", event), /Sent again to http:\/\/127\.0\.0\.1:\d+\/hook, delivery/);
    for (let tries = 0; receiver.types(id).length === before; tries += 1) {
      assert.ok(tries < 100, "it came again");
      await sleep(50);
    }
    assert.match(await good("events", "replay", "--since", "1h", "--request", id), /^1 events would be sent again/);
    assert.match(
      await good("events", "replay", "--since", "1h", "--request", id, "--yes"),
      /^1 events are being sent again, replay /,
    );
  });

  test("what is wrong is told with what would be right: 2 for a word, 1 for the server's no and for no server", async () => {
    for (const [words, says] of [
      [["events", "twist"], "There is no events twist"],
      [["events", "show"], "Name the event's id"],
      [["events", "replay"], "--since"],
      [["events", "list", "--since", "yesterday"], "yesterday is no time"],
      [["events", "list", "--colour"], "--colour"],
      [["requests", "send", "x.pdf"], "--signer"],
      [["requests", "status"], "Name the request's id"],
    ] as const) {
      const { code, err } = await run(...words);
      assert.equal(err.includes(says), true, `${words.join(" ")}: ${err}`);
      assert.equal(code, says.startsWith("yesterday") ? 1 : 2, words.join(" "));
    }
    const none = await run("requests", "send", join(folder, "none.pdf"), "--signer", "a@example.com");
    assert.deepEqual([none.code, /ENOENT/.test(none.err)], [1, true]);
    const closed = await runCommand(["events", "list"], {
      COUNTERSIGN_URL: "http://127.0.0.1:9",
      COUNTERSIGN_API_KEY: "x",
    });
    assert.deepEqual([closed.code, closed.err.includes("cannot be reached")], [1, true]);
    assert.equal((await run("events", "show", "nothing")).code, 1);
  });

  test("help of every command has examples, and no colours go into a pipe", async () => {
    for (const name of ["listen", "events", "requests", "verify"]) {
      const out = await good(name, "--help");
      assert.match(out, /Usage: countersign[\s\S]*Examples?\n {2}countersign/, name);
    }
    assert.equal((await good("requests", "list")).includes("\u001b"), false);
  });
});
