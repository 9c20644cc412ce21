import type { PrepareOrder } from "../../src/documents/jobs.ts";

/** An order of two signers, Ann and Ben; text tags count unless `own` says otherwise. */
export function orderOf(files: PrepareOrder["files"], own: Partial<PrepareOrder> = {}): PrepareOrder {
  return {
    files,
    useTextTags: true,
    hideTextTags: false,
    usePreexistingFields: false,
    signers: 2,
    signerKeys: null,
    drafts: [],
    mergeValues: [],
    signaturePage: {
      signers: [{ name: "Ann Author" }, { name: "Ben Buyer" }],
      title: "Lease",
      requestId: "f".repeat(40),
    },
    ...own,
  };
}
