/** Who fills a field: what they are called, and their colour. */
import type { EditorField, EditorSigner } from "../../../wire/editor-view.ts";
import { say } from "../sign/say.ts";
import { type Draft, isMerge } from "./draft.ts";
import { kindWord, tell } from "./words.ts";

/** Colours that read as letters on white paper and as paper for white letters (WCAG 2.2, 1.4.3); the number beside them says the same. */
const colours = ["#0b6b60", "#7a3db8", "#b3401e", "#1f5fbf", "#8a5a00", "#a8246b", "#3f6b1a", "#5b4a9e"] as const;

/** Of what no signer fills. */
const plain = "#4a5568";

/** The colour of a signer; after the last colour the first one comes again. */
export function colourOf(signer: number | null): string {
  return signer === null ? plain : (colours[signer % colours.length] ?? plain);
}

/** What a signer or role is called. */
export function nameOf({ role, name, email }: EditorSigner): string {
  if (name !== "") return role ? `${name} (${role})` : name;
  return role || email || tell("signers.nameless");
}

/** The name at this index, or "Me (now)". */
export function nameAt({ signers }: Pick<Draft, "signers">, signer: number | null): string {
  if (signer === null) return tell("palette.meNow");
  const found = signers[signer];
  return found ? nameOf(found) : tell("signers.nameless");
}

/** The short mark at a field: the signer's number, or what stands for nobody's. */
export function markOf(field: EditorField): string {
  if (isMerge(field)) return "{}";
  return field.signer === null ? "●" : String(field.signer + 1);
}

/** What a field is called: its label, or what kind it is. */
export function labelOf(field: EditorField): string {
  if (field.type === "hyperlink" && field.content) return field.content;
  return field.name === "" ? kindWord(field) : field.name;
}

/** What is written on a field: what the sender has filled in, the words of a link, or its label; empty: nothing but its kind. */
export function writtenOn(field: EditorField): string {
  if (field.content && (field.type === "hyperlink" || field.signer === null)) return field.content;
  return field.name;
}

/** A field in one phrase, as it is read out. */
export function spokenField(
  field: EditorField,
  { draft, fault }: { readonly draft: Draft; readonly fault: string },
): string {
  const { page } = field;
  const name = writtenOn(field);
  const values = { kind: kindWord(field), name, who: whoFills(field, draft), page };
  return [
    tell(name === "" ? "field.spoken" : "field.spokenNamed", values),
    ...(field.required ? [tell("field.required")] : []),
    ...(fault === "" ? [] : [tell("field.fault", { fault })]),
  ].join(", ");
}

function whoFills(field: EditorField, draft: Draft): string {
  if (isMerge(field)) return tell("field.merge");
  if (field.signer === null) return tell("field.meNow");
  const signer = draft.signers[field.signer];
  return signer ? tell("field.who", { name: nameOf(signer) }) : tell("field.nobody");
}

/** A page's label, as signers hear it too. */
export function pageLabel(page: number, all: number): string {
  return say("document.page", { page, all });
}
