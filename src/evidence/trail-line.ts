import type { TrailLine } from "../documents/document.ts";
import type { TrailRow } from "../storage/tables.ts";
import { readableAgent } from "./agent.ts";
import { trailWords } from "./trail.ts";

/** What an entry says, in the words for people. */
export function saysOf(kind: string): string {
  return Object.entries(trailWords).find(([known]) => known === kind)?.[1] ?? kind;
}

/** An entry as the audit page prints it. */
export function trailLine(row: TrailRow): TrailLine {
  return {
    at: new Date(row.at).toISOString(),
    what: saysOf(row.kind),
    detail: detailOf(JSON.parse(row.facts_json) as Facts),
    who: row.who,
    from: [row.ip, row.user_agent === null ? null : readableAgent(row.user_agent)]
      .filter((part) => part !== null)
      .join(" · "),
  };
}

type Facts = Readonly<Record<string, unknown>>;

/** The facts of entries that people want to read, with the words before them. */
const told: readonly (readonly [fact: string, words: string])[] = [
  ["reason", "Reason: "],
  ["message", ""],
  ["change", ""],
  ["consent", "Consent text "],
  ["attachment", ""],
  ["file", "File: "],
  ["fileSha256", "SHA-256: "],
  ["way", "Signature: "],
  ["timeZone", "Time zone "],
  ["phone", "To "],
  ["email", "To "],
  ["to", "To "],
  ["level", "Level "],
  ["clock", "By a clock that had gone back: "],
];

function detailOf(facts: Facts): string {
  return told
    .flatMap(([fact, words]) => {
      const value = facts[fact];
      return typeof value === "string" && value !== "" ? [`${words}${value}`] : [];
    })
    .join("\n");
}
