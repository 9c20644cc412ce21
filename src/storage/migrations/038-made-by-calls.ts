import type { Statement } from "../statement.ts";

/** What a call has made that is no request: a fax, a template or a bulk send, as its operation says. */
export const statements: readonly Statement[] = ["alter table api_calls add column made_id text"];
