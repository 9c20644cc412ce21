import type { Saying } from "../language/saying.ts";
import { sparedState } from "../requests/groups.ts";
import type { RefusalCode, RefusalView } from "../wire/session.ts";

/** Why nothing changes any more for a signer who is done in whatever way. */
export function refuseDone({ state }: { readonly state: string }): RefusalView {
  if (state === "signed") return refuse("already_signed");
  if (state === sparedState) return refuse("group_signed");
  return refuse(state === "declined" ? "request_declined" : "sign_url_invalid");
}

/** A refusal with its words, its own or those of its code; `fields` tells field by field what would be right. */
export function refuse(
  code: RefusalCode,
  { fields, says }: { readonly fields?: Readonly<Record<string, Saying>>; readonly says?: Saying } = {},
): RefusalView {
  return { ok: false, code, says: says ?? { key: `refusal.${code}` }, ...(fields ? { fields } : {}) };
}
