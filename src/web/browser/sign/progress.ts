import { checkAnswer, isRuled, leastOf } from "../../../signing/validation.ts";
import type { AnswerValue, FieldView } from "../../../wire/session.ts";

/** Answers by api_id. */
export type Answers = Readonly<Record<string, AnswerValue>>;

/** How much is left of what must be filled: a group counts once. `fields` are those that are there, everywhere here. */
export function countRequired(
  fields: readonly FieldView[],
  answers: Answers,
): { readonly left: number; readonly all: number } {
  const required = fields.filter((field) => isAnswerable(field) && isRequired(field));
  const units = unitsOf(required);
  const left = units.filter(([first]) => first && !isDone(first, { fields, answers })).length;
  return { left, all: units.length };
}

/** Whether something must be done at the field; for one of a group that asks for something, whether the group asks for any. */
export function isRequired({ group, required }: FieldView): boolean {
  return group && isRuled(group) ? group.least > 0 : required;
}

/**
 * Where "Next field" leads from the field at hand (null: from the top): to the next one without an answer, from the
 * end back to a required one; null when nothing is left to do.
 */
export function nextField(
  current: string | null,
  { fields, answers }: { fields: readonly FieldView[]; answers: Answers },
): FieldView | null {
  const at = fields.findIndex((field) => field.apiId === current);
  const here = fields[at];
  const isOpen = (field: FieldView) =>
    isAnswerable(field) && !(here && isSameUnit(field, here)) && !isDone(field, { fields, answers });

  const ahead = fields.slice(at + 1).find(isOpen);
  const open = ahead ?? fields.find((field) => isOpen(field) && (isRequired(field) || isFlawed(field, answers)));
  if (open) return open;
  return here && (isRequired(here) || isFlawed(here, answers)) && !isDone(here, { fields, answers }) ? here : null;
}

/** The answers that are written into the document: files are brought apart from them. */
export function writtenAnswers(fields: readonly FieldView[], answers: Answers): Answers {
  const brought = new Set(fields.filter(({ type }) => type === "attachment").map(({ apiId }) => apiId));
  return Object.fromEntries(Object.entries(answers).filter(([apiId]) => !brought.has(apiId)));
}

/** What changes with an answer: choosing a radio button takes the choice away from its group, and linked texts are written together. */
export function changesOf(
  field: FieldView,
  { value, fields }: { value: AnswerValue; fields: readonly FieldView[] },
): Answers {
  if (field.type === "radio") {
    const group = fields.filter((other) => isSameUnit(other, field));
    return Object.fromEntries(group.map(({ apiId }) => [apiId, apiId === field.apiId]));
  }
  const linked = fields.filter(({ linkId }) => linkId !== undefined && linkId === field.linkId);
  return { ...Object.fromEntries(linked.map(({ apiId }) => [apiId, value])), [field.apiId]: value };
}

/** First letters of the first and the last name: "Anna Maria Kovač" has "AK". */
export function initialsOf(name: string): string {
  const words = name.split(/[\s-]+/).filter((word) => /\p{L}/u.test(word));
  const [first = "", last = ""] = [words.at(0), words.length > 1 ? words.at(-1) : ""];
  return [first, last].map((word) => word.match(/\p{L}\p{M}*/u)?.[0]?.toUpperCase() ?? "").join("");
}

/** A day in the request's format, e.g. `MM / DD / YYYY`. */
export function formatDate(day: Date, format: string): string {
  return format
    .replace("YYYY", String(day.getFullYear()))
    .replace("MM", String(day.getMonth() + 1).padStart(2, "0"))
    .replace("DD", String(day.getDate()).padStart(2, "0"));
}

/** The fields in reading order, those of a group that asks for something together, where the first of them stands. */
export function unitsOf(fields: readonly FieldView[]): readonly (readonly FieldView[])[] {
  const units = new Map<string, FieldView[]>();
  for (const field of fields) {
    const key = isOneOfMany(field) ? `group ${field.group?.id}` : `field ${field.apiId}`;
    units.set(key, [...(units.get(key) ?? []), field]);
  }
  return [...units.values()];
}

function isAnswerable({ type }: FieldView): boolean {
  return type !== "date_signed" && type !== "hyperlink";
}

/** Whether the field is answered together with others: by the group, not by itself. */
export function isOneOfMany({ group }: FieldView): boolean {
  return group !== undefined && isRuled(group);
}

function isSameUnit(one: FieldView, other: FieldView): boolean {
  return one.apiId === other.apiId || (isOneOfMany(one) && one.group?.id === other.group?.id);
}

/** Whether the field has an answer that it accepts; for one of a group, whether the group has as many ticks as it wants. */
export function isDone(
  field: FieldView,
  { fields, answers }: { fields: readonly FieldView[]; answers: Answers },
): boolean {
  if (field.group && isRuled(field.group)) {
    const members = fields.filter((other) => isSameUnit(other, field));
    const ticked = members.filter(({ apiId }) => answers[apiId] === true).length;
    return ticked >= Math.max(1, leastOf(field.group, members.length)) && ticked <= field.group.most;
  }
  if (field.type === "checkbox" || field.type === "radio") return answers[field.apiId] === true;
  const answer = answers[field.apiId];
  return typeof answer === "string" && answer.trim() !== "" && !isFlawed(field, answers);
}

function isFlawed(field: FieldView, answers: Answers): boolean {
  return checkAnswer(field, answers[field.apiId]) !== null;
}
