// The audit trail as pages behind the document: what was signed, by whom, and every step on the way.

import type { TrailPage } from "../document.ts";
import { drawLine, type Sheet } from "./canvas.ts";
import { type Cell, flow, type Mark, palette, paper, type Row } from "./flow.ts";
import { widthOf, wrap } from "./lettering.ts";
import { drawQr } from "./qr.ts";
import { legible } from "./undrawable.ts";

const small = { face: "plain", size: 8.5, colour: palette.text } as const;
const soft = { face: "plain", size: 8.5, colour: palette.soft } as const;
const wide = paper.right - paper.left;
const inset = 100;
/** The code that leads to the check, at the right of the head. */
const code = { side: 66, x: paper.right - 66, y: paper.top - 4 };
const beside = wide - code.side - 28;

const columns = {
  time: { x: paper.left, width: 92 },
  what: { x: paper.left + 100, width: 124 },
  who: { x: paper.left + 236, width: 152 },
  from: { x: paper.left + 400, width: wide - 400 },
};

/** The trail on Letter pages. Characters that no font of ours has are shown by their numbers, so that nothing is lost. */
export function trailSheets(trail: TrailPage): readonly Sheet[] {
  const rows = [...headOf(trail), ...documentsOf(trail), ...signersOf(trail), ...eventsOf(trail), ...chainOf(trail)];
  const continued = [cell({ face: "strong", size: 8.5, colour: palette.accent, text: "Audit trail, continued" })];
  return flow(rows, { foot: (page, pages) => footerOf(trail, { page, pages }), continued, aside: codeOf(trail) });
}

function headOf(trail: TrailPage): readonly Row[] {
  const label = { face: "strong", size: 9, colour: palette.accent } as const;
  const title = { face: "strong", size: 18, colour: palette.text } as const;
  const isLong = wrap(legible(trail.title), { ...title, width: beside }).length > 2;
  return [
    { above: 0, clings: true, cells: [cell({ ...label, text: "Audit trail" })] },
    { above: 6, clings: true, cells: [cell({ ...title, size: isLong ? 13 : 18, text: trail.title, width: beside })] },
    { above: 10, clings: true, cells: [cell({ ...small, face: "strong", size: 10, text: `Status: ${trail.status}` })] },
    fact("Request", trail.requestId, 14),
    fact(trail.fileNames.length === 1 ? "File" : "Files", trail.fileNames.join(", "), 4),
    ...(trail.sealed === undefined ? [] : [fact("Document", `Sealed, SHA-256 ${trail.sealed}`, 4)]),
    ...(trail.testMode ? [fact("Mode", "Test: not legally binding", 4)] : []),
  ];
}

/** Where to check the document, as a code for telephones and in letters below it. */
function codeOf({ verifyUrl }: TrailPage): Mark {
  const look = { face: "plain", size: 7, colour: palette.soft } as const;
  const lines = ["Check this document at", ...wrap(verifyUrl, { ...look, width: 150 })];
  return (context) => {
    drawQr(context, { text: verifyUrl, ...code });
    lines.forEach((text, index) => {
      const y = code.y + code.side + 12 + index * 9;
      drawLine(context, { ...look, text, x: paper.right - widthOf(text, look), y });
    });
  };
}

function documentsOf(trail: TrailPage): readonly Row[] {
  const rows = trail.originals.map(({ name, sha256 }, index) => ({
    above: index === 0 ? 8 : 12,
    ruled: index > 0,
    cells: [cell({ ...small, text: `${name}\n${sha256}` })],
  }));
  return [heading("Original documents (SHA-256)"), ...rows];
}

function signersOf(trail: TrailPage): readonly Row[] {
  const rows = trail.signers.map(({ name, email }, index) => ({
    above: index === 0 ? 8 : 12,
    ruled: index > 0,
    cells: [
      cell({ ...small, face: "strong", text: name, width: 224 }),
      cell({ ...small, text: email, x: columns.who.x, width: wide - 236 }),
    ],
  }));
  return [heading(trail.signers.length === 1 ? "Signer" : "Signers"), ...rows];
}

function eventsOf(trail: TrailPage): readonly Row[] {
  const rows = trail.lines.map(({ at, what, detail, who, from }, index) => ({
    above: index === 0 ? 8 : 12,
    ruled: index > 0,
    // What stands for them all does not stand alone.
    clings: index === trail.lines.length - 1,
    cells: [
      cell({ ...soft, text: spokenTime(at), ...columns.time }),
      cell({ ...small, text: detail === "" ? what : `${what}\n${detail}`, ...columns.what }),
      cell({ ...small, text: who, ...columns.who }),
      cell({ ...soft, text: from, ...columns.from }),
    ],
  }));
  return [heading("Events"), ...rows];
}

function chainOf({ head, lines }: TrailPage): readonly Row[] {
  const words = `${lines.length} entries, each hashed with the one before it. The last hash stands for them all:\n${head}`;
  return [{ above: 18, ends: true, cells: [cell({ ...soft, text: words })] }];
}

function footerOf(
  trail: TrailPage,
  { page, pages }: { readonly page: number; readonly pages: number },
): readonly Cell[] {
  const look = { face: "plain", size: 7.5, colour: palette.soft } as const;
  const count = `${page} of ${pages}`;
  return [
    cell({
      ...look,
      text: `Request ${trail.requestId}. All times are UTC. ${trail.testMode ? "A test." : "Sealed by Countersign."}`,
    }),
    cell({ ...look, text: count, x: paper.right - widthOf(count, look) }),
  ];
}

function heading(text: string): Row {
  return { above: 26, clings: true, cells: [cell({ face: "strong", size: 11, colour: palette.accent, text })] };
}

function fact(label: string, text: string, above: number): Row {
  const told = cell({ ...small, text, x: paper.left + inset, width: wide - inset });
  return { above, cells: [cell({ ...soft, text: label }), told] };
}

function cell(given: Omit<Cell, "x" | "width"> & { readonly x?: number; readonly width?: number }): Cell {
  const text = given.text.split("\n").map(legible).join("\n");
  return { x: paper.left, width: wide, ...given, text };
}

/** `2026-01-02T03:04:05.678Z` as `2026-01-02 03:04:05`; anything else as it is. */
function spokenTime(at: string): string {
  return /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(at)?.slice(1, 3).join(" ") ?? at;
}
