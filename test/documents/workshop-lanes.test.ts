import assert from "node:assert/strict";
import { getPriority } from "node:os";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { silentLog } from "../../src/base/log.ts";
import type { WorkshopLimits } from "../../src/documents/child-handle.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { orderOf } from "./orders.ts";
import { line, paper } from "./papers.ts";

const good = paper({ content: line(100, 700, "[sig|req|signer1]") });
const order = orderOf([{ name: "lease.pdf", bytes: good }]);

function open(context: TestContext, own: Partial<WorkshopLimits> = {}) {
  const workshop = openWorkshop({ log: silentLog, limits: own });
  context.after(() => workshop.close());
  return workshop;
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !holds(); await pause(10))
    assert.ok(Date.now() < end, "it comes true within 30 seconds");
}

/** Seconds of painting: much more than three quick files take, much less than the limit. */
const slowest = orderOf([{ name: "slowest.pdf", bytes: paper({ content: "0 0 600 700 re f ".repeat(6_000) }) }]);

test("files that take long do not keep others waiting: they go on at a low priority, and their places are free", async (context) => {
  const workshop = open(context, { documentChildren: 1, documentSlowChildren: 2, documentSlowJobMs: 50 });
  const done: string[] = [];
  const slow = [1, 2].map((number) => workshop.prepare(slowest).then(() => done.push(`slow ${number}`)));
  for (const name of ["first", "second", "third"]) {
    assert.ok((await workshop.prepare(order)).ok);
    done.push(name);
  }
  assert.deepEqual(done, ["first", "second", "third"]);
  const priorities = workshop.children().map((pid) => getPriority(pid));
  assert.equal(priorities.filter((priority) => priority > 0).length, 2, priorities.join());
  await Promise.all(slow);
  await until(() => workshop.children().every((pid) => getPriority(pid) === 0));
});

test("no more than so many take long at once: then even the quick ones wait", async (context) => {
  const workshop = open(context, { documentChildren: 1, documentSlowChildren: 1, documentSlowJobMs: 50 });
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  const slow = [1, 2].map(() => workshop.prepare(slowest).then(note("slow")));
  await Promise.all([...slow, workshop.prepare(order).then(note("quick"))]);
  assert.equal(done[0], "slow");
});

test("what somebody waits for goes first, pages drawn ahead last, and owners take turns", async (context) => {
  const workshop = open(context, { documentChildren: 1, documentSlowJobMs: 60_000 });
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  const picture = { document: good, pages: [1] };
  await Promise.all([
    workshop.prepare(order, "one").then(note("one 1")),
    workshop.picture({ ...picture, isAhead: true }).then(note("ahead")),
    workshop.prepare(order, "one").then(note("one 2")),
    workshop.prepare(order, "two").then(note("two 1")),
    workshop.picture({ ...picture, isAhead: false }).then(note("viewed")),
  ]);
  assert.deepEqual(done.slice(0, 2), ["one 1", "viewed"]);
  assert.equal(done.at(-1), "ahead");
});

test("a small file has less time than a large one", async (context) => {
  const own = { documentChildren: 1, documentJobMs: 60_000, documentJobLeastMs: 1000, documentJobMsPerMegabyte: 0 };
  const outcome = await open(context, own).prepare(slowest);
  assert.ok(!outcome.ok && outcome.why === "time");
  assert.match(outcome.fault.reason, /could not be read within 1 s\./);
});
