import type { Statement } from "../statement.ts";

/** When each API key was used last, to ten minutes. */
export const statements: readonly Statement[] = ["alter table api_keys add column last_used_at bigint"];
