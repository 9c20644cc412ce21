// What `listen` shows of callbacks: a live table on a terminal, a line for each attempt elsewhere, or JSON for programs.

import { styleText } from "node:util";
import type { Handed, Report } from "./handler.ts";
import { type LiveTable, openLiveTable } from "./live-table.ts";

/** What the server made of a report. */
export type Settled = {
  readonly settled: boolean;
  readonly outcome: string | null;
  readonly becomes: string | null;
  readonly retry_in_seconds: number | null;
};

/** An attempt that has ended; `settled` null: the server could not be told in time. */
export type Attempted = { readonly handed: Handed; readonly report: Report; readonly settled: Settled | null };

/** Where attempts are shown. */
export type Board = {
  readonly begin: (handed: Handed) => void;
  readonly show: (attempted: Attempted) => void;
  /** Words about the line to the server. */
  readonly tell: (words: string) => void;
  readonly end: () => void;
};

/** Opens what fits: JSON where it was asked for, a table on a terminal, lines elsewhere. */
export function openBoard({ isJson, printsJson }: { readonly isJson: boolean; readonly printsJson: boolean }): Board {
  if (isJson) return jsonBoard;
  return process.stdout.isTTY && !printsJson ? openTableBoard() : openLineBoard(printsJson);
}

const nothing = () => undefined;

const jsonBoard: Board = {
  begin: nothing,
  show: ({ handed: { body, headers, ...about }, report, settled }) =>
    process.stdout.write(`${JSON.stringify({ ...about, report, settled })}\n`),
  tell: nothing,
  end: nothing,
};

function openLineBoard(printsJson: boolean): Board {
  return {
    begin: nothing,
    show: (attempted) => {
      const { handed, report } = attempted;
      const isGood = isAcked(attempted);
      const line = [
        ...cellsOf(handed, [34, 8, 3]),
        answerOf(report).padStart(3),
        `${report.duration_ms} ms`.padStart(7),
        isGood ? restOf(attempted) : `${restOf(attempted)} (countersign events show ${handed.event_id})`,
      ].join("  ");
      process.stdout.write(`${styleText(isGood ? "green" : "red", line, { stream: process.stdout })}\n`);
      if (printsJson) process.stdout.write(`${JSON.stringify(JSON.parse(handed.json), null, 2)}\n`);
    },
    tell: (words) => void process.stderr.write(`${words}\n`),
    end: nothing,
  };
}

const columns = [
  ["TIME", 8],
  ["EVENT", 34],
  ["REQUEST", 8],
  ["TRY", 3],
  ["ANSWER", 6],
  ["TOOK", 8],
  ["OUTCOME", 0],
] as const;

/** A callback has one row: it says that it is being posted, then what came of it, and changes again with the next attempt. */
function openTableBoard(): Board {
  const table: LiveTable = openLiveTable(
    {
      write: (text) => void process.stdout.write(text),
      size: () => ({ columns: process.stdout.columns, rows: process.stdout.rows }),
    },
    columns,
  );
  const waiting = new Set<string>();
  const sums = { delivered: 0, "given up": 0 };
  let words = "";
  const sum = () =>
    Object.entries({ ...sums, "to be tried again": waiting.size })
      .flatMap(([name, number]) => (number === 0 ? [] : [`${number} ${name}`]))
      .join(" · ");
  const tellAll = () => table.tell([sum(), words].filter((part) => part !== "").join(" · "));
  return {
    begin: (handed) => table.show(handed.delivery_id, { cells: [...cellsOf(handed), "…"], tone: "yellow" }),
    show: (attempted) => {
      const { handed, report } = attempted;
      const isGood = isAcked(attempted);
      const isWaiting = attempted.settled?.becomes === "pending" || attempted.settled === null;
      if (isWaiting) waiting.add(handed.delivery_id);
      else {
        waiting.delete(handed.delivery_id);
        sums[isGood ? "delivered" : "given up"] += 1;
      }
      const cells = [...cellsOf(handed), answerOf(report), `${report.duration_ms} ms`, restOf(attempted)];
      table.show(handed.delivery_id, { cells, tone: isGood ? "green" : "red" });
      tellAll();
    },
    tell: (said) => {
      words = said;
      tellAll();
    },
    end: () => table.end(),
  };
}

function cellsOf(
  { event_type: type, request_id: requestId, attempt }: Handed,
  widths: readonly number[] = [],
): readonly string[] {
  const cells = [type, (requestId ?? "").slice(0, 8), `#${attempt}`];
  return [new Date().toTimeString().slice(0, 8), ...cells.map((cell, index) => cell.padEnd(widths[index] ?? 0))];
}

function isAcked({ settled }: Attempted): boolean {
  return settled?.outcome === "acked";
}

function answerOf(report: Report): string {
  // What failed is the outcome, which stands beside it.
  return "status" in report ? String(report.status) : "–";
}

function restOf({ settled }: Attempted): string {
  if (!settled?.settled) return "the server was not told in time; it comes again";
  const seconds = settled.retry_in_seconds;
  return `${settled.outcome ?? ""}${seconds === null ? "" : `, again in ${seconds} s`}`;
}
