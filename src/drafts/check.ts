// What a draft must be before it can go out. Saving asks only for shapes; finishing asks for all of this.

import { limits } from "../base/limits.ts";
import { undrawable } from "../documents/draw/undrawable.ts";
import { isEmail } from "../http/formats.ts";
import { checkFields } from "./check-fields.ts";
import type { DraftRecord, DraftSaid } from "./draft.ts";
import type { DraftFault } from "./fault.ts";

/** All that keeps a draft from being finished, in the order of the page. */
export function checkDraft(draft: DraftRecord): readonly DraftFault[] {
  const isTemplate = draft.row.kind === "template";
  return [
    ...checkWords(draft.said, isTemplate),
    ...checkSigners(draft, isTemplate),
    ...checkCopies(draft.said, isTemplate),
    ...checkFields(draft),
  ];
}

function checkWords({ title, subject, message }: DraftSaid, isTemplate: boolean): readonly DraftFault[] {
  const most = {
    title: limits.titleLength,
    subject: isTemplate ? limits.templateSubjectLength : limits.subjectLength,
    message: limits.messageLength,
  } as const;
  const told = { title, subject, message } as const;
  const long = (["title", "subject", "message"] as const)
    .filter((kind) => told[kind].length > most[kind])
    .map((kind) => fault("too_long", { at: { kind }, words: `This may have at most ${most[kind]} characters.` }));
  const letters = undrawable(title);
  return letters === null
    ? long
    : [...long, fault("undrawable", { at: { kind: "title" }, words: undrawableTold(letters) })];
}

function checkSigners({ said, look }: DraftRecord, isTemplate: boolean): readonly DraftFault[] {
  const { signers } = said;
  const who = isTemplate ? "role" : "signer";
  if (signers.length === 0)
    return [fault("no_signer", { at: { kind: "signers" }, words: `Add a ${who}: somebody has to sign.` })];
  if (look.isSelfSigning && signers.length > 1)
    return [fault("one_signer", { at: { kind: "signers" }, words: "Whoever opens this document signs it alone." })];
  const ordered = signers.filter(({ order }) => order !== null).length;
  const mixed = ordered !== 0 && ordered !== signers.length;
  return [
    ...(mixed
      ? [fault("mixed_order", { at: { kind: "signers" }, words: "Give an order to all of them or to none." })]
      : []),
    ...signers.flatMap((_, index) => (isTemplate ? checkRole(said, index) : checkSigner(said, index))),
  ];
}

function checkRole({ signers }: DraftSaid, index: number): readonly DraftFault[] {
  const name = signers[index]?.role?.trim() ?? "";
  const at = { kind: "signer", index } as const;
  if (name === "") return [fault("role_without_name", { at, words: "Give this role a name." })];
  const same = signers.findIndex(({ role }) => role?.trim() === name);
  return same === index ? [] : [fault("twice", { at, words: `There is a role of the name ${name} already.` })];
}

function checkSigner({ signers }: DraftSaid, index: number): readonly DraftFault[] {
  const { name, email } = signers[index] ?? { name: "", email: "" };
  const at = { kind: "signer", index } as const;
  const letters = undrawable(name);
  const same = signers.findIndex((one) => one.name === name && one.email.toLowerCase() === email.toLowerCase());
  return [
    ...(name.trim() === "" ? [fault("signer_without_name", { at, words: "Who signs? Give a name." })] : []),
    ...(letters === null ? [] : [fault("undrawable", { at, words: undrawableTold(letters) })]),
    ...(isEmail(email) ? [] : [fault("signer_without_email", { at, words: "Give this signer an e-mail address." })]),
    ...(same === index ? [] : [fault("twice", { at, words: "This signer is there already." })]),
  ];
}

/** In a request a role that nobody was named for gets no copy. */
function checkCopies({ ccs }: DraftSaid, isTemplate: boolean): readonly DraftFault[] {
  const at = { kind: "ccs" } as const;
  if (!isTemplate) {
    const wrong = ccs.find(({ email = "" }) => email !== "" && !isEmail(email));
    return wrong ? [fault("cc_email", { at, words: `${wrong.email} is no e-mail address.` })] : [];
  }
  const names = ccs.map(({ role = "" }) => role.trim());
  if (names.includes(""))
    return [fault("role_without_name", { at, words: "Give each of those who get a copy a role." })];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? [] : [fault("twice", { at, words: `${twice} is there twice.` })];
}

/** A fault of these parts. */
function fault(code: string, { at, words }: Omit<DraftFault, "code">): DraftFault {
  return { code, words, at };
}

function undrawableTold(letters: string): string {
  return `This cannot be written into the document: the fonts do not have ${letters}.`;
}
