// Gates before the signing page: an access code that the sender has told the signer, a code by text message. Until they are passed
// nothing of the document is shown. Wrong codes are counted for the signature, over all links, tabs and processes: its request's row is
// held while one is judged.

import { findEarlierSecrets } from "../accounts/earlier-secrets.ts";
import { countUse } from "../accounts/quotas.ts";
import { isRecent } from "../base/clock.ts";
import { newCode } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { encrypt, macOf, type Secret, sameText } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import { record, type TrailKind } from "../evidence/trail.ts";
import { chooseLocale } from "../language/locales.ts";
import { wordsIn } from "../language/mail.ts";
import { enqueue } from "../outbox/jobs.ts";
import { hidePhone } from "../providers/sms.ts";
import { optionsOf } from "../requests/options.ts";
import { pinHash } from "../requests/pin.ts";
import type { SignLinkRow } from "../storage/signing-tables.ts";
import type { SignatureRow } from "../storage/tables.ts";
import type { GateView, RefusalView } from "../wire/session.ts";
import { hasFailed, isProven } from "./identify.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./signer-session.ts";

/** A gate: an access code, a code by text message, an electronic identity. */
export type GateKind = GateView["needs"];

/** The kind of the job that sends a text message. */
export const smsKind = "sms";

/** The gate that a session stands before; null when the way is open. */
export function gateOf({ record: { request }, signature, link }: Session): GateKind | null {
  if (signature.pin_hash !== null && link.pin_passed_at === null) return "pin";
  if (signature.sms_use === "authentication" && link.sms_passed_at === null) return "sms";
  return link.eid_passed_at === null && optionsOf(request).isEid ? "eid" : null;
}

/** What the page shows before a gate. Sends the first code where one is needed and none is on its way. */
export async function viewGate(
  work: Work,
  { session, needs, bearer }: { readonly session: Session; readonly needs: GateKind; readonly bearer: string },
): Promise<GateView> {
  const { signature } = session;
  if (needs === "eid") {
    const notice = (await hasFailed(work.tx, session)) ? ({ key: "gate.eidFailed" } as const) : null;
    return { ...viewSent(session, bearer), needs, phone: null, notice };
  }
  const locked = lockedFor(signature, work.at);
  const isOnItsWay = signature.code_hash !== null && (signature.code_expires_at ?? 0) > work.at;
  const sent = needs === "sms" && locked === null && !isOnItsWay ? await sendCode(work, session) : null;
  const notice = sent?.ok === false ? sent.says : (locked?.says ?? null);
  return { ...viewSent(session, bearer), needs, notice };
}

/** What the page shows when a code is on its way. */
export function viewSent({ signature }: Session, bearer: string): GateView {
  const { signature_id: signatureId, sms_phone: phone, sms_use: use } = signature;
  const hint = phone !== null && use === "authentication" ? hidePhone(phone) : null;
  return { ok: true, state: "gate", session: bearer, signatureId, needs: "sms", phone: hint, notice: null };
}

/** Judges a code; before the gate of identification that is the proof that the browser has brought back. Null: the gate is passed. */
export async function enterCode(
  work: Work,
  { session, needs, code }: { readonly session: Session; readonly needs: GateKind; readonly code: string },
): Promise<RefusalView | null> {
  const { signature, link } = session;
  if (needs === "eid") {
    if (!(await isProven(work, { link, proof: code })))
      return refuse("unavailable", { says: { key: "gate.eidFailed" } });
    await pass(work, { session, needs });
    return null;
  }
  const locked = lockedFor(signature, work.at);
  if (locked !== null) return locked;
  if (!(await isRight(work, { signature, needs, code: code.trim() }))) return countFailure(work, { session, needs });

  await pass(work, { session, needs });
  const used = needs === "sms" ? { code_hash: null, code_expires_at: null } : {};
  await update(work, signature, { code_failures: 0, ...used });
  await tell(work, { session, kind: "code_passed", facts: { by: needs } });
  return null;
}

async function pass(
  { tx, at }: Work,
  { session: { link }, needs }: { readonly session: Session; readonly needs: GateKind },
): Promise<void> {
  await tx.updateTable("sign_links").set(passedAt(needs, at)).where("token_hash", "=", link.token_hash).execute();
}

/** What a link keeps of a gate that is passed. */
export function passedAt(needs: GateKind, at: number): Partial<SignLinkRow> {
  return { pin: { pin_passed_at: at }, sms: { sms_passed_at: at }, eid: { eid_passed_at: at } }[needs];
}

/** Sends another code by text message, unless it is too soon, there were too many, or the quota of the account is used up. */
export async function sendCode(work: Work, session: Session): Promise<{ readonly ok: true } | RefusalView> {
  const { signature, record: found } = session;
  const { code_sent_at: last, sms_phone: phone } = signature;
  const locked = lockedFor(signature, work.at);
  if (locked !== null) return locked;
  if (phone === null) return refuse("unavailable");
  if (isRecent(last, { at: work.at, ms: limits.codeEveryMs }))
    return refuse("unavailable", { says: { key: "gate.tooSoon" } });
  const isSameHour = isRecent(signature.codes_since, { at: work.at, ms: limits.codesWithinMs });
  const sent = isSameHour ? signature.codes_sent : 0;
  if (sent >= limits.codesMost) return refuse("unavailable", { says: { key: "gate.tooMany" } });

  const { account_id: accountId, test_mode: testMode } = found.request;
  if (testMode === 0 && !(await countUse(work, { accountId, kind: "codes", count: 1 })))
    return refuse("unavailable", { says: { key: "trouble.quota" } });

  const code = newCode();
  await update(work, signature, {
    code_hash: codeHash(work.secret, { signature, code }),
    code_expires_at: work.at + limits.codeMs,
    code_sent_at: work.at,
    codes_since: isSameHour ? signature.codes_since : work.at,
    codes_sent: sent + 1,
  });
  const locale = chooseLocale([signature.locale]);
  const text = wordsIn(locale)("text.code", { code, title: found.request.title.slice(0, 60) });
  await promiseText(work, { requestId: found.request.request_id, link: session.link.token_hash, to: phone, text });
  await tell(work, { session, kind: "code_sent", facts: { phone: hidePhone(phone) } });
  return { ok: true };
}

/** A text message to a signer; `link`: the hash of the link that it is for, without which it is not sent. */
export type SignerText = {
  readonly requestId: string;
  readonly link: string;
  readonly to: string;
  readonly text: string;
};

/** Promises a text message, which is encrypted until it is sent. */
export async function promiseText(work: Work, { requestId, link, to, text }: SignerText): Promise<void> {
  const payload = { to, link, cipher: encrypt(work.secret, { purpose: smsKind, text }) };
  await enqueue(work, { kind: smsKind, requestId, payload });
}

type Judging = { readonly signature: SignatureRow; readonly needs: GateKind; readonly code: string };

async function isRight(work: Work, { signature, needs, code }: Judging): Promise<boolean> {
  if (needs === "pin") return isPin(work, { signature, pin: code });
  const isAlive = signature.code_hash !== null && (signature.code_expires_at ?? 0) > work.at;
  return isAlive && sameText(signature.code_hash ?? "", codeHash(work.secret, { signature, code }));
}

/** What was kept of a code under an earlier secret cannot be made anew, and its signer still has the code. */
async function isPin(
  work: Work,
  { signature, pin }: { readonly signature: SignatureRow; readonly pin: string },
): Promise<boolean> {
  const { signature_id: signatureId, pin_hash: kept } = signature;
  const fits = (secret: Secret) => sameText(kept ?? "", pinHash(secret, { signatureId, pin }));
  return fits(work.secret) || (await findEarlierSecrets(work)).some(fits);
}

function codeHash(secret: Secret, { signature, code }: Omit<Judging, "needs">): string {
  return macOf(secret, `sms ${signature.signature_id} ${code}`);
}

async function countFailure(
  work: Work,
  { session, needs }: { readonly session: Session; readonly needs: GateKind },
): Promise<RefusalView> {
  const { signature } = session;
  const failures = signature.code_failures + 1;
  await tell(work, { session, kind: "code_failed", facts: { by: needs } });
  if (failures < limits.codeTries) {
    await update(work, signature, { code_failures: failures });
    const left = limits.codeTries - failures;
    return refuse("wrong_code", { says: { key: "refusal.wrong_code", values: { left } } });
  }
  // Each lock lasts longer than the one before: guessing gets nowhere.
  const lockMs = Math.min(limits.codeLockMs * 2 ** signature.code_locks, limits.codeLockMostMs);
  const locked = { code_locked_until: work.at + lockMs, code_locks: signature.code_locks + 1, code_failures: 0 };
  await update(work, signature, locked);
  await tell(work, { session, kind: "code_locked", facts: { minutes: Math.ceil(lockMs / 60_000) } });
  return lockedFor({ ...signature, ...locked }, work.at) ?? refuse("unavailable");
}

function lockedFor({ code_locked_until: until }: SignatureRow, at: number): RefusalView | null {
  if (until === null || until <= at) return null;
  const minutes = Math.ceil((until - at) / 60_000);
  return refuse("code_locked", { says: { key: "refusal.code_locked", values: { minutes } } });
}

async function update(work: Work, { signature_id: id }: SignatureRow, change: Partial<SignatureRow>): Promise<void> {
  await work.tx.updateTable("signatures").set(change).where("signature_id", "=", id).execute();
}

type Telling = {
  readonly session: Session;
  readonly kind: TrailKind;
  readonly facts: Readonly<Record<string, unknown>>;
};

async function tell(work: Work, { session, kind, facts }: Telling): Promise<void> {
  const { request_id: requestId, signature_id: signatureId } = session.link;
  await record(work, { requestId, kind, signatureId, facts });
}
