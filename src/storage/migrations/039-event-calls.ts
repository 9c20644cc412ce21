import type { Statement } from "../statement.ts";

/** The call of the API in whose transaction an event happened; null for what somebody on a page or the house itself has done. */
export const statements: readonly Statement[] = ["alter table events add column call_id text"];
