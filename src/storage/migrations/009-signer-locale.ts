import type { Statement } from "../statement.ts";

/** The language in which a signer reads: that of the signing page when it was opened or signed last. */
export const statements: readonly Statement[] = ["alter table signatures add column locale text"];
