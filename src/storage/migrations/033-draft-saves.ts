import type { Statement } from "../statement.ts";

/** Which save of a draft was the last: a page whose answer was lost knows its own again. */
export const statements: readonly Statement[] = ["alter table drafts add column saved_as text"];
