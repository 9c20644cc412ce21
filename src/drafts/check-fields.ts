import { isOwnName } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { isPattern } from "../documents/conditions.ts";
import type { Field } from "../documents/document.ts";
import { undrawable } from "../documents/draw/undrawable.ts";
import { isWebAddress } from "../http/formats.ts";
import { checkConditions } from "./check-conditions.ts";
import { checkGroups } from "./check-groups.ts";
import type { DraftRecord } from "./draft.ts";
import type { DraftFault } from "./fault.ts";

/** What is wrong with the fields of a draft. One without any field gets a page for the signatures when it is sent; a template needs fields. */
export function checkFields(draft: DraftRecord): readonly DraftFault[] {
  const { fields } = draft.said;
  if (fields.length === 0) {
    if (draft.row.kind === "request") return [];
    return [{ code: "no_field", words: "Place a field: a template has fields.", at: { kind: "fields" } }];
  }
  if (fields.length > limits.fieldsPerRequest)
    return [tell(null, ["too_many", `There may be at most ${limits.fieldsPerRequest} fields.`])];
  return [
    ...fields.flatMap((field) => checkField(draft, field)),
    ...checkIds(fields),
    ...checkGroups(draft),
    ...checkConditions(fields),
    ...checkPatterns(fields),
    ...checkEverySigner(draft),
  ];
}

/** A fault of one field, or, without an id, of all of them. */
function tell(apiId: string | null, [code, words]: readonly [code: string, words: string]): DraftFault {
  return { code, words, at: apiId === null ? { kind: "fields" } : { kind: "field", apiId } };
}

function checkField(draft: DraftRecord, field: Field): readonly DraftFault[] {
  const words: readonly (readonly [code: string, words: string] | null)[] = [
    checkPlace(draft, field),
    checkOwner(draft, field),
    checkContent(draft, field),
    checkLetters(field),
  ];
  return words.flatMap((one) => (one === null ? [] : [tell(field.apiId, one)]));
}

type Flaw = readonly [code: string, words: string] | null;

function checkPlace({ pages }: DraftRecord, { box, widget }: Field): Flaw {
  const page = pages[box.page - 1];
  if (page === undefined) return ["off_page", `The document has no page ${box.page}.`];
  if (widget !== undefined) return null;
  if (box.width < 1 || box.height < 1) return ["too_small", "The field is too small to be seen."];
  const isOn =
    box.x >= -half &&
    box.y >= -half &&
    box.x + box.width <= page.width + half &&
    box.y + box.height <= page.height + half;
  return isOn ? null : ["off_page", "The field stands beyond the edge of its page."];
}

/** Half a point: what rounding may add. */
const half = 0.5;

const signersOwn: ReadonlySet<string> = new Set(["signature", "initials", "date_signed"]);
const mergeTypes: ReadonlySet<string> = new Set(["text-merge", "checkbox-merge"]);

function checkOwner({ said, look, row }: DraftRecord, { signer, type }: Field): Flaw {
  if (signer !== null)
    return said.signers[signer] === undefined ? ["no_owner", "Say whose field this is: that signer is gone."] : null;
  if (signersOwn.has(type)) return ["no_owner", "A signature, initials and a date belong to one of those who sign."];
  if (mergeTypes.has(type) || type === "hyperlink") return null;
  // What stands there already, from the caller or from a template, stays.
  const mayFill = look.meNow || row.kind === "template" || !look.fields;
  return mayFill ? null : ["no_owner", "Say whose field this is: nothing is filled in now."];
}

function checkContent({ row }: DraftRecord, field: Field): Flaw {
  const { type, options = [], content = "", contentUrl = "", signer, required } = field;
  if (type === "dropdown" && options.length === 0) return ["no_options", "Give the choices of this list."];
  if (type === "dropdown" && content !== "" && !options.includes(content))
    return ["not_an_option", "What is chosen is none of the choices."];
  if (type === "hyperlink" && content === "") return ["no_link", "Give the words of this link."];
  if (type === "hyperlink" && !isWebAddress(contentUrl))
    return ["no_link", "Give the address that this link leads to: https://…"];
  const isMine = signer === null && (type === "text" || type === "dropdown") && row.kind === "request";
  return isMine && required && content === "" ? ["empty", "Fill this in: the document goes out with it."] : null;
}

function checkLetters({ content = "", options = [] }: Field): Flaw {
  const letters = [content, ...options].map(undrawable).find((one) => one !== null);
  return letters === undefined ? null : ["undrawable", `This cannot be written: the fonts do not have ${letters}.`];
}

function checkIds(fields: readonly Field[]): readonly DraftFault[] {
  const ids = new Set<string>();
  return fields.flatMap(({ apiId }) => {
    const isTwice = ids.has(apiId);
    ids.add(apiId);
    if (isTwice) return [tell(apiId, ["twice", `Another field has the id ${apiId} already.`])];
    return isOwnName(apiId) ? [] : [tell(apiId, ["bad_id", `${apiId} cannot be the id of a field.`])];
  });
}

/** Patterns come from senders, and are judged while nobody else is served. */
function checkPatterns(fields: readonly Field[]): readonly DraftFault[] {
  const patterned = fields.filter(({ validation }) => validation?.type === "custom_regex");
  const bad = patterned.filter(({ validation }) => !validation?.pattern || !isPattern(validation.pattern));
  const many = patterned.length > limits.patternsPerRequest;
  return [
    ...bad.map(({ apiId }) => tell(apiId, ["bad_pattern", "Give a regular expression, without slashes around it."])),
    ...(many ? [tell(null, ["too_many", `At most ${limits.patternsPerRequest} fields may have patterns.`])] : []),
  ];
}

/** Where any fields are placed, everybody has one to sign in. */
function checkEverySigner({ said }: DraftRecord): readonly DraftFault[] {
  return said.signers.flatMap((_, index): readonly DraftFault[] => {
    const signs = said.fields.some(
      ({ signer, type }) => signer === index && (type === "signature" || type === "initials"),
    );
    const words = "There is no signature field for this signer yet.";
    return signs ? [] : [{ code: "signer_without_field", words, at: { kind: "signer", index } }];
  });
}
