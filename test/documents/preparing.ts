import assert from "node:assert/strict";
import { after } from "node:test";
import { silentLog } from "../../src/base/log.ts";
import type { Prepared, PrepareOrder } from "../../src/documents/jobs.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { orderOf } from "./orders.ts";

/** The workshop of a test file; it closes after its last test. */
export const workshop = openWorkshop({ log: silentLog });
after(() => workshop.close());

/** Prepares files that must be good. */
export async function prepare(files: readonly Uint8Array[], own: Partial<PrepareOrder> = {}): Promise<Prepared> {
  const outcome = await tryPrepare(files, own);
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
  return outcome;
}

/** Prepares files, which are named file-0.pdf and so on. */
export function tryPrepare(files: readonly Uint8Array[], own: Partial<PrepareOrder> = {}) {
  const named = files.map((bytes, index) => ({ name: `file-${index}.pdf`, bytes }));
  return workshop.prepare(orderOf(named, own));
}
