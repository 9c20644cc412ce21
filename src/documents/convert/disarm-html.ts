// HTML: parsed as a browser would, kept by a list of what may stay, written anew.

import { html as names, parse, serialize, type DefaultTreeAdapterTypes as Tree } from "parse5";
import { limits } from "../../base/limits.ts";
import { decodeText } from "./charset.ts";
import type { Harmless } from "./kinds.ts";
import { isPlainPicture } from "./media.ts";

type Node = Tree.ChildNode;

/** Elements that go with what is in them. */
const unwanted = new Set(
  "script noscript iframe frame frameset noframes object embed applet base meta link template svg math audio video source track canvas map portal dialog datalist".split(
    " ",
  ),
);
/** Attributes that say how something looks, or what it says. */
const kept = new Set(
  "align alt bgcolor border cellpadding cellspacing checked class clear color cols colspan compact dir disabled face height href hspace id lang name noshade nowrap reversed rows rowspan rules selected size span src start style text title type valign value vspace width".split(
    " ",
  ),
);
const linkTarget = /^(?:https?:|mailto:|tel:|#)/i;
const dataPicture = /^data:image\/(?:png|jpe?g|gif|bmp|webp);base64,([a-z0-9+/=\s]+)$/i;

/** The page without scripts, frames and anything to be fetched: pictures stay where they lie in the page itself. */
export function disarmHtml(bytes: Uint8Array): Harmless {
  const text = declaredText(bytes);
  if (text === null) return { ok: false, reason: "It is no text: its characters cannot be read." };
  const document = parse(text, { scriptingEnabled: false });
  if (!clean(document))
    return { ok: false, reason: `Its elements lie more than ${limits.htmlDepth} deep in each other.` };
  const page = serialize(document).replace(/<head>/, '<head><meta charset="utf-8">');
  return { ok: true, bytes: Buffer.from(page, "utf8") };
}

/** The characters, by what the page itself declares where no byte order mark and no UTF-8 tells. */
function declaredText(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  const label = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1];
  const isMarked = /^(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)/.test(head);
  if (label === undefined || isMarked || /^utf-?(?:8|16)/i.test(label)) return decodeText(bytes);
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return decodeText(bytes);
  }
}

/** Takes out of the tree what may not stay; false when it is deeper than anything a person wrote. */
function clean(document: Tree.Document): boolean {
  const open: { readonly parent: Tree.ParentNode; readonly depth: number }[] = [{ parent: document, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { parent, depth } = next;
    if (depth > limits.htmlDepth) return false;
    parent.childNodes = parent.childNodes.filter(isKept).map(withPlainPicture);
    for (const node of parent.childNodes) {
      if (!("tagName" in node)) continue;
      cleanElement(node);
      open.push({ parent: node, depth: depth + 1 });
    }
  }
  return true;
}

function isKept(node: Node): boolean {
  if (node.nodeName === "#comment") return false;
  return !("tagName" in node) || (!unwanted.has(node.tagName) && node.namespaceURI === names.NS.HTML);
}

/** A picture that would have to be fetched leaves its words. */
function withPlainPicture(node: Node): Node {
  if (!("tagName" in node) || (node.tagName !== "img" && node.tagName !== "input")) return node;
  const source = node.attrs.find(({ name }) => name === "src")?.value;
  if (node.tagName === "input" ? source === undefined : isDataPicture(source ?? "")) return node;
  const value = node.attrs.find(({ name }) => name === "alt")?.value ?? "";
  return { nodeName: "#text", value, parentNode: node.parentNode };
}

function cleanElement(element: Tree.Element): void {
  element.attrs = element.attrs
    .filter(({ name, value }) => {
      if (name === "href") return element.tagName === "a" && linkTarget.test(value);
      if (name === "src") return element.tagName === "img" && isDataPicture(value);
      return kept.has(name);
    })
    .map((each) => (each.name === "style" ? { ...each, value: plainStyle(each.value) } : each));
  if (element.tagName !== "style") return;
  for (const node of element.childNodes)
    if (node.nodeName === "#text" && "value" in node) node.value = plainStyle(node.value);
}

/** A style without anything that fetches: no escapes, so that no name can hide, then no imports and no addresses. */
function plainStyle(style: string): string {
  return style
    .replace(/\\/g, "")
    .replace(/\/\*[\s\S]*?(?:\*\/|$)/g, " ")
    .replace(/@import[^;]*(?:;|$)/gi, " ")
    .replace(/(?:url|src|image|image-set|element|expression|attr)\s*\([^)]*\)?/gi, "none");
}

function isDataPicture(value: string): boolean {
  const data = dataPicture.exec(value)?.[1];
  return data !== undefined && isPlainPicture(Buffer.from(data.slice(0, 200), "base64"));
}
