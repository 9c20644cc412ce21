// Office Open XML: whatever lies outside a package is reached through a relationship (ECMA-376 part 2, 9.3), a field code or
// a formula.

import { posix } from "node:path";
import { isReachingCode } from "./field-codes.ts";
import { reachesOut } from "./formulas.ts";
import type { Harmless } from "./kinds.ts";
import { isFont, isPlainPicture } from "./media.ts";
import { pack, unpack } from "./package.ts";
import {
  attributeOf,
  readXml,
  type Token,
  textOfRun,
  withoutAttributes,
  withoutElements,
  withoutText,
  writeXml,
} from "./xml.ts";

type Open = Token & { readonly kind: "open" };

const xmlName = /\.(?:xml|rels|vml)$/i;
const fontName = /\.(?:odttf|fntdata)$/i;
const unwantedPart = /^(?:customUI|xl\/externalLinks|xl\/queryTables|xl\/macrosheets)\/|^xl\/connections\.xml$/i;
/** Kinds of relationship that bring in another document, another program's data, sound, or code. */
const unwantedType =
  /\/(?:aFChunk|attachedTemplate|oleObject|package|vbaProject|wordVbaData|externalLink\w*|frame|subDocument|mailMerge\w*|connections|queryTable|audio|video|media|control|activeXControlBinary|recipientData|glossaryDocument|ui\/\w+)$/i;
const link = /\/hyperlink$/i;
const linkTarget = /^(?:https?|mailto|tel):/i;
const linkElements = new Set(["hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver"]);
const formulaElements = /^(?:f|formula\d?|oldFormula|definedName|calculatedColumnFormula|totalsRowFormula)$/;
const unwantedElements = new Set(["OLEObject", "mailMerge", "altChunk", "subDoc", "oleLink", "ddeLink"]);

/** The document without links out of it, embedded documents, data connections and macros. Links that people click stay. */
export function disarmOoxml(bytes: Uint8Array): Harmless {
  const unpacked = unpack(bytes);
  if (!unpacked.ok) return unpacked;
  const kept = new Map<string, Uint8Array>();
  const carriers = new Map<string, ReadonlySet<string>>();
  for (const [name, part] of unpacked.parts) {
    if (unwantedPart.test(name)) continue;
    if (xmlName.test(name) && !name.endsWith(".rels")) {
      const tokens = disarmPart(readXml(part));
      carriers.set(name.toLowerCase(), idsBesideLinks(tokens));
      kept.set(name, writeXml(tokens));
    }
    if (isPlainPicture(part) || isFont(part) || fontName.test(name)) kept.set(name, part);
  }
  const names = new Set([...kept.keys()].map((name) => name.toLowerCase()));
  for (const [name, part] of unpacked.parts)
    if (name.endsWith(".rels")) kept.set(name, disarmRelations(part, { name, names, carriers }));
  return { ok: true, bytes: pack(kept) };
}

/** The values that elements other than links give to attributes with a prefix: references to relationships among them. */
function idsBesideLinks(tokens: readonly Token[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const each of tokens) {
    if (each.kind !== "open" || linkElements.has(each.local)) continue;
    for (const { name, value } of each.attributes) if (name.includes(":")) ids.add(value);
  }
  return ids;
}

type Relations = {
  readonly name: string;
  readonly names: ReadonlySet<string>;
  readonly carriers: ReadonlyMap<string, ReadonlySet<string>>;
};

function disarmRelations(part: Uint8Array, { name, names, carriers }: Relations): Uint8Array {
  const folder = posix.dirname(posix.dirname(name));
  const source = posix.join(folder, posix.basename(name, ".rels")).toLowerCase();
  const seen = new Set<string>();
  const isUnwanted = (open: Open) => {
    if (open.local !== "Relationship") return false;
    const [id, type, target, mode] = ["Id", "Type", "Target", "TargetMode"].map((key) => attributeOf(open, key));
    if (id === undefined || type === undefined || target === undefined || seen.has(id)) return true;
    seen.add(id);
    if (unwantedType.test(type)) return true;
    if (mode === "" || mode === "Internal") return !names.has(placeOf(target, folder));
    return !(link.test(type) && linkTarget.test(target) && carriers.get(source)?.has(id) === false);
  };
  return writeXml(withoutElements(readXml(part), isUnwanted));
}

/** The part that a target means. What is no path within the package means none. */
function placeOf(target: string, folder: string): string {
  if (/[:\\?#]|^\/\//.test(target)) return "";
  const place = target.startsWith("/") ? target.slice(1) : posix.join(folder, target);
  return unescaped(place).toLowerCase();
}

function unescaped(place: string): string {
  try {
    return decodeURI(place);
  } catch {
    return "";
  }
}

function disarmPart(tokens: readonly Token[]): Token[] {
  const isUnwanted = ({ local }: Open) => unwantedElements.has(local);
  return emptyFormulas(emptyFields(withoutElements(tokens, isUnwanted).map(disarmElement)));
}

function disarmElement(each: Token): Token {
  if (each.kind !== "open") return each;
  return withoutAttributes(each, ({ local, value }) => {
    if (local === "src" || local === "althref") return true;
    return local === "instr" && isReachingCode(value);
  });
}

type FieldCode = { code: string; readonly at: number[]; isCode: boolean };

/**
 * Complex fields (17.16.18): the code stands in pieces between `begin` and `separate`; fields lie in fields. LibreOffice
 * takes every text that stands there for code, and one in `instrText` anywhere.
 */
function emptyFields(tokens: readonly Token[]): Token[] {
  const out = [...tokens];
  const fields: FieldCode[] = [];
  let isInstruction = false;
  for (const [at, each] of tokens.entries()) {
    if (each.kind === "open" && each.local === "instrText") isInstruction = !each.isEmpty;
    if (each.kind === "close" && each.local === "instrText") isInstruction = false;
    if (each.kind === "open" && each.local === "fldChar")
      turnField(out, { fields, type: attributeOf(each, "fldCharType") });
    if (each.kind !== "text" && each.kind !== "run") continue;
    const field = fields.at(-1);
    if (field?.isCode !== true && !isInstruction) continue;
    const text = each.kind === "text" ? each.value : textOfRun(each.raw);
    if (field?.isCode === true) {
      field.code += text;
      field.at.push(at);
    } else if (isReachingCode(text)) out[at] = withoutText(each);
  }
  for (const field of fields) settleField(out, field);
  return out;
}

function turnField(out: Token[], { fields, type }: { readonly fields: FieldCode[]; readonly type: string }): void {
  if (type === "begin") fields.push({ code: "", at: [], isCode: true });
  if (type === "separate") settleField(out, fields.at(-1));
  if (type === "end") settleField(out, fields.pop());
}

function settleField(out: Token[], field: FieldCode | undefined): void {
  if (field === undefined || !field.isCode) return;
  field.isCode = false;
  if (!isReachingCode(field.code)) return;
  for (const at of field.at) {
    const piece = out[at];
    if (piece !== undefined) out[at] = withoutText(piece);
  }
}

/** A formula that reaches out goes; what it came to at its last reckoning stays in the cell. */
function emptyFormulas(tokens: readonly Token[]): Token[] {
  const out = [...tokens];
  let from = -1;
  let formula = "";
  for (const [at, each] of tokens.entries()) {
    if (each.kind === "open" && !each.isEmpty && formulaElements.test(each.local)) {
      from = at;
      formula = "";
    }
    if (from >= 0 && each.kind === "text") formula += each.value;
    if (from < 0 || each.kind !== "close" || !formulaElements.test(each.local)) continue;
    if (reachesOut(formula)) for (let index = from; index <= at; index += 1) out[index] = { kind: "other", raw: "" };
    from = -1;
  }
  return out;
}
