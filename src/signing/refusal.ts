import type { Saying } from "../language/saying.ts";
import type { RefusalCode, RefusalView } from "../wire/session.ts";

/** A refusal with its words, its own or those of its code; `fields` tells field by field what would be right. */
export function refuse(
  code: RefusalCode,
  { fields, says }: { readonly fields?: Readonly<Record<string, Saying>>; readonly says?: Saying } = {},
): RefusalView {
  return { ok: false, code, says: says ?? { key: `refusal.${code}` }, ...(fields ? { fields } : {}) };
}
