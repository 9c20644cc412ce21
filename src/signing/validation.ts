/**
 * What a signer may write into a field. The page asks while typing and the server asks again at finish, so this file
 * runs in both: it touches nothing of Node's or the browser's. Rules: form-field "Validation types" of the v3 API.
 */
import { limits } from "../base/limits.ts";
import { type Group, type Validation, validationNames } from "../documents/document.ts";
import type { Saying } from "../language/saying.ts";
import { compilePattern } from "./conditions.ts";

/** The part of a field that decides what it accepts. */
export type Checkable = {
  readonly type: string;
  readonly required: boolean;
  readonly validation?: Validation;
  readonly options?: readonly string[];
  readonly group?: Group;
};

type Answer = string | boolean | undefined;

/**
 * Null when the field accepts the answer, else what would be right. Never throws.
 * A radio button alone is always fine: whether its group has a choice is `checkAnswers`' to say.
 * A custom pattern must match the whole text; both have a length bound, but a pattern made for it can still take
 * exponential time: the server runs it under a deadline of its own. A pattern that is no pattern accepts everything.
 */
export function checkAnswer(field: Checkable, answer: Answer): Saying | null {
  if (field.type === "date_signed" || field.type === "hyperlink") return null;
  if (isTick(field.type)) return checkTick(field, answer);
  if (answer === undefined || answer === "") return field.required ? missing(field.type) : null;
  if (typeof answer !== "string") return { key: "flaw.text" };
  if (answer.trim() === "") return field.required ? missing(field.type) : null;

  if (field.type === "dropdown") return checkChoice(field, answer);
  if (field.type === "signature" || field.type === "initials") return checkLength(answer, limits.nameLength);
  return checkLength(answer, limits.fieldValueLength) ?? checkText(field.validation, answer);
}

/**
 * The flaws of a whole form by api_id; empty when it can be finished. `fields` are those that are there (`shownFields`).
 * A group with too few ticks is told at its first field without one, a group with too many at the first tick too many.
 */
export function checkAnswers<F extends Checkable & { readonly apiId: string }>(
  fields: readonly F[],
  answers: Readonly<Record<string, string | boolean>>,
): ReadonlyMap<string, Saying> {
  const flaws = new Map<string, Saying>();
  for (const field of fields) {
    const flaw = checkAnswer(field, answers[field.apiId]);
    if (flaw !== null) flaws.set(field.apiId, flaw);
  }

  for (const { group, members } of groupsOf(fields)) {
    const chosen = members.filter((field) => answers[field.apiId] === true);
    const open = members.find((field) => answers[field.apiId] !== true);
    const tooMany = chosen[group.most];
    if (open && chosen.length < leastOf(group, members.length)) flaws.set(open.apiId, askOf(group) ?? chooseOne);
    if (tooMany) flaws.set(tooMany.apiId, group.most === 1 ? { key: "flaw.onlyOne" } : (askOf(group) ?? chooseOne));
  }

  return flaws;
}

/** How many of a group must be ticked while this many of its fields are there. */
export function leastOf({ least }: Pick<Group, "least">, size: number): number {
  return Math.min(least, size);
}

/** Whether a group asks for anything: checkboxes may be together and nothing more, and then each is ticked for itself. */
export function isRuled({ least, most }: Pick<Group, "least" | "most">): boolean {
  return least > 0 || most < limits.fieldsPerRequest;
}

/** What a group asks for; null when it asks for nothing. */
export function askOf({ least, most }: Pick<Group, "least" | "most">): Saying | null {
  if (least === most) return { key: "flaw.exactly", values: { count: least } };
  const isBounded = most < limits.fieldsPerRequest;
  if (least === 0) return isBounded ? { key: "flaw.atMost", values: { count: most } } : null;
  return isBounded
    ? { key: "flaw.between", values: { least, most } }
    : { key: "flaw.atLeast", values: { count: least } };
}

/** The groups of these fields, each with those of its fields that are among them. */
function groupsOf<F extends { readonly group?: Group }>(
  fields: readonly F[],
): readonly { readonly group: Group; readonly members: readonly F[] }[] {
  const groups = new Map<string, { readonly group: Group; readonly members: F[] }>();
  for (const field of fields) {
    if (!field.group) continue;
    const known = groups.get(field.group.id);
    if (known) known.members.push(field);
    else groups.set(field.group.id, { group: field.group, members: [field] });
  }
  return [...groups.values()];
}

/** Whether a kind of field is ticked rather than written. */
export function isTick(type: string): boolean {
  return type === "checkbox" || type === "radio" || type === "checkbox-merge";
}

function checkTick(field: Checkable, answer: Answer): Saying | null {
  if (typeof answer === "string") return { key: "flaw.tickOnly" };
  // In a group that asks for something, what must be ticked is the group's to say.
  const isAlone = field.type !== "radio" && !(field.group && isRuled(field.group));
  if (isAlone && field.required && answer !== true) return { key: "flaw.tick" };
  return null;
}

const chooseOne: Saying = { key: "flaw.chooseOne" };

function missing(type: string): Saying {
  if (type === "signature") return { key: "flaw.signature" };
  if (type === "initials") return { key: "flaw.initials" };
  if (type === "attachment") return { key: "flaw.attachment" };
  return type === "dropdown" ? chooseOne : { key: "flaw.answer" };
}

function checkChoice(field: Checkable, answer: string): Saying | null {
  return field.options?.includes(answer) ? null : { key: "flaw.option" };
}

function checkLength(answer: string, most: number): Saying | null {
  return answer.length <= most ? null : { key: "flaw.tooLong", values: { most } };
}

function checkText(validation: Validation | undefined, answer: string): Saying | null {
  if (!validation) return null;
  if (validation.type === "custom_regex") return checkPattern(validation, answer);
  const name = validationNames.find((one) => one === validation.type);
  return name === undefined || textRules[name](answer.trim()) ? null : { key: `flaw.${name}` };
}

const textRules: Readonly<Record<(typeof validationNames)[number], (text: string) => boolean>> = {
  numbers_only: (text) => /^-?(?:\d+(?:[.,]\d+)*|[.,]\d+)$/.test(text),
  letters_only: (text) => /^[\p{L}\p{M}\s]+$/u.test(text),
  phone_number: (text) => [10, 11].includes(digitCount(text.replace(/[+().]/g, ""))),
  bank_routing_number: (text) => digitCount(text) === 9,
  bank_account_number: (text) => digitCount(text) >= 6,
  email_address: isEmail,
  zip_code: (text) => [5, 9].includes(digitCount(text)),
  social_security_number: (text) => digitCount(text) === 9,
  employer_identification_number: (text) => digitCount(text) === 9,
};

/** Digits of a text in which only spaces and hyphens separate them; -1 when there is anything else. */
function digitCount(text: string): number {
  const digits = text.replace(/[\s-]/g, "");
  return /^\d+$/.test(digits) ? digits.length : -1;
}

function isEmail(text: string): boolean {
  if (text.length > limits.emailLength) return false;
  const [local, domain, ...more] = text.split("@");
  if (!local || !domain || more.length > 0 || /\s/.test(text)) return false;
  const labels = domain.split(".");
  return labels.length >= 2 && labels.every((label) => label !== "");
}

function checkPattern({ pattern, words }: Validation, answer: string): Saying | null {
  if (!pattern || pattern.length > limits.patternLength) return null;
  const tooLong = checkLength(answer, limits.patternValueLength);
  if (tooLong) return tooLong;

  const whole = compilePattern(pattern);
  if (!whole || whole.test(answer)) return null;
  return words ? { key: "flaw.format", values: { format: words } } : { key: "flaw.noFormat" };
}
