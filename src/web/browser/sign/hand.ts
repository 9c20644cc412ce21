import type { FieldView, Hands, Ink, SessionView } from "../../../wire/session.ts";
import { type Answers, initialsOf } from "./progress.ts";

/** The signature that the signer has adopted: made once, placed by a click ever after. `looks`: where it is not simply typed. */
export type Hand = { readonly name: string; readonly initials: string; readonly looks: Hands };

/** The hand seen in what was signed before, as after a reload; null when nothing was. */
export function adoptedHand({ fields, answers, hands }: SessionView): Hand | null {
  const written = (type: FieldView["type"]) =>
    fields
      .filter((field) => field.type === type)
      .map(({ apiId }) => textOf(answers[apiId]))
      .find((text) => text !== "");
  const name = written("signature");
  const initials = written("initials");
  if (name === undefined && initials === undefined) return null;
  return { name: name ?? "", initials: initials ?? initialsOf(name ?? ""), looks: hands };
}

/** What this hand writes into a signature or initials field; may be empty. */
export function inkOf(field: FieldView, hand: Hand): string {
  return field.type === "initials" ? hand.initials : hand.name;
}

/** How it looks there; undefined where it is simply typed. */
export function lookOf(field: Pick<FieldView, "type">, hand: Hand | null): Ink | undefined {
  return field.type === "initials" ? hand?.looks.initials : hand?.looks.name;
}

/** The answers that change when a hand is adopted: every field already signed, and the one at which it was asked for. */
export function placeHand(
  hand: Hand,
  { fields, answers, at }: { fields: readonly FieldView[]; answers: Answers; at: string | undefined },
): Answers {
  const penned = fields.filter(({ type }) => type === "signature" || type === "initials");
  const touched = penned.filter(({ apiId }) => apiId === at || textOf(answers[apiId]) !== "");
  return Object.fromEntries(touched.map((field) => [field.apiId, inkOf(field, hand)]));
}

function textOf(answer: Answers[string] | undefined): string {
  return typeof answer === "string" ? answer.trim() : "";
}
