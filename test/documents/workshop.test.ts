import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { limits } from "../../src/base/limits.ts";
import { silentLog } from "../../src/base/log.ts";
import { childCommand } from "../../src/documents/child-command.ts";
import type { WorkshopLimits } from "../../src/documents/child-handle.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { orderOf } from "./orders.ts";
import { line, paper } from "./papers.ts";

const good = paper({ content: line(100, 700, "[sig|req|signer1]") });
const order = orderOf([{ name: "lease.pdf", bytes: good }]);

/** Paints a rectangle some million times: takes PDFium many seconds. */
const slow = paper({ content: "0 0 600 700 re f ".repeat(400_000) });
const slowOrder = { ...order, files: [{ name: "slow.pdf", bytes: slow }] };

function open(context: TestContext, own: Partial<WorkshopLimits> = {}) {
  const workshop = openWorkshop({ log: silentLog, limits: own });
  context.after(() => workshop.close());
  return workshop;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** A killed process whose parent has not waited for it yet still has a number. */
function isZombie(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && /\) Z /.test(readFileSync(path, "utf8"));
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !holds(); await pause(10))
    assert.ok(Date.now() < end, "it comes true within 30 seconds");
}

test("a warm child is used again", async (context) => {
  const workshop = open(context, { documentChildren: 1 });
  assert.ok((await workshop.prepare(order)).ok);
  const before = workshop.children();
  assert.ok((await workshop.prepare(order)).ok);
  assert.deepEqual(workshop.children(), before);
});

test("never more children than allowed, and every job of a crowd is done", async (context) => {
  const workshop = open(context, { documentChildren: 2 });
  const jobs = Array.from({ length: 6 }, () => workshop.prepare(order));
  assert.equal(workshop.children().length, 2);
  for (const outcome of await Promise.all(jobs)) assert.ok(outcome.ok);
  assert.equal(workshop.children().length, 2);
});

test("a child leaves after its share of jobs, and another takes over", async (context) => {
  const workshop = open(context, { documentChildren: 1, documentChildJobs: 1 });
  assert.ok((await workshop.prepare(order)).ok);
  const [first] = workshop.children();
  assert.ok((await workshop.prepare(order)).ok);
  assert.notEqual(workshop.children()[0], first);
});

test("a child leaves when it has nothing to do", async (context) => {
  const workshop = open(context, { documentChildIdleMs: 50 });
  assert.ok((await workshop.prepare(order)).ok);
  await until(() => workshop.children().length === 0);
  assert.ok((await workshop.prepare(order)).ok);
});

test("a child killed over its job fails that job in words, and the next one works", async (context) => {
  const workshop = open(context, { documentChildren: 1 });
  assert.ok((await workshop.prepare(order)).ok);
  const job = workshop.prepare(slowOrder);
  const next = workshop.prepare(order);
  const [pid] = workshop.children();
  assert.ok(pid !== undefined);
  process.kill(pid, "SIGKILL");
  assert.deepEqual(await job, {
    ok: false,
    why: "crash",
    fault: { kind: "file", file: 0, reason: "The file could not be read: its reader failed over it." },
  });
  assert.ok((await next).ok);
});

test("a job that takes too long is ended in words, and the next one works", async (context) => {
  const workshop = open(context, { documentChildren: 1, documentJobMs: 5000 });
  assert.ok((await workshop.prepare(order)).ok);
  const outcome = await workshop.prepare(slowOrder);
  assert.deepEqual(outcome, {
    ok: false,
    why: "time",
    fault: { kind: "file", file: 0, reason: "The file could not be read within 5 s." },
  });
  assert.ok((await workshop.prepare(order)).ok);
});

test("a child that cannot come up is the house's trouble, not the document's", async (context) => {
  const workshop = open(context, { documentChildDataBytes: 1024 * 1024 });
  await assert.rejects(workshop.prepare(order), { faultName: "unavailable", message: /cannot be started/ });
});

test("a full queue and a long wait are told at once", async (context) => {
  const full = open(context, { documentChildren: 1, documentQueue: 1 });
  const jobs = [full.prepare(order), full.prepare(order)];
  await assert.rejects(full.prepare(order), { faultName: "unavailable", message: /Too many documents/ });
  for (const outcome of await Promise.all(jobs)) assert.ok(outcome.ok);

  const slowly = open(context, { documentChildren: 1, documentWaitMs: 1 });
  const first = slowly.prepare(order);
  await assert.rejects(slowly.prepare(order), { faultName: "unavailable", message: /wait too long/ });
  assert.ok((await first).ok);
});

test("close ends jobs and children, and takes no more", async (context) => {
  const workshop = open(context, { documentChildren: 1 });
  const jobs = [workshop.prepare(order), workshop.prepare(order)];
  const ended = jobs.map((job) => assert.rejects(job, { faultName: "unavailable", message: /closed/ }));
  const pids = workshop.children();
  await workshop.close();
  await Promise.all(ended);
  assert.equal(pids.some(isAlive), false);
  await assert.rejects(workshop.prepare(order), { faultName: "unavailable" });
});

test("a child cannot read or write files, start anything or see the environment", () => {
  const { file, args, env } = childCommand(limits);
  const tries = `
    const fs = require("node:fs");
    const refusals = [
      () => fs.readFileSync("/etc/passwd"),
      () => fs.readdirSync(${JSON.stringify(tmpdir())}),
      () => fs.writeFileSync(${JSON.stringify(new URL("../../src/documents/planted.ts", import.meta.url).pathname)}, ""),
      () => require("node:child_process").spawnSync("/bin/true"),
      () => new (require("node:worker_threads").Worker)("", { eval: true }),
    ].map((each) => { try { each(); return "done"; } catch (error) { return error.code; } });
    console.log(JSON.stringify([refusals, Object.keys(process.env)]));
  `;
  const { stdout } = spawnSync(file, [...args.slice(0, -1), "-e", tries], { env, encoding: "utf8" });
  assert.deepEqual(JSON.parse(stdout), [Array.from({ length: 5 }, () => "ERR_ACCESS_DENIED"), ["NODE_ENV", "TZ"]]);
});

const isolates = spawnSync("unshare", ["--user", "--map-current-user", "--net", "true"]).status === 0;

test("a child reaches nothing over the network, not even its own machine", {
  skip: isolates ? false : "this kernel grants no network namespace",
}, async (context) => {
  const listener = createServer().listen(0, "127.0.0.1");
  context.after(() => listener.close());
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const dial = `require("node:net").connect(${port}, "127.0.0.1", () => console.log("connected")).on("error", (error) => console.log(error.code))`;
  const { file, args, env } = childCommand(limits);
  const isolated = spawnSync(file, [...args.slice(0, -1), "-e", dial], { env, encoding: "utf8" });
  assert.equal(isolated.stdout.trim(), "ENETUNREACH");
});

const house = `
  import { silentLog } from ${JSON.stringify(new URL("../../src/base/log.ts", import.meta.url).href)};
  import { openWorkshop } from ${JSON.stringify(new URL("../../src/documents/workshop.ts", import.meta.url).href)};
  import { orderOf } from ${JSON.stringify(new URL("./orders.ts", import.meta.url).href)};
  const workshop = openWorkshop({ log: silentLog });
  const bytes = Buffer.from(process.argv[1], "base64");
  await workshop.prepare(orderOf([{ name: "a.pdf", bytes }]));
`;

function startHouse(context: TestContext, more: string, bytes = good) {
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", house + more, Buffer.from(bytes).toString("base64")],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  context.after(() => child.kill("SIGKILL"));
  return child;
}

test("an idle child does not keep its parent from leaving, closed or not", async (context) => {
  for (const more of ["await workshop.close();", ""]) {
    const [code] = await once(startHouse(context, more), "exit");
    assert.equal(code, 0);
  }
});

/** Starts the slow document in the house, which then waits. */
const startSlow = `
  const slow = paper({ content: "0 0 600 700 re f ".repeat(400_000) });
  workshop.prepare(orderOf([{ name: "slow.pdf", bytes: slow }]));
`;

test("a parent killed with -9 leaves no child behind, idle or at work", async (context) => {
  const papers = `import { paper } from ${JSON.stringify(new URL("./papers.ts", import.meta.url).href)};`;
  for (const work of ["", startSlow]) {
    const parent = startHouse(
      context,
      `${papers} ${work} console.log(workshop.children().join(" ")); setInterval(() => {}, 1000);`,
    );
    const [words] = await once(createInterface({ input: parent.stdout }), "line");
    const pids = String(words).split(" ").map(Number);
    assert.ok(pids.length >= 1 && pids.every(isAlive));
    parent.kill("SIGKILL");
    await until(() => !pids.some(isAlive));
  }
});
