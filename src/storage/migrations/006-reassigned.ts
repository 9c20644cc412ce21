import type { Statement } from "../statement.ts";

/** Signers who stand in for others. */
export const statements: readonly Statement[] = [
  `alter table signatures add column reassigned_from text`,
  `alter table signatures add column reassigned_by text`,
  `alter table signatures add column reassignment_reason text`,
];
