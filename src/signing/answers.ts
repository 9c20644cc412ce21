import type { AnswerValue, Field } from "../documents/document.ts";
import { undrawable } from "../documents/draw/undrawable.ts";
import type { Work } from "../events/work.ts";
import type { RefusalView } from "../wire/session.ts";
import { openPatternCheck } from "./pattern.ts";
import { refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import { checkAnswers } from "./validation.ts";

type Answers = Readonly<Record<string, AnswerValue>>;

/** The fields of this signer that take an answer, as the page shows them. */
export function fieldsOf({ record, signature }: Pick<Session, "record" | "signature">): readonly Field[] {
  return record.fields.filter((field) => field.signer === signature.position);
}

/**
 * Keeps what is typed so far; answers to fields that are not this signer's are refused, wrong values are not: they may be half
 * typed. Who has signed or declined changes nothing any more: a late autosave must not touch what was agreed to.
 */
export async function saveAnswers(
  work: Work,
  { session, answers }: { readonly session: Session; readonly answers: Answers },
): Promise<RefusalView | null> {
  if (session.signature.state !== "awaiting_signature") return refuse("sign_url_invalid");
  const mine = new Map(fieldsOf(session).map((field) => [field.apiId, field]));
  const strange = Object.keys(answers).filter((apiId) => !mine.has(apiId));
  if (strange.length > 0)
    return refuse(
      "invalid_answer",
      Object.fromEntries(strange.map((apiId) => [apiId, "This field is not yours to fill."])),
    );
  const rows = Object.entries(answers)
    .filter(([apiId]) => takesAnswer(mine.get(apiId)))
    .map(([apiId, value]) => ({
      request_id: session.link.request_id,
      api_id: apiId,
      signature_id: session.signature.signature_id,
      value_json: JSON.stringify(value),
      answered_at: work.at,
    }));
  if (rows.length === 0) return null;

  await work.tx
    .insertInto("answers")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["request_id", "api_id"]).doUpdateSet((eb) => ({
        value_json: eb.ref("excluded.value_json"),
        answered_at: eb.ref("excluded.answered_at"),
      })),
    )
    .execute();
  return null;
}

/** What is wrong with a signer's answers, field by field; empty when the document can be finished. */
export function flawsOf(fields: readonly Field[], answers: Answers): Readonly<Record<string, string>> {
  const plain = fields.map((field) => (hasPattern(field) ? { ...field, validation: { type: "" } } : field));
  const flaws: Record<string, string> = Object.fromEntries(checkAnswers(plain, answers));
  const checkPattern = openPatternCheck();
  for (const { apiId, validation } of fields) {
    const value = answers[apiId];
    if (validation?.type === "custom_regex" && typeof value === "string" && value !== "") {
      const flaw = checkPattern(validation, value);
      if (flaw !== null) flaws[apiId] ??= flaw;
    }
    const words = typeof value === "string" ? undrawable(value) : null;
    if (words !== null) flaws[apiId] ??= `The document's fonts do not have ${words}.`;
  }
  return flaws;
}

function hasPattern(field: Field): boolean {
  return field.validation?.type === "custom_regex";
}

function takesAnswer(field: Field | undefined): boolean {
  return field !== undefined && field.type !== "date_signed" && field.type !== "hyperlink";
}
