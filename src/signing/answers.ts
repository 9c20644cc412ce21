import type { AnswerValue, Field } from "../documents/document.ts";
import { undrawableCharacter } from "../documents/draw/undrawable.ts";
import type { Work } from "../events/work.ts";
import type { Saying } from "../language/saying.ts";
import { placeOf } from "../requests/groups.ts";
import type { AnswerRow } from "../storage/signing-tables.ts";
import type { RefusalView } from "../wire/session.ts";
import { shownFields } from "./conditions.ts";
import { keepMemberAnswers } from "./group.ts";
import { openPatternCheck, uncheckable } from "./pattern.ts";
import { refuse, refuseDone } from "./refusal.ts";
import type { Session } from "./signer-session.ts";
import { checkAnswers } from "./validation.ts";

type Answers = Readonly<Record<string, AnswerValue>>;

/** The fields of this signer that take an answer, as the page shows them. */
export function fieldsOf({ record, signature }: Pick<Session, "record" | "signature">): readonly Field[] {
  return record.fields.filter((field) => field.signer === placeOf(signature));
}

/** `isLast`: the signer signs with them. */
type Saving = { readonly session: Session; readonly answers: Answers; readonly isLast?: boolean };

/**
 * Keeps what is typed so far; answers to fields that are not this signer's are refused, wrong values are not: they may be half
 * typed. Who has signed or declined changes nothing any more: a late autosave must not touch what was agreed to.
 */
export async function saveAnswers(
  work: Work,
  { session, answers, isLast = false }: Saving,
): Promise<RefusalView | null> {
  if (session.signature.state !== "awaiting_signature") return refuseDone(session.signature);
  const mine = new Map(fieldsOf(session).map((field) => [field.apiId, field]));
  const strange = Object.keys(answers).filter((apiId) => !mine.has(apiId));
  if (strange.length > 0)
    return refuse("invalid_answer", {
      fields: Object.fromEntries(strange.map((apiId) => [apiId, { key: "flaw.notYours" }])),
    });
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
  // Until one of a group signs, each member fills in a form of their own.
  const isShared = isLast || session.signature.group_guid === null;
  await (isShared ? keepAnswers : keepMemberAnswers)(work, rows);
  return null;
}

/** Writes answers over those of before. */
export async function keepAnswers(work: Work, rows: readonly AnswerRow[]): Promise<void> {
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
}

/**
 * Which of a signer's fields are there at last, and what is wrong with their answers, field by field; no flaws when the
 * document can be finished. Senders' patterns are judged under a deadline; where a rule's runs away, nobody knows which fields
 * are there, and that is told at the field it asks about.
 */
export function judgeAnswers(
  fields: readonly Field[],
  answers: Answers,
): { readonly shown: readonly Field[]; readonly flaws: Readonly<Record<string, Saying>> } {
  const checkPattern = openPatternCheck();
  const flaws: Record<string, Saying> = {};
  const runaways = new Set<string | undefined>();
  const matches = (pattern: string, text: string) => {
    const flaw = checkPattern({ type: "custom_regex", pattern }, text);
    if (flaw === uncheckable) runaways.add(pattern);
    return flaw === null;
  };
  const shown = shownFields(fields, { answers, matches });
  for (const { condition } of fields)
    if (condition?.operator === "match" && runaways.has(condition.values[0])) flaws[condition.field] = uncheckable;

  const plain = shown.map((field) => (hasPattern(field) ? { ...field, validation: { type: "" } } : field));
  for (const [apiId, flaw] of checkAnswers(plain, answers)) flaws[apiId] ??= flaw;
  for (const { apiId, validation } of shown) {
    const value = answers[apiId];
    if (validation?.type === "custom_regex" && typeof value === "string" && value !== "") {
      const flaw = checkPattern(validation, value);
      if (flaw !== null) flaws[apiId] ??= flaw;
    }
    const character = typeof value === "string" ? undrawableCharacter(value) : null;
    if (character !== null) flaws[apiId] ??= { key: "flaw.undrawable", values: { character } };
  }
  return { shown, flaws };
}

function hasPattern(field: Field): boolean {
  return field.validation?.type === "custom_regex";
}

function takesAnswer(field: Field | undefined): boolean {
  return field !== undefined && field.type !== "date_signed" && field.type !== "hyperlink";
}
