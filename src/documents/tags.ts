import { isOwnName } from "../base/ids.ts";
import { type Tag, validationNames } from "./document.ts";

/** What a bracket span says: a tag without its box, or why it is a malformed one. */
export type ReadTag =
  | { readonly ok: true; readonly tag: Omit<Tag, "box"> }
  | { readonly ok: false; readonly reason: string };

const types = ["sig", "initial", "date", "text", "check"] as const;
const laterTypes = ["text-merge", "checkbox-merge"];

/** Validation types of a text tag (contract: text-tags.md); the empty one accepts everything. */
const validations: readonly string[] = ["", ...validationNames];

/** Widening a tag: blanks or whole runs of underscores before its closing bracket; each run fits in one way only, or time explodes. */
const filling = /(?:\s|(?<!_)__+(?!_))+$/u;

/**
 * Reads one bracket span, brackets included (contract: text-tags.md and "Errors in a document" in decisions.md).
 * Null when it is no tag but text of the document.
 */
export function readTag(text: string): ReadTag | null {
  const inner = text.slice(1, -1).trim();
  if (/^def:\$/u.test(inner) || /^\$[A-Za-z0-9_]+$/u.test(inner))
    return refused("This version does not know tag definitions (def:$name and $name) yet.");
  const parts = inner
    .replace(filling, "")
    .split("|")
    .map((part) => part.trim());
  const [type = "", requirement = "", who = ""] = parts.map(compact);
  const [, , , label = "", id = "", validation = "", autoFill = ""] = parts;
  if (parts.length < 2) return null;
  if (laterTypes.includes(type)) return refused(`This version does not know ${type} tags yet.`);
  const known = types.find((each) => each === type);
  if (known === undefined) return null;

  const reason = complaint({ type: known, parts, requirement, who, id, validation });
  if (reason !== null) return refused(reason);
  const signer = Number(who.slice("signer".length));
  return {
    ok: true,
    tag: { text, type: known, required: requirement !== "noreq", signer, label, id, validation, autoFill },
  };
}

type Parts = {
  readonly type: Tag["type"];
  readonly parts: readonly string[];
  readonly requirement: string;
  readonly who: string;
  readonly id: string;
  readonly validation: string;
};

function complaint({ type, parts, requirement, who, id, validation }: Parts): string | null {
  if (parts.length < 3) return "A tag has at least three parts: type, requirement and signer.";
  if (parts.length > 8) return `A tag has at most eight parts; this one has ${parts.length}.`;
  if (who === "sender" && type === "text")
    return "A text field is filled by a signer: write signer1 rather than sender.";
  if (who === "sender") return `A ${type} field belongs to a signer and cannot be given to the sender.`;
  if (!/^signer\d{1,4}$/u.test(who)) return `The third part names the signer, such as signer1; this one says "${who}".`;
  if (type === "check" && /^req\d/u.test(requirement))
    return `This version does not know checkbox groups (${requirement}) yet.`;
  if (id.includes("\0") || !isOwnName(id)) return `The id "${id}" cannot be used: choose another one.`;
  if (!validations.includes(validation)) return `There is no validation "${validation}".`;
  return null;
}

/** Widely set letters come with blanks between them that nobody wrote. */
function compact(part: string): string {
  return part.replace(/\s/gu, "");
}

function refused(reason: string): ReadTag {
  return { ok: false, reason };
}
