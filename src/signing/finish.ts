import type { AnswerValue, Field } from "../documents/document.ts";
import { append } from "../events/append.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import { enqueue } from "../outbox/jobs.ts";
import { isSettled, placeOf } from "../requests/groups.ts";
import { optionsOf } from "../requests/options.ts";
import type { FinishedView, FinishRequest, RefusalView } from "../wire/session.ts";
import { fieldsOf, judgeAnswers, keepAnswers, saveAnswers } from "./answers.ts";
import { missingAttachments, recordAttachments } from "./attachments.ts";
import { agreedConsent, type Consent, consentFacts, languageOf } from "./consent.ts";
import { formatDay, knownZone } from "./dates.ts";
import { settleGroup } from "./group.ts";
import { findWayOfSigning, keepHands } from "./hands.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./signer-session.ts";
import { isTick } from "./validation.ts";

/**
 * Signs, for a whole group where the signer is in one: keeps the answers, the consent and the day, tells `signed`, and promises the completion when this was the
 * last signer. Twice is once: who has signed already is thanked again.
 */
export async function finishSigning(
  work: Work,
  { session, finish }: { readonly session: Session; readonly finish: FinishRequest },
): Promise<FinishedView | RefusalView> {
  const { signature, link } = session;
  if (signature.state === "signed") return { ok: true, state: "signed" };
  if (signature.state === "declined") return refuse("request_declined");
  const testMode = session.record.request.test_mode === 1;
  const consent = agreedConsent(finish.consentVersion, { testMode });
  if (consent === null) return refuse("unavailable");

  const fields = fieldsOf(session);
  const answers = { ...presetAnswers(session), ...earlierAnswers(session, fields), ...finish.answers };
  const { shown, flaws: wrong } = judgeAnswers(fields, answers);
  const flaws = { ...wrong, ...missingAttachments(session) };
  if (Object.keys(flaws).length > 0) return refuse("invalid_answer", { fields: flaws });
  const timeZone = knownZone(finish.timeZone);
  const refused =
    (await keepHands(work, { session, hands: finish.hands })) ??
    (await saveAnswers(work, { session, answers, isLast: true }));
  if (refused) return refused;

  await stampDates(work, { session, fields: shown, timeZone });
  await emptyHidden(work, { session, hidden: fields.filter((field) => !shown.includes(field)) });
  await markSigned(work, { session, timeZone, consent });
  await settleGroup(work, session);
  await append(work, {
    type: "signature_request_signed",
    requestId: link.request_id,
    relatedSignatureId: signature.signature_id,
  });
  const isLast = await sealWhenLast(work, session);
  // After the last one it comes with all_signed, once the document is sealed.
  if (!isLast && work.downloadable === "each")
    await append(work, { type: "signature_request_downloadable", requestId: link.request_id });
  return { ok: true, state: "signed" };
}

/** What stands in a signer's fields before anybody types: presets, and the signer's own data where the request asks for it. */
export function presetAnswers(session: Session): Readonly<Record<string, AnswerValue>> {
  const { populateAutoFill } = optionsOf(session.record.request);
  const presets: Record<string, AnswerValue> = {};
  for (const field of fieldsOf(session)) {
    const filled = populateAutoFill ? autoFill(field, session) : "";
    if (isTick(field.type)) presets[field.apiId] = field.checked ?? false;
    else if (presettable.includes(field.type) && (field.content || filled))
      presets[field.apiId] = field.content || filled;
  }
  return presets;
}

/** Fields in which a text may stand before anybody types. */
const presettable: readonly Field["type"][] = ["text", "dropdown", "text-merge"];

/** The answers that this signer has saved before. */
export function earlierAnswers(
  { record: { answers } }: Session,
  fields: readonly Field[],
): Readonly<Record<string, AnswerValue>> {
  return Object.fromEntries(
    fields.flatMap(({ apiId }) => {
      const value = answers.get(apiId);
      return value === undefined ? [] : [[apiId, value]];
    }),
  );
}

function autoFill(field: Field, { signature: { name, email } }: Session): string {
  const [first = "", ...rest] = name.split(" ");
  const values = new Map(Object.entries({ name, email, firstName: first, lastName: rest.join(" ") }));
  return values.get(field.autoFill ?? "") ?? "";
}

async function stampDates(
  work: Work,
  {
    session,
    fields,
    timeZone,
  }: { readonly session: Session; readonly fields: readonly Field[]; readonly timeZone: string },
): Promise<void> {
  const format = optionsOf(session.record.request).dateFormat;
  const rows = fields
    .filter((field) => field.type === "date_signed")
    .map((field) => ({
      request_id: session.link.request_id,
      api_id: field.apiId,
      signature_id: session.signature.signature_id,
      value_json: JSON.stringify(formatDay(work.at, { format, timeZone })),
      answered_at: work.at,
    }));
  if (rows.length > 0) await keepAnswers(work, rows);
}

/** A field that its condition hides is empty, whatever was typed or preset while it was there. */
async function emptyHidden(
  work: Work,
  { session, hidden }: { readonly session: Session; readonly hidden: readonly Field[] },
): Promise<void> {
  const rows = hidden.map(({ apiId, type }) => ({
    request_id: session.link.request_id,
    api_id: apiId,
    signature_id: session.signature.signature_id,
    value_json: JSON.stringify(isTick(type) ? false : ""),
    answered_at: work.at,
  }));
  if (rows.length > 0) await keepAnswers(work, rows);
}

async function markSigned(
  work: Work,
  { session, timeZone, consent }: { readonly session: Session; readonly timeZone: string; readonly consent: Consent },
): Promise<void> {
  const { signature, link } = session;
  await work.tx
    .updateTable("signatures")
    .set({ state: "signed", signed_at: work.at, time_zone: timeZone, locale: languageOf(consent) })
    .where("signature_id", "=", signature.signature_id)
    .execute();
  await record(work, {
    requestId: link.request_id,
    kind: "consented",
    signatureId: signature.signature_id,
    facts: consentFacts(consent),
  });
  await recordAttachments(work, session);
  await record(work, {
    requestId: link.request_id,
    kind: "signed",
    signatureId: signature.signature_id,
    facts: {
      timeZone,
      document: session.record.request.document_blob,
      way: await findWayOfSigning(work.tx, signature.signature_id),
    },
  });
}

/** Promises the completion where nobody has to sign any more; answers whether it was so. */
async function sealWhenLast(work: Work, { record: found, signature, link }: Session): Promise<boolean> {
  const others = found.signatures.filter((one) => placeOf(one) !== placeOf(signature));
  if (!others.every(isSettled)) return false;
  await work.tx
    .updateTable("signature_requests")
    .set({ state: "sealing" })
    .where("request_id", "=", link.request_id)
    .execute();
  await enqueue(work, { kind: "complete", requestId: link.request_id, payload: {} });
  return true;
}
