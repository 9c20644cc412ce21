import { isOwnName } from "../base/ids.ts";
import { autoFillTypes, type Tag, validationNames } from "./document.ts";

/** How many of a group are to be ticked. */
export type Count = { readonly least: number; readonly most: number };

/** What a tag says, without where it is. `count` is set by `reqN` and `reqN-M`. */
export type BareTag = Pick<Tag, "type" | "required" | "signer" | "label" | "id" | "validation" | "autoFill"> & {
  readonly count: Count | null;
};

/** What a bracket span says; names stand without their `$`. */
export type Reading =
  | { readonly kind: "tag"; readonly tag: BareTag }
  | { readonly kind: "definition"; readonly name: string; readonly tag: BareTag }
  | { readonly kind: "use"; readonly name: string }
  | Malformed;

/** A tag that cannot be read; `signer`: the number in its `signerN`, null where it names none. */
type Malformed = { readonly kind: "malformed"; readonly reason: string; readonly signer: number | null };

const types = ["sig", "initial", "date", "text", "check", "text-merge", "checkbox-merge"] as const;

/** Types whose value may come from the sender. */
const merged: readonly Tag["type"][] = ["text-merge", "checkbox-merge"];

/** Validation types of a text tag (contract: text-tags.md); the empty one accepts everything. */
const validations: readonly string[] = ["", ...validationNames];
const autoFills: readonly string[] = ["", ...autoFillTypes];

/** Widening a tag: blanks or whole runs of underscores before its closing bracket; each run fits in one way only, or time explodes. */
const filling = /(?:\s|(?<!_)__+(?!_))+$/u;

/**
 * Reads one bracket span, brackets included (contract: text-tags.md and "Errors in a document" in decisions.md).
 * Null when it is no tag but text of the document.
 */
export function readSpan(text: string): Reading | null {
  const inner = text.slice(1, -1).replace(filling, "").trim();
  const use = /^\$\s*([A-Za-z0-9_]+)$/u.exec(inner)?.[1];
  if (use !== undefined) return { kind: "use", name: use };
  if (/^def\s*:\s*\$/u.test(inner)) return readDefinition(inner);
  return readParts(inner.split("|"), text.slice(1, -1));
}

function readDefinition(inner: string): Reading {
  const [head = "", ...parts] = inner.split("|");
  const name = compact(head).slice("def:$".length);
  if (!/^[A-Za-z0-9_]+$/u.test(name))
    return malformed(
      "A definition's name has letters, digits and underscores only, such as [def:$name|sig|req|signer1].",
    );
  const read = readParts(parts, inner);
  if (read === null)
    return malformed(`A definition goes on with a type, a requirement and a signer: [def:$${name}|sig|req|signer1].`);
  return read.kind === "tag" ? { ...read, kind: "definition", name } : read;
}

function readParts(raw: readonly string[], inner: string): Reading | null {
  const parts = raw.map((part) => part.trim());
  const [type = "", requirement = "", who = ""] = parts.map(compact);
  const [, , , label = "", id = "", validation = "", autoFill = ""] = parts;
  const known = types.find((each) => each === type);
  if (known === undefined || !inner.includes("|")) return null;

  const count = known === "check" ? countOf(requirement) : null;
  const signer = who === "sender" ? who : Number(/^signer(\d{1,4})$/u.exec(who)?.[1] ?? Number.NaN);
  const reason = complaint({ type: known, parts, who, signer, id, validation, autoFill, count });
  if (reason !== null) return malformed(reason, Number.isInteger(signer) ? Number(signer) : null);
  const required = requirement !== "noreq" && count?.least !== 0;
  return { kind: "tag", tag: { type: known, required, signer, label, id, validation, autoFill, count } };
}

/** `reqN` and `reqN-M`; what is not understood, such as `req0`, reads as `req`. */
function countOf(requirement: string): Count | null {
  const [, least = 0, most = least] = /^req(\d{1,4})(?:-(\d{1,4}))?$/u.exec(requirement) ?? [];
  return Number(most) === 0 ? null : { least: Number(least), most: Number(most) };
}

type Parts = Pick<BareTag, "type" | "signer" | "id" | "validation" | "autoFill" | "count"> & {
  readonly parts: readonly string[];
  readonly who: string;
};

function complaint({ type, parts, who, signer, id, validation, autoFill, count }: Parts): string | null {
  if (parts.length < 3) return "A tag has at least three parts: type, requirement and signer.";
  if (parts.length > 8) return `A tag has at most eight parts; this one has ${parts.length}.`;
  if (Number.isNaN(signer)) return `The third part names the signer, such as signer1; this one says "${who}".`;
  if (signer === "sender" && !merged.includes(type)) return senderWords(type);
  if (id.includes("\0") || !isOwnName(id)) return `The id "${id}" cannot be used: choose another one.`;
  if (!validations.includes(validation))
    return `There is no validation "${validation}": use one of ${validationNames.join(", ")}.`;
  if (!autoFills.includes(autoFill))
    return `There is no auto-fill "${autoFill}": use one of ${autoFills.slice(1).join(", ")}.`;
  if (count !== null && count.least > count.most)
    return `At least ${count.least} and at most ${count.most} boxes cannot be ticked together.`;
  return null;
}

function senderWords(type: Tag["type"]): string {
  if (type === "text")
    return "A text field is filled by a signer: write signer1, or text-merge for a value of the sender's.";
  if (type === "check")
    return "A checkbox is ticked by a signer: write signer1, or checkbox-merge for a value of the sender's.";
  return `A ${type} field belongs to a signer and cannot be given to the sender.`;
}

/** Widely set letters come with blanks between them that nobody wrote. */
function compact(part: string): string {
  return part.replace(/\s/gu, "");
}

function malformed(reason: string, signer: number | null = null): Malformed {
  return { kind: "malformed", reason, signer };
}
