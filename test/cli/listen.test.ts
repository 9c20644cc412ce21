import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../src/base/limits.ts";
import { macOf } from "../../src/base/secrets.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { sendTo } from "./calls.ts";
import { openLine } from "./line.ts";
import { type Running, runCommand, start } from "./terminal.ts";

describe("countersign listen", () => {
  let server: TestServer;
  let handler: Receiver;
  const running = new Set<Running>();
  before(async () => {
    server = await startTestServer({ COUNTERSIGN_CALLBACK_SCHEDULE: "1,1,1,1,1,1" });
    handler = await startReceiver();
  });
  afterEach(async () => {
    for (const one of running) one.child.kill("SIGKILL");
    await Promise.all([...running].map(({ ended }) => ended));
    running.clear();
    handler.answer = () => ({ status: 200, body: "Hello API Event Received" });
    handler.heard.length = 0;
  });
  after(async () => {
    await handler.close();
    await server.stop();
  });

  const env = () => ({ COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: server.apiKey });
  const listen = async (name: string, ...words: string[]) => {
    const one = start(["listen", "--forward-to", `${handler.url}/hook`, "--name", name, ...words], env());
    running.add(one);
    if (!words.includes("--json")) await one.says(/Listening at/);
    return one;
  };
  const ask = () => sendTo(server);
  const untilSent = async (id: string) => {
    while ((await api<{ events: unknown[] }>(`/events?signature_request_id=${id}`)).events.length === 0)
      await sleep(50);
  };
  const cancel = (id: string) => server.call("POST", `/signature_request/cancel/${id}`);
  const api = async <T>(path: string, method = "GET") => {
    const authorization = `Basic ${Buffer.from(`${server.apiKey}:`).toString("base64")}`;
    const response = await fetch(`${server.url}/api${path}`, { method, headers: { authorization } });
    return (await response.json()) as T;
  };
  const heardOf = (id: string) =>
    handler.heard
      .filter(({ payload }) => payload.signature_request?.signature_request_id === id)
      .map(({ payload }) => payload.event.event_type.replace("signature_request_", ""));
  const until = async (isSo: () => boolean, words: string) => {
    const end = Date.now() + 40_000;
    while (!isSo()) {
      assert.ok(
        Date.now() < end,
        `${words}: ${JSON.stringify(handler.heard.map(({ payload }) => payload.event.event_type))}`,
      );
      await sleep(20);
    }
  };
  const attemptsOf = async (id: string) => {
    type Deliveries = {
      deliveries: { url: string | null; attempts: { url: string; status: number; outcome: string }[] }[];
    };
    const { events } = await api<{ events: { event_id: string }[] }>(`/events?signature_request_id=${id}`);
    const found = await Promise.all(
      events.map(
        async ({ event_id: event }) => (await api<{ event: Deliveries }>(`/events/${event}`)).event.deliveries,
      ),
    );
    return found.flat().flatMap(({ attempts }) => attempts);
  };

  test("a handler gets what the server would post, and its answers are the outcomes of the deliveries", async () => {
    const one = await listen("first", "--print-json");
    const id = await ask();
    await until(() => heardOf(id).length === 1, "sent is heard");
    await cancel(id);
    await until(() => heardOf(id).length === 2, "canceled is heard");
    assert.deepEqual(heardOf(id), ["sent", "canceled"]);
    const [heard] = handler.heard;
    assert.equal(heard?.headers["user-agent"], "HelloSign API");
    assert.equal(heard?.headers["content-sha256"], macOf(server.apiKey, JSON.stringify(heard?.payload)));
    assert.match(String(heard?.headers["webhook-signature"]), /^v1,/);
    await one.says(/signature_request_canceled[\s\S]*acked[\s\S]*"event_type": "signature_request_canceled"/);
    const attempts = await attemptsOf(id);
    assert.deepEqual(
      attempts.map(({ url, status, outcome }) => [url, status, outcome]),
      Array.from({ length: 2 }, () => [`${handler.url}/hook`, 200, "acked"]),
    );
    one.child.kill("SIGINT");
    assert.equal(await one.ended, 0);
  });

  test("what the handler refuses is told in words, tried again by the ladder, and ends well", async () => {
    let refusals = 0;
    handler.answer = () => {
      refusals += 1;
      return refusals === 1 ? { status: 500, body: "broken" } : { status: 200, body: "Hello API Event Received" };
    };
    const one = await listen("refused");
    const id = await ask();
    await until(() => heardOf(id).length === 2, "it comes again");
    await one.says(/#1\s+500\s+\d+ ms\s+http_5xx, again in 1 s/);
    await one.says(/#2\s+200/);
    assert.deepEqual(
      (await attemptsOf(id)).map(({ outcome }) => outcome),
      ["http_5xx", "acked"],
    );
  });

  test("a server that is killed and comes back loses nothing and skips nothing", async () => {
    await listen("killed");
    const ids = [await ask(), await ask()];
    await until(() => ids.every((id) => heardOf(id).length === 1), "sent is heard");
    handler.answer = async () => {
      await sleep(300);
      return { status: 200, body: "Hello API Event Received" };
    };
    await Promise.all(ids.map(cancel));
    await server.kill();
    await server.restart();
    const later = await ask();
    await until(
      () => heardOf(later).length === 1 && ids.every((id) => heardOf(id).includes("canceled")),
      "all is heard",
    );
    await until(() => ids.every((id) => heardOf(id).at(-1) === "canceled"), "in order");
  });

  test("a line that is cut in the middle of answers loses nothing: it goes on by itself", async (t) => {
    const line = await openLine(server.port);
    t.after(() => line.close());
    const one = start(["listen", "--forward-to", `${handler.url}/hook`, "--name", "cut"], {
      ...env(),
      COUNTERSIGN_URL: line.url,
    });
    running.add(one);
    await one.says(/Listening/);
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      ids.push(await ask());
      // After so many bytes of an answer, its head mostly, the line is gone.
      line.cutAfter(150 + 120 * n);
      await sleep(150);
    }
    line.cutAfter(null);
    await until(() => ids.every((id) => heardOf(id).includes("sent")), "all is heard");
    assert.equal(one.child.exitCode, null, one.output().err);
  });

  test("a slow handler has no more than twenty callbacks in hand, and gets all of them", async () => {
    let [inHand, most] = [0, 0];
    handler.answer = async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      await sleep(400);
      inHand -= 1;
      return { status: 200, body: "Hello API Event Received" };
    };
    const before = await listen("slow", "--keep");
    before.child.kill("SIGTERM");
    assert.equal(await before.ended, 0);
    const ids = await Promise.all(Array.from({ length: 45 }, ask));
    for (const id of ids) await untilSent(id);
    await listen("slow");
    await until(() => ids.every((id) => heardOf(id).includes("sent")), "all is heard");
    assert.ok(most > 1 && most <= limits.listenerRoom, `${most} at once`);
  });

  test("a listener that is killed goes on under its name with what came meanwhile; another name begins from now", async () => {
    const one = await listen("crashed");
    const before = await ask();
    await until(() => heardOf(before).length === 1, "sent is heard");
    one.child.kill("SIGKILL");
    await one.ended;
    const meanwhile = await ask();
    await untilSent(meanwhile);
    handler.heard.length = 0;
    await listen("newcomer", "--events", "signature_request_canceled");
    await listen("crashed");
    await until(() => heardOf(meanwhile).length === 1, "what came meanwhile is heard");
    await cancel(before);
    // One that was killed before the server knew of its answer hears that callback again.
    const canceled = () => heardOf(before).filter((type) => type === "canceled");
    await until(() => canceled().length === 2, "canceled is heard by both");
    assert.deepEqual(heardOf(meanwhile), ["sent"]);
  });

  test("at its end a listener is owed nothing more, unless it is kept", async () => {
    const [gone, kept] = [await listen("gone"), await listen("kept", "--keep")];
    gone.child.kill("SIGTERM");
    kept.child.kill("SIGTERM");
    assert.deepEqual(await Promise.all([gone.ended, kept.ended]), [0, 0]);
    const id = await ask();
    await untilSent(id);
    await listen("gone");
    await sleep(500);
    assert.deepEqual(heardOf(id), []);
    await listen("kept");
    await until(() => heardOf(id).length === 1, "it was kept");
  });

  test("for programs each attempt is a line of JSON, types that are not wanted are not shown, and an app has its own", async () => {
    const one = await listen(
      "json",
      "--json",
      "--events",
      "signature_request_canceled",
      "--client-id",
      server.clientId,
    );
    await sleep(1000);
    const id = await ask();
    await untilSent(id);
    await cancel(id);
    await one.says(/canceled/);
    const lines = one
      .output()
      .out.trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { event_type: string; json: string; settled: { outcome: string } });
    assert.deepEqual(
      lines.map(({ event_type: type, settled }) => [type, settled.outcome]),
      [["signature_request_canceled", "acked"]],
    );
    assert.equal((JSON.parse(lines[0]?.json ?? "{}") as { client_id: string }).client_id, server.clientId);
    assert.deepEqual(heardOf(id), ["canceled"]);
  });

  test("a handler that is not there is told as refused; misuse is told with what would be right", async () => {
    const one = start(["listen", "--forward-to", "localhost:1", "--name", "nobody"], env());
    running.add(one);
    await one.says(/Listening/);
    await ask();
    await Promise.all([one.says(/–.* connect_refused/), one.says(/is your handler running at http:\/\/localhost:1\?/)]);

    const none = await runCommand(["listen", "--forward-to", handler.url], { COUNTERSIGN_URL: server.url });
    assert.deepEqual([none.code, none.err.includes("COUNTERSIGN_API_KEY")], [2, true]);
    const wrong = await runCommand(["listen", "--forward-to", handler.url, "--api-key", "x"], {
      COUNTERSIGN_URL: server.url,
    });
    assert.equal(wrong.code, 1);
    const bare = await runCommand(["listen"], env());
    assert.deepEqual([bare.code, bare.err.includes("--forward-to")], [2, true]);
  });
});
