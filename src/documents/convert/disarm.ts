// What LibreOffice is given: the document without anything that would fetch, start or read something else.

import type { Disarmed, DisarmOrder, Outcome } from "../jobs.ts";
import { sniff, unusableWords } from "../sniff.ts";
import { disarmHtml } from "./disarm-html.ts";
import { disarmOdf } from "./disarm-odf.ts";
import { disarmOoxml } from "./disarm-ooxml.ts";
import { disarmRtf } from "./disarm-rtf.ts";
import type { Harmless, OfficeKind } from "./kinds.ts";
import { unreadable } from "./xml.ts";

/**
 * Takes out of an office file or an HTML page what points outside it and what runs. The binary kinds (DOC, XLS, PPT) go
 * through as they are: for them LibreOffice's profile and its sandbox alone forbid it.
 */
export function disarm({ file }: DisarmOrder): Outcome<Disarmed> {
  const { name, bytes } = file;
  const kind = sniff(bytes);
  if (kind.kind === "unusable") return refused(unusableWords(name, kind.words));
  if (kind.kind !== "office") return { ok: true, format: null, bytes };
  const harmless = harmlessOf(kind.format, bytes);
  if (!harmless.ok) return refused(`"${name}" cannot be used. ${harmless.reason}`);
  return { ok: true, format: kind.format, bytes: harmless.bytes };
}

function harmlessOf(format: OfficeKind, bytes: Uint8Array): Harmless {
  try {
    return takeOut(format, bytes);
  } catch (error) {
    if (error === unreadable || (error instanceof TypeError && "code" in error))
      return { ok: false, reason: "It is damaged: one of its parts is no well-formed XML." };
    throw error;
  }
}

function takeOut(format: OfficeKind, bytes: Uint8Array): Harmless {
  switch (format) {
    case "docx":
    case "xlsx":
    case "pptx":
      return disarmOoxml(bytes);
    case "odt":
    case "ods":
    case "odp":
      return disarmOdf(bytes);
    case "rtf":
      return disarmRtf(bytes);
    case "html":
      return disarmHtml(bytes);
    default:
      return { ok: true, bytes };
  }
}

function refused(reason: string): Outcome<never> {
  return { ok: false, why: "document", fault: { kind: "file", file: 0, reason } };
}
