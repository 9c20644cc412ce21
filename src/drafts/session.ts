import { refuseFrame } from "../accounts/app-frames.ts";
import { limits } from "../base/limits.ts";
import { hashOf, sameText } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import type { DraftRecord } from "./draft.ts";
import { lockDraft } from "./find.ts";

/** Who comes with a draft's link: the tab, and what its host page says of itself. */
export type DraftClaim = {
  readonly token: string;
  readonly tab: string;
  readonly clientId?: string | undefined;
  readonly parentOrigin?: string | null | undefined;
};

/** Why a draft's page cannot go on. */
export type DraftRefusal =
  | "sign_url_invalid"
  | "sign_url_expired"
  | "client_id_mismatch"
  | "domain_not_allowed"
  | "not_embedded"
  | "draft_behind"
  | "draft_preparing"
  | "draft_closed"
  | "draft_failed";

/** Something of a draft, or why there is nothing. */
export type Drafted<T> = { readonly draft: T } | { readonly refused: DraftRefusal };

/** Opens the session of a draft. The first claim binds its link to the tab, which may reload while it is at work; any other finds nothing. */
export async function claimDraft(work: Work, claim: DraftClaim): Promise<Drafted<DraftRecord>> {
  const found = await lockDraft(work, claim);
  if (!found) return { refused: "sign_url_invalid" };
  const framed = await checkFrame(work, { found, claim });
  if (framed !== null) return { refused: framed };
  const { row } = found;
  if (row.tab_hash !== null) return goOn(work, { found, tab: claim.tab });
  if (work.at > row.expires_at) return { refused: "sign_url_expired" };
  const bound = { tab_hash: hashOf(claim.tab), claimed_at: work.at, touched_at: work.at };
  await work.tx.updateTable("drafts").set(bound).where("draft_id", "=", row.draft_id).execute();
  return alive({ ...found, row: { ...row, ...bound } });
}

/** The draft of a call after the claim; its row is held until the commit. */
export async function resumeDraft(
  work: Work,
  { token, tab }: Pick<DraftClaim, "token" | "tab">,
): Promise<Drafted<DraftRecord>> {
  const found = await lockDraft(work, { token });
  return found ? goOn(work, { found, tab }) : { refused: "sign_url_invalid" };
}

async function goOn(
  work: Work,
  { found, tab }: { readonly found: DraftRecord; readonly tab: string },
): Promise<Drafted<DraftRecord>> {
  if (!found.row.tab_hash || !sameText(found.row.tab_hash, hashOf(tab))) return { refused: "sign_url_invalid" };
  if (work.at > found.row.touched_at + limits.signSessionMs) return { refused: "sign_url_expired" };
  const { draft_id: id } = found.row;
  await work.tx.updateTable("drafts").set({ touched_at: work.at }).where("draft_id", "=", id).execute();
  return alive(found);
}

function alive(found: DraftRecord): Drafted<DraftRecord> {
  return found.row.state === "failed" ? { refused: "draft_failed" } : { draft: found };
}

async function checkFrame(
  work: Work,
  { found: { row }, claim }: { readonly found: DraftRecord; readonly claim: DraftClaim },
): Promise<DraftRefusal | null> {
  if (row.is_embedded === 0) return null;
  if (claim.clientId === undefined && claim.parentOrigin === undefined) return "not_embedded";
  const { clientId, parentOrigin } = claim;
  return refuseFrame(work.tx, { appId: row.client_id, testMode: row.test_mode === 1, clientId, parentOrigin });
}
