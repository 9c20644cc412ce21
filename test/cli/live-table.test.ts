import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { openLiveTable } from "../../src/cli/live-table.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { until } from "../support/stage.ts";
import { sendTo } from "./calls.ts";
import { screenOf } from "./screen.ts";

const columns = [
  ["NAME", 6],
  ["STATE", 0],
] as const;

function openOn(size: { readonly columns: number; readonly rows: number }) {
  let written = "";
  const write = (text: string) => {
    written += text;
  };
  const table = openLiveTable({ write, size: () => size }, columns);
  return { table, shown: () => screenOf(written) };
}

describe("a live table", () => {
  test("has one line for each row, that says how the row stands now", () => {
    const { table, shown } = openOn({ columns: 80, rows: 24 });
    table.show("a", { cells: ["a", "under way"], tone: "yellow" });
    table.show("b", { cells: ["b", "under way"], tone: "yellow" });
    table.tell("2 under way");
    table.show("a", { cells: ["a", "done"], tone: "green" });
    assert.deepEqual(shown(), ["NAME    STATE", "a       done", "b       under way", "2 under way"]);
    table.end();
    assert.deepEqual(shown(), ["NAME    STATE", "a       done", "b       under way"]);
  });

  test("lets rows go that the terminal has no room for, as they are; one that changes later comes again at the end", () => {
    const { table, shown } = openOn({ columns: 80, rows: 5 });
    for (const name of ["a", "b", "c"]) table.show(name, { cells: [name, "1"], tone: "green" });
    table.show("a", { cells: ["a", "2"], tone: "green" });
    table.show("c", { cells: ["c", "2"], tone: "green" });
    assert.deepEqual(shown(), ["NAME    STATE", "a       1", "b       1", "c       2", "a       2"]);
  });

  test("never writes a line that is wider than the terminal: it would take two", () => {
    const { table, shown } = openOn({ columns: 30, rows: 24 });
    table.show("a", { cells: ["a", "x".repeat(100)], tone: "red" });
    table.show("a", { cells: ["a", "y".repeat(100)], tone: "red" });
    assert.deepEqual(shown(), ["NAME    STATE", `a       ${"y".repeat(21)}`]);
  });
});

const hasTerminal = spawnSync("script", ["--version"]).status === 0;

describe("countersign listen on a terminal", { skip: hasTerminal ? false : "script is not installed" }, () => {
  let server: TestServer;
  let handler: Receiver;
  before(async () => {
    server = await startTestServer({ COUNTERSIGN_CALLBACK_SCHEDULE: "1,1,1" });
    handler = await startReceiver();
  });
  after(async () => {
    await handler.close();
    await server.stop();
  });

  test("shows each callback in one row, which follows its attempts", async () => {
    const main = resolve(import.meta.dirname, "../../src/cli/main.ts");
    const command = `stty cols 160 rows 40; exec ${process.execPath} ${main} listen --forward-to ${handler.url}/hook --name terminal`;
    const child = spawn("script", ["-qfec", command, "/dev/null"], {
      env: { PATH: process.env.PATH ?? "", COUNTERSIGN_URL: server.url, COUNTERSIGN_API_KEY: server.apiKey },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let written = "";
    child.stdout.on("data", (bytes: Buffer) => (written += bytes.toString()));
    await until("it listens", async () => written.includes("Listening at"));
    let tries = 0;
    handler.answer = () => {
      tries += 1;
      return tries === 1 ? { status: 500, body: "" } : { status: 200, body: "Hello API Event Received" };
    };
    await sendTo(server);
    const rows = () => screenOf(written).filter((line) => line.includes("signature_request_sent"));
    await until("it was delivered", async () => rows().some((row) => row.includes("acked")));
    assert.equal(rows().length, 1, rows().join("\n"));
    assert.match(
      rows()[0] ?? "",
      /^\d\d:\d\d:\d\d {2}signature_request_sent +[0-9a-f]{8} {2}#2 {3}200 +\d+ ms +acked$/,
    );
    assert.ok(screenOf(written).some((line) => line.startsWith("1 delivered · Listening at")));
    child.stdin.write("\u0003");
    await until("it has ended", async () => child.exitCode !== null);
    assert.equal(child.exitCode, 0);
  });
});
