import type { Statement } from "../statement.ts";

/** What stays of a signature request once its data is destroyed. */
export const statements: readonly Statement[] = [];
