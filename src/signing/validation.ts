/**
 * What a signer may write into a field. The page asks while typing and the server asks again at finish, so this file
 * runs in both: it touches nothing of Node's or the browser's. Rules: form-field "Validation types" of the v3 API.
 */
import { limits } from "../base/limits.ts";
import type { Group, Validation } from "../documents/document.ts";
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
 * Null when the field accepts the answer, else one sentence that says what would be right. Never throws.
 * A radio button alone is always fine: whether its group has a choice is `checkAnswers`' to say.
 * A custom pattern must match the whole text; both have a length bound, but a pattern made for it can still take
 * exponential time: the server runs it under a deadline of its own. A pattern that is no pattern accepts everything.
 */
export function checkAnswer(field: Checkable, answer: Answer): string | null {
  if (field.type === "date_signed" || field.type === "hyperlink") return null;
  if (isTick(field.type)) return checkTick(field, answer);
  if (answer === undefined || answer === "") return field.required ? missingWords(field.type) : null;
  if (typeof answer !== "string") return "This field takes text.";
  if (answer.trim() === "") return field.required ? missingWords(field.type) : null;

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
): ReadonlyMap<string, string> {
  const flaws = new Map<string, string>();
  for (const field of fields) {
    const flaw = checkAnswer(field, answers[field.apiId]);
    if (flaw !== null) flaws.set(field.apiId, flaw);
  }

  for (const { group, members } of groupsOf(fields)) {
    const chosen = members.filter((field) => answers[field.apiId] === true);
    const open = members.find((field) => answers[field.apiId] !== true);
    const tooMany = chosen[group.most];
    if (open && chosen.length < leastOf(group, members.length)) flaws.set(open.apiId, groupWords(group));
    if (tooMany) flaws.set(tooMany.apiId, group.most === 1 ? "Choose only one." : groupWords(group));
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

/** What a group asks for, as one sentence; empty when it asks for nothing. */
export function groupWords({ least, most }: Pick<Group, "least" | "most">): string {
  const number = (count: number) => (count === 1 ? "one" : String(count));
  if (least === most) return `Choose ${number(least)}.`;
  const isBounded = most < limits.fieldsPerRequest;
  if (least === 0) return isBounded ? `Choose at most ${number(most)}.` : "";
  return !isBounded ? `Choose at least ${number(least)}.` : `Choose ${least} to ${most}.`;
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

function checkTick(field: Checkable, answer: Answer): string | null {
  if (typeof answer === "string") return "This field is either ticked or not.";
  // In a group that asks for something, what must be ticked is the group's to say.
  const isAlone = field.type !== "radio" && !(field.group && isRuled(field.group));
  if (isAlone && field.required && answer !== true) return "Tick this box to go on.";
  return null;
}

function missingWords(type: string): string {
  if (type === "signature") return "Your signature is needed here.";
  if (type === "initials") return "Your initials are needed here.";
  return type === "dropdown" ? "Choose one." : "This field needs an answer.";
}

function checkChoice(field: Checkable, answer: string): string | null {
  return field.options?.includes(answer) ? null : "Choose one of the options.";
}

function checkLength(answer: string, most: number): string | null {
  return answer.length <= most ? null : `Use at most ${most} characters.`;
}

function checkText(validation: Validation | undefined, answer: string): string | null {
  if (!validation) return null;
  if (validation.type === "custom_regex") return checkPattern(validation, answer);
  const rule = textRules.get(validation.type);
  return rule && !rule.accepts(answer.trim()) ? rule.words : null;
}

const textRules: ReadonlyMap<string, { readonly accepts: (text: string) => boolean; readonly words: string }> = new Map(
  [
    [
      "numbers_only",
      { accepts: (text) => /^-?(?:\d+(?:[.,]\d+)*|[.,]\d+)$/.test(text), words: "Use a number, such as 12 or -3.5." },
    ],
    ["letters_only", { accepts: (text) => /^[\p{L}\p{M}\s]+$/u.test(text), words: "Use letters only." }],
    [
      "phone_number",
      {
        accepts: (text) => [10, 11].includes(digitCount(text.replace(/[+().]/g, ""))),
        words: "Use a phone number of 10 or 11 digits.",
      },
    ],
    ["bank_routing_number", { accepts: (text) => digitCount(text) === 9, words: "Use a routing number of 9 digits." }],
    [
      "bank_account_number",
      { accepts: (text) => digitCount(text) >= 6, words: "Use an account number of 6 digits or more." },
    ],
    ["email_address", { accepts: isEmail, words: "Use an e-mail address, such as name@example.com." }],
    ["zip_code", { accepts: (text) => [5, 9].includes(digitCount(text)), words: "Use a ZIP code of 5 or 9 digits." }],
    [
      "social_security_number",
      { accepts: (text) => digitCount(text) === 9, words: "Use a social security number of 9 digits." },
    ],
    [
      "employer_identification_number",
      { accepts: (text) => digitCount(text) === 9, words: "Use an employer identification number of 9 digits." },
    ],
  ],
);

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

function checkPattern({ pattern, words }: Validation, answer: string): string | null {
  if (!pattern || pattern.length > limits.patternLength) return null;
  const tooLong = checkLength(answer, limits.patternValueLength);
  if (tooLong) return tooLong;

  const whole = compilePattern(pattern);
  if (!whole || whole.test(answer)) return null;
  return words ? `Use this format: ${words}` : "This is not in the expected format.";
}
