// Rich Text Format 1.9: groups, control words and text. Fields, objects, templates and pictures are where it reaches out.

import { limits } from "../../base/limits.ts";
import { isReachingCode } from "./field-codes.ts";
import type { Harmless } from "./kinds.ts";
import { isPlainPicture } from "./media.ts";

type Group = { readonly kind: "group"; readonly children: Piece[] };
type Piece =
  | Group
  | { readonly kind: "word"; readonly raw: string; readonly word: string; readonly number: number | null }
  | { readonly kind: "text" | "data"; readonly raw: string };

const piece = /[{}]|\\([a-zA-Z]+)(-?\d{1,10})?[ ]?|\\'[0-9a-fA-F]{2}|\\[\s\S]|[^\\{}]+/gy;

const unwanted = new Set([
  "template",
  "filetbl",
  "nextfile",
  "objdata",
  "objclass",
  "objname",
  "objalias",
  "objsect",
  "linkval",
  "docvar",
  "mailmerge",
  "mmconnectstr",
  "datastore",
  "datafield",
  "macpict",
  "subdocument",
  "private",
  "htmltag",
]);
const linkedPicture = /blipname|blipflags|pibname|pibflags/i;

/** The text without linked pictures, embedded objects, templates and field codes that bring something in; fields keep their last result. */
export function disarmRtf(bytes: Uint8Array): Harmless {
  const root = readGroups(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"));
  if (root === null) return { ok: false, reason: "It is damaged: its groups do not fit together." };
  return { ok: true, bytes: Buffer.from(root.children.map((each) => write(harmless(each))).join(""), "latin1") };
}

function readGroups(text: string): Group | null {
  const root: Group = { kind: "group", children: [] };
  const open: Group[] = [root];
  piece.lastIndex = 0;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    const [raw, word, digits] = match;
    const group = open.at(-1) ?? root;
    if (raw === "{") {
      const inner: Group = { kind: "group", children: [] };
      group.children.push(inner);
      open.push(inner);
      if (open.length > limits.rtfDepth) return null;
    } else if (raw === "}") {
      open.pop();
      // What comes behind the end of the document is not read.
      if (open.length <= 1) break;
    } else if (word === undefined) {
      group.children.push({ kind: "text", raw });
    } else {
      const number = digits === undefined ? null : Number(digits);
      group.children.push({ kind: "word", raw, word, number });
      if (word === "bin" && number !== null && number > 0) piece.lastIndex += takeData(group, { text, number });
    }
  }
  return open.length === 1 ? root : null;
}

/** Bytes that `\bin` announces stand as they are, braces and all; answers how many there are. */
function takeData(group: Group, { text, number }: { readonly text: string; readonly number: number }): number {
  const raw = text.slice(piece.lastIndex, piece.lastIndex + number);
  group.children.push({ kind: "data", raw });
  return raw.length;
}

/** The piece as it may stay; an empty group where it may not. Groups are gone through without recursion deeper than `limits.rtfDepth`. */
function harmless(each: Piece): Piece {
  if (each.kind !== "group") return each;
  const name = destinationOf(each);
  // A control word before it ends where a group begins.
  const nothing: Piece = { kind: "text", raw: "{}" };
  if (unwanted.has(name)) return nothing;
  if (name === "fldinst" && isReachingCode(plainText(each))) return nothing;
  if (name === "sp" && linkedPicture.test(plainText(each).slice(0, 100))) return nothing;
  if (has(each, "object")) {
    const result = each.children.find((child) => child.kind === "group" && destinationOf(child) === "result");
    return result === undefined ? nothing : harmless(result);
  }
  if (has(each, "pict") && !isPlain(each)) return nothing;
  return { kind: "group", children: each.children.map(harmless) };
}

/** The first control word of a group: what it is for. */
function destinationOf({ children }: Group): string {
  const first = children.find((child) => !(child.kind === "text" && /^(?:\\\*|\s*)$/.test(child.raw)));
  return first?.kind === "word" ? first.word : "";
}

function has({ children }: Group, word: string): boolean {
  return children.some((child) => child.kind === "word" && child.word === word);
}

function plainText({ children }: Group): string {
  return children
    .map((child) => {
      if (child.kind === "group") return plainText(child);
      if (child.kind !== "text") return "";
      return child.raw.startsWith("\\") ? symbol(child.raw) : child.raw.replace(/[\r\n]/g, "");
    })
    .join("");
}

/** What a control symbol stands for in a field code; anything unusual makes the code an unknown one. */
function symbol(raw: string): string {
  if (raw.startsWith("\\'")) return String.fromCharCode(Number.parseInt(raw.slice(2), 16));
  return raw === "\\*" ? "" : raw.slice(1);
}

/** Whether the bytes of a `\pict` are a picture that points nowhere: in hex, or raw behind `\bin`. */
function isPlain({ children }: Group): boolean {
  const data = children.find((child) => child.kind === "data");
  const hex = children.map((child) => (child.kind === "text" ? child.raw : "")).join("");
  const head = data?.kind === "data" ? Buffer.from(data.raw.slice(0, 64), "latin1") : fromHex(hex);
  const isBitmap = children.some((child) => child.kind === "word" && /^(?:dib|w)bitmap$/.test(child.word));
  return isBitmap || isPlainPicture(head);
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.slice(0, 4096).replace(/\s/g, "").slice(0, 128), "hex");
}

function write(each: Piece): string {
  return each.kind === "group" ? `{${each.children.map(write).join("")}}` : each.raw;
}
