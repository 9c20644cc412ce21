// OpenDocument: whatever lies outside a package is reached through xlink:href, a formula, or one of a few elements.

import { reachesOut } from "./formulas.ts";
import type { Harmless } from "./kinds.ts";
import { isFont, isPlainPicture } from "./media.ts";
import { pack, unpack } from "./package.ts";
import {
  type Attribute,
  attributeOf,
  readXml,
  type Token,
  withoutAttributes,
  withoutElements,
  writeXml,
} from "./xml.ts";

type Open = Token & { readonly kind: "open" };

const unwantedPart = /^(?:Basic|Scripts|Dialogs|Configurations2|Thumbnails)\//i;
const unwantedElements = new Set([
  "scripts",
  "event-listeners",
  "event-listener",
  "dde-source",
  "dde-connection-decls",
  "dde-connection",
  "dde-links",
  "dde-link",
  "plugin",
  "applet",
  "floating-frame",
  "sound",
  "section-source",
  "table-source",
  "cell-range-source",
  "database-source-sql",
  "database-source-table",
  "database-source-query",
  "connection-resource",
  "source-service",
  "external-data",
]);
/** Elements that are nothing without what they point to. */
const pointers = new Set(["image", "object", "object-ole", "fill-image", "font-face-uri", "background-image"]);
const linkTarget = /^(?:https?:|mailto:|tel:|#)/i;

/** The document without links out of it, linked and foreign objects, data sources and macros. Links that people click stay. */
export function disarmOdf(bytes: Uint8Array): Harmless {
  const unpacked = unpack(bytes);
  if (!unpacked.ok) return unpacked;
  const { parts } = unpacked;
  const names = new Set([...parts].filter(([name, part]) => isKept(name, part)).map(([name]) => name));
  const kept = new Map<string, Uint8Array>();
  for (const name of names) {
    const part = parts.get(name) ?? new Uint8Array();
    if (!isXml(name)) {
      kept.set(name, part);
      continue;
    }
    const tokens = readXml(part);
    if (
      name === "META-INF/manifest.xml" &&
      tokens.some((each) => each.kind === "open" && each.local === "encryption-data")
    )
      return { ok: false, reason: "It is protected by a password. Remove it and send the file again." };
    kept.set(name, writeXml(name === "META-INF/manifest.xml" ? listed(tokens, names) : disarmPart(tokens, names)));
  }
  return { ok: true, bytes: pack(kept) };
}

function isKept(name: string, part: Uint8Array): boolean {
  if (unwantedPart.test(name)) return false;
  return name === "mimetype" || isXml(name) || isPlainPicture(part) || isFont(part);
}

function isXml(name: string): boolean {
  return name.endsWith(".xml");
}

/** The manifest without what was left out: a part that is promised and missing makes the package a damaged one. */
function listed(tokens: readonly Token[], names: ReadonlySet<string>): Token[] {
  return withoutElements(tokens, (open) => {
    const path = attributeOf(open, "full-path");
    return open.local === "file-entry" && !path.endsWith("/") && !names.has(path);
  });
}

function disarmPart(tokens: readonly Token[], names: ReadonlySet<string>): Token[] {
  const isUnwanted = (open: Open) =>
    unwantedElements.has(open.local) ||
    (pointers.has(open.local) &&
      open.attributes.some((each) => each.local === "href" && !isInside(each.value, names))) ||
    (open.local === "config-item" && attributeOf(open, "name") === "LinkUpdateMode");
  return withoutElements(tokens, isUnwanted).map((each) =>
    each.kind === "open" ? withoutAttributes(each, (one) => isReaching(one, { open: each, names })) : each,
  );
}

function isReaching(
  { local, value }: Attribute,
  { open, names }: { readonly open: Open; readonly names: ReadonlySet<string> },
): boolean {
  switch (local) {
    case "href":
      if (open.local === "a") return !linkTarget.test(value);
      return !(open.local === "chart" && value === "..") && !isInside(value, names);
    case "base":
    case "image-data":
    case "connection-name":
    case "filter-name":
      return true;
    case "formula":
    case "condition":
    case "expression":
    case "base-cell-address":
    case "cell-range-address":
      return reachesOut(value);
    default:
      return false;
  }
}

/** Whether a reference means a part of this package that was kept, or the folder of one. */
function isInside(reference: string, names: ReadonlySet<string>): boolean {
  const path = reference.replace(/^\.\//, "").replace(/\/$/, "");
  if (path === "" || /[:\\?#%]|^\/|(?:^|\/)\.\.(?:\/|$)/.test(path)) return false;
  return names.has(path) || names.has(`${path}/content.xml`);
}
