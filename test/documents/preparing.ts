import assert from "node:assert/strict";
import { after } from "node:test";
import { silentLog } from "../../src/base/log.ts";
import type { Prepared, PrepareOrder } from "../../src/documents/jobs.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";

/** The workshop of a test file; it closes after its last test. */
export const workshop = openWorkshop({ log: silentLog });
after(() => workshop.close());

/** What a signature page is asked with. */
export const ask = {
  signers: [{ name: "Ann Author" }, { name: "Ben Buyer" }],
  title: "Lease",
  requestId: "f".repeat(40),
};

/** Prepares files that must be good. */
export async function prepare(files: readonly Uint8Array[], order: Partial<PrepareOrder> = {}): Promise<Prepared> {
  const outcome = await tryPrepare(files, order);
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
  return outcome;
}

/** Prepares files; text tags count unless `order` says otherwise. */
export function tryPrepare(files: readonly Uint8Array[], order: Partial<PrepareOrder> = {}) {
  const named = files.map((bytes, index) => ({ name: `file-${index}.pdf`, bytes }));
  return workshop.prepare({
    files: named,
    useTextTags: true,
    hideTextTags: false,
    appendSignaturePage: null,
    ...order,
  });
}
