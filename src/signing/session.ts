import { refuseFrame } from "../accounts/app-frames.ts";
import { limits } from "../base/limits.ts";
import { hashOf, sameText } from "../base/secrets.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { lockRequest } from "../requests/find.ts";
import { isSpared } from "../requests/groups.ts";
import { isTurn } from "../requests/turn.ts";
import type { SignLinkRow } from "../storage/signing-tables.ts";
import type { ClaimRequest, GateView, RefusalCode, RefusalView } from "../wire/session.ts";
import { enterCode, gateOf, passedAt, sendCode, viewGate, viewSent } from "./gate.ts";
import { withOwnAnswers } from "./group.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./signer-session.ts";
import { tellViewed } from "./viewed.ts";

/** Opens the page's session. The first claim of a link binds it to the tab and tells `viewed`; the same tab may reload for 60 minutes. */
export async function claimSession(work: Work, claim: ClaimRequest): Promise<Session | GateView | RefusalView> {
  const found = await findSession(work, claim.token);
  if (!found) return refuse("sign_url_invalid");
  const { link } = found;
  if (link.kind !== claim.kind) return refuse("sign_url_invalid");
  const mayFrame = await checkFrame(work, { claim, found });
  if (mayFrame !== null) return refuse(mayFrame);

  const tab = hashOf(claim.tab);
  const sameTab = link.tab_hash !== null && sameText(link.tab_hash, tab);
  const dead = deadLink(work, { link, sameTab });
  if (dead !== null) return link.kind === "mail" ? refuse(dead) : reportDeadLink(work, { found, code: dead });
  const closed = closedCode(found, work.at);
  if (closed !== null) return refuse(closed);

  const heard = await noteLocale(work, { session: found, locale: claim.locale });
  // A mailed link begins a new session each time; an embedded one lives by its first claim.
  if (sameTab && link.kind === "embedded") return atGate(work, { session: heard, bearer: bearerOf(claim) });
  // Who comes in another tab passes the gates anew.
  const gates = sameTab ? {} : noGatePassed;
  await work.tx
    .updateTable("sign_links")
    .set({ tab_hash: tab, claimed_at: work.at, ...gates })
    .where("token_hash", "=", link.token_hash)
    .execute();
  const session = { ...heard, link: { ...link, ...gates } };
  if (gateOf(session) === null && !sameTab) await tellViewed(work, found);
  return atGate(work, { session, bearer: bearerOf(claim) });
}

const noGatePassed = { pin_passed_at: null, sms_passed_at: null, eid_passed_at: null };

/** Letters and text messages to a signer are written in the language of the page. */
async function noteLocale(
  work: Work,
  { session, locale }: { readonly session: Session; readonly locale: ClaimRequest["locale"] },
): Promise<Session> {
  const { signature } = session;
  if (locale === undefined || locale === signature.locale) return session;
  const { signature_id: id } = signature;
  await work.tx.updateTable("signatures").set({ locale }).where("signature_id", "=", id).execute();
  return { ...session, signature: { ...signature, locale } };
}

/** The session, or the gate that it stands before. */
async function atGate(
  work: Work,
  { session, bearer }: { readonly session: Session; readonly bearer: string },
): Promise<Session | GateView> {
  const needs = gateOf(session);
  return needs === null ? session : viewGate(work, { session, needs, bearer });
}

/** Enters a code before a gate: answers the session behind the last one, which tells `viewed`, else the next gate. */
export async function passGate(
  work: Work,
  { bearer, code }: { readonly bearer: string; readonly code: string },
): Promise<Session | GateView | RefusalView> {
  const session = await resume(work, bearer);
  if ("ok" in session) return session;
  const needs = gateOf(session);
  if (needs === null) return session;
  const refused = await enterCode(work, { session, needs, code });
  if (refused !== null) return refused;
  const behind = { ...session, link: { ...session.link, ...passedAt(needs, work.at) } };
  if (gateOf(behind) === null) await tellViewed(work, behind);
  return atGate(work, { session: behind, bearer });
}

/** Sends another code by text message to who stands before that gate. */
export async function resendCode(work: Work, bearer: string): Promise<GateView | RefusalView> {
  const session = await resume(work, bearer);
  if ("ok" in session) return session;
  if (gateOf(session) !== "sms") return refuse("code_needed");
  const sent = await sendCode(work, session);
  return sent.ok ? viewSent(session, bearer) : sent;
}

/** The session of a call after the claim, behind its gates; `bearer` is `<token>.<tab>`. */
export async function resumeSession(work: Work, bearer: string): Promise<Session | RefusalView> {
  const session = await resume(work, bearer);
  return "ok" in session || gateOf(session) === null ? session : refuse("code_needed");
}

/** The session of who stands before the gate of identification. */
export async function resumeAtEid(work: Work, bearer: string): Promise<Session | RefusalView> {
  const session = await resume(work, bearer);
  return "ok" in session || gateOf(session) === "eid" ? session : refuse("unavailable");
}

async function resume(work: Work, bearer: string): Promise<Session | RefusalView> {
  const [token = "", tab = ""] = bearer.split(".");
  const found = await findSession(work, token);
  if (!found?.link.tab_hash || found.link.claimed_at === null) return refuse("sign_url_invalid");
  const sameTab = sameText(found.link.tab_hash, hashOf(tab));
  if (!sameTab && found.link.kind === "embedded") return refuse("sign_url_invalid");
  if (work.at > found.link.claimed_at + limits.signSessionMs) return refuse("sign_url_expired");
  const closed = closedCode(found, work.at);
  if (closed !== null) return refuse(closed);
  // Gates open for the tab that has passed them: whoever else has the letter's link has not.
  const isOutside = !sameTab && gateOf({ ...found, link: { ...found.link, ...noGatePassed } }) !== null;
  return isOutside ? refuse("code_needed") : found;
}

/** The bearer of a session: the link's token and the tab's secret, both random. */
export function bearerOf({ token, tab }: Pick<ClaimRequest, "token" | "tab">): string {
  return `${token}.${tab}`;
}

async function findSession(work: Work, token: string): Promise<Session | null> {
  const known = await findLink(work, token);
  if (!known) return null;
  const found = await lockRequest(work, known.request_id);
  // Read once more with the request's row in hand: while it was waited for, another tab may have claimed the link.
  const link = await findLink(work, token);
  const signature = found?.signatures.find((one) => one.signature_id === known.signature_id);
  if (!found || !link || !signature) return null;
  return { record: await withOwnAnswers(work, { found, signature }), signature, link };
}

async function findLink(work: Work, token: string): Promise<SignLinkRow | null> {
  const link = await work.tx
    .selectFrom("sign_links")
    .selectAll()
    .where("token_hash", "=", hashOf(token))
    .executeTakeFirst();
  return link ?? null;
}

async function checkFrame(
  work: Work,
  { claim, found }: { readonly claim: ClaimRequest; readonly found: Session },
): Promise<RefusalCode | null> {
  const { request } = found.record;
  if (found.link.kind !== "embedded") return null;
  const { clientId, parentOrigin } = claim;
  return refuseFrame(work.tx, { appId: request.client_id, testMode: request.test_mode === 1, clientId, parentOrigin });
}

function deadLink(
  work: Work,
  { link, sameTab }: { readonly link: SignLinkRow; readonly sameTab: boolean },
): RefusalCode | null {
  if (link.kind === "mail") return work.at > link.created_at + limits.mailLinkMs ? "sign_url_expired" : null;
  if (link.claimed_at === null)
    return link.expires_at !== null && work.at > link.expires_at ? "sign_url_expired" : null;
  if (!sameTab) return "sign_url_invalid";
  return work.at > link.claimed_at + limits.signUrlMs ? "sign_url_expired" : null;
}

/** Tells the integrator, once for each embedded link, that somebody came with a dead one. */
async function reportDeadLink(
  work: Work,
  { found, code }: { readonly found: Session; readonly code: RefusalCode },
): Promise<RefusalView> {
  const { link, signature } = found;
  if (link.reported === 0 && signature.state === "awaiting_signature" && found.record.request.state === "awaiting") {
    await work.tx.updateTable("sign_links").set({ reported: 1 }).where("token_hash", "=", link.token_hash).execute();
    await append(work, { type: "sign_url_invalid", requestId: link.request_id, relatedSignatureId: link.signature_id });
  }
  return refuse(code);
}

/** What closes the page to this signer; null while it is open, and for who is done (the page then thanks). */
function closedCode({ record: { request, signatures }, signature }: Session, at: number): RefusalCode | null {
  if (request.state === "destroyed") return "request_destroyed";
  if (request.state === "canceled") return "request_canceled";
  if (signature.state === "signed" || signature.state === "declined") return null;
  if (isSpared(signature)) return "group_signed";
  // The job that expires it may be late; nobody signs after the hour that was promised.
  const isOver = request.state === "awaiting" && request.expires_at !== null && at >= request.expires_at;
  if (request.state === "expired" || isOver) return "request_expired";
  if (request.state === "declined") return "request_declined";
  if (request.state !== "awaiting") return "unavailable";
  return isTurn(signatures, signature.signature_id) ? null : "not_your_turn";
}
