// XML as a list of tokens, each with its own text: what is not changed comes out byte for byte. Just what is needed to find
// elements and attributes in the parts of office documents, whatever their prefixes and however their values are written.

/** An attribute: its name as written, its local name, its value with references resolved, and its text with the space before it. */
export type Attribute = {
  readonly name: string;
  readonly local: string;
  readonly value: string;
  readonly raw: string;
};

/**
 * A piece of XML. `raw` is its text; putting all pieces together gives the document. A `run` is plain content of a sheet or a
 * text, begun by a tag: elements that point nowhere, of which a document has millions.
 */
export type Token =
  | {
      readonly kind: "open";
      readonly raw: string;
      readonly name: string;
      readonly local: string;
      readonly attributes: readonly Attribute[];
      readonly isEmpty: boolean;
    }
  | { readonly kind: "close"; readonly raw: string; readonly local: string }
  | { readonly kind: "text"; readonly raw: string; readonly value: string }
  | { readonly kind: "run"; readonly raw: string }
  | { readonly kind: "other"; readonly raw: string };

/** Something that is no well-formed XML, or has a document type that declares things. */
export const unreadable = new Error("The XML cannot be read.");

const plain = "row|c|v|is|si|t|r|p|rPr|pPr|sz|szCs|color|rFonts|lang|b|bCs|i|iCs|u|tr|tc|tcPr|tcW|spacing|ind|jc";
const piece = new RegExp(
  [
    `((?:</?(?:\\w+:)?(?:${plain})(?=[\\s/>])[^<>]*>[^<]*){1,500})`,
    "<!--[\\s\\S]*?-->",
    "<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>",
    "<\\?[\\s\\S]*?\\?>",
    "<!DOCTYPE[^<>[]*>",
    "</([^\\s<>/]+)\\s*>",
    `<([^\\s<>/!?=]+)((?:\\s+[^\\s<>/=]+\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
    "[^<]+",
  ].join("|"),
  "gy",
);
const attribute = /\s+([^\s<>/=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

/** The tokens of a part. Throws `unreadable`. Document types without declarations of their own are left out. */
export function readXml(bytes: Uint8Array): Token[] {
  const text = decode(bytes);
  const tokens: Token[] = [];
  let at = 0;
  for (const match of text.matchAll(piece)) {
    if (match.index !== at) throw unreadable;
    at += match[0].length;
    tokens.push(tokenOf(match));
  }
  if (at !== text.length) throw unreadable;
  return tokens;
}

/** The part of these tokens, in UTF-8. */
export function writeXml(tokens: readonly Token[]): Uint8Array {
  return Buffer.from(tokens.map(({ raw }) => raw).join(""), "utf8");
}

/** The element without the attributes that the test names. */
export function withoutAttributes(
  open: Token & { readonly kind: "open" },
  isUnwanted: (each: Attribute) => boolean,
): Token & { readonly kind: "open" } {
  const given = open.attributes;
  const attributes = given.filter((each) => !isUnwanted(each));
  if (attributes.length === given.length) return open;
  const raw = `<${open.name}${attributes.map((each) => each.raw).join("")}${open.isEmpty ? "/" : ""}>`;
  return { ...open, attributes, raw };
}

/** The tokens without the elements that the test names, and without what is in them. */
export function withoutElements(
  tokens: readonly Token[],
  isUnwanted: (open: Token & { readonly kind: "open" }) => boolean,
): Token[] {
  const kept: Token[] = [];
  let depth = 0;
  for (const each of tokens) {
    const isOpen = each.kind === "open" && !each.isEmpty;
    if (depth > 0) {
      depth += isOpen ? 1 : each.kind === "close" ? -1 : 0;
      continue;
    }
    if (each.kind === "open" && isUnwanted(each)) {
      depth = isOpen ? 1 : 0;
      continue;
    }
    kept.push(each);
  }
  return kept;
}

/** The characters between the tags of a run. */
export function textOfRun(raw: string): string {
  return resolve(raw.replace(/<[^<>]*>/g, ""));
}

/** A text or a run without its characters. */
export function withoutText({ kind, raw }: Token): Token {
  return kind === "run" ? { kind, raw: (raw.match(/<[^<>]*>/g) ?? []).join("") } : { kind: "other", raw: "" };
}

/** An element's attribute by its local name, or an empty text. */
export function attributeOf({ attributes }: { readonly attributes: readonly Attribute[] }, local: string): string {
  return attributes.find((each) => each.local === local)?.value ?? "";
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const encoding = isWide ? (first === 0xff ? "utf-16le" : "utf-16be") : "utf-8";
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  const declared = /^<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']/i.exec(text)?.[1]?.toLowerCase() ?? "utf-8";
  if (!/^(?:utf-?8|utf-?16(?:le|be)?|us-ascii)$/.test(declared) || (!isWide && declared.startsWith("utf-16")))
    throw unreadable;
  return isWide ? text.replace(/^<\?xml[^>]*\?>/, '<?xml version="1.0" encoding="UTF-8"?>') : text;
}

function tokenOf(match: RegExpMatchArray): Token {
  const [raw, run, cdata, closed, name, given = "", slash] = match;
  if (run !== undefined) return { kind: "run", raw };
  if (name !== undefined) {
    const attributes = [...given.matchAll(attribute)].map(parseAttribute);
    return { kind: "open", raw, name, local: localOf(name), attributes, isEmpty: slash === "/" };
  }
  if (closed !== undefined) return { kind: "close", raw, local: localOf(closed) };
  if (cdata !== undefined) return { kind: "text", raw, value: cdata };
  if (raw.startsWith("<!DOCTYPE")) return { kind: "other", raw: "" };
  return raw.startsWith("<") ? { kind: "other", raw } : { kind: "text", raw, value: resolve(raw) };
}

function parseAttribute([raw, name = "", double, single]: RegExpMatchArray): Attribute {
  return { name, local: localOf(name), value: resolve(double ?? single ?? ""), raw: raw ?? "" };
}

function localOf(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function resolve(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (_, hex, decimal, name) => {
    if (name !== undefined) return present(named[String(name)]);
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw unreadable;
    return String.fromCodePoint(code);
  });
}

function present(known: string | undefined): string {
  if (known === undefined) throw unreadable;
  return known;
}
