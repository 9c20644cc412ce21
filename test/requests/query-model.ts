// The search language told plainly, over requests in memory, and queries at random.

import { foldText } from "../../src/base/words.ts";

/** A request as the model knows it. */
export type Known = {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly to: readonly string[];
  readonly filename: readonly string[];
  readonly metadata: readonly string[];
  /** What else it says. */
  readonly rest: readonly string[];
  readonly state: string;
  readonly testMode: boolean;
  /** The ids of its templates. */
  readonly templates: readonly string[];
  readonly waitsForMe: boolean;
  /** UTC milliseconds. */
  readonly createdAt: number;
};

/** A query in parts; `written`: how a term is typed. */
export type Asked =
  | { readonly all: readonly Asked[] }
  | { readonly any: readonly Asked[] }
  | { readonly not: Asked }
  | { readonly written: string; readonly fits: (request: Known) => boolean };

/** A source of numbers below a bound, the same for the same seed. */
export type Dice = (below: number) => number;

const vocabulary = [
  "lease",
  "LEASE",
  "ea",
  "Über",
  "straße",
  "УГОДА",
  "50%",
  "a_b",
  'say "yes"',
  "north wind",
  "k:v",
  "zzz",
  "-5",
  "x",
];

const fields = ["title", "subject", "message", "to", "filename", "metadata"] as const;

/** A query of any shape, at most so deep. */
export function makeQuery(
  dice: Dice,
  { depth, days }: { readonly depth: number; readonly days: readonly number[] },
): Asked {
  const parts = () => Array.from({ length: 2 + dice(2) }, () => makeQuery(dice, { depth: depth - 1, days }));
  const shape = depth === 0 ? 9 : dice(10);
  if (shape < 2) return { all: parts() };
  if (shape < 4) return { any: parts() };
  if (shape < 5) return { not: makeQuery(dice, { depth: depth - 1, days }) };
  return makeTerm(dice, days);
}

function makeTerm(dice: Dice, days: readonly number[]): Asked {
  const kind = dice(13);
  if (kind < 3) return anywhere(dice);
  if (kind < 8) return inField(dice);
  if (kind === 8) return flag("complete", dice, ({ state }) => state === "complete");
  if (kind === 9) return flag(dice(2) === 0 ? "declined" : "test_mode", dice, () => false, true);
  if (kind === 10) return flag("awaiting_my_signature", dice, ({ waitsForMe }) => waitsForMe);
  if (kind === 11) return inTime(dice, days);
  const id = pick(dice, ["a1", "b2", "c3"]);
  return { written: `template:${id}`, fits: ({ templates }) => templates.includes(id) };
}

function flag(name: string, dice: Dice, is: (request: Known) => boolean, isNamed = false): Asked {
  const wanted = dice(2) === 0;
  const named: (request: Known) => boolean =
    name === "declined" ? ({ state }) => state === "declined" : ({ testMode }) => testMode;
  const fits = isNamed ? named : is;
  return { written: `${name}:${wanted}`, fits: (request) => fits(request) === wanted };
}

function anywhere(dice: Dice): Asked {
  const word = pick(dice, vocabulary);
  const says = (request: Known) => [
    request.title,
    request.subject,
    request.message,
    ...request.to,
    ...request.filename,
    ...request.metadata,
    ...request.rest,
  ];
  return { written: typed(dice, word), fits: (request) => has(says(request), word) };
}

function inField(dice: Dice): Asked {
  const field = pick(dice, fields);
  const word = pick(dice, vocabulary);
  return { written: `${field}:${typed(dice, word)}`, fits: (request) => has([request[field]].flat(), word) };
}

const day = 86_400_000;

function inTime(dice: Dice, days: readonly number[]): Asked {
  const [from, to] = [pick(dice, days), pick(dice, days)];
  const [first, last] = [from - (from % day), to - (to % day)];
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);
  switch (dice(4)) {
    case 0:
      return { written: `created:${date(first)}`, fits: ({ createdAt: at }) => at >= first && at < first + day };
    case 1:
      return {
        written: `created:[${date(first)} TO ${date(last)}]`,
        fits: ({ createdAt: at }) => at >= first && at < last + day,
      };
    case 2:
      return {
        written: `created:{${date(first)} TO ${date(last)}}`,
        fits: ({ createdAt: at }) => at >= first + day && at < last,
      };
    default:
      return { written: `created:[* TO ${date(last)}}`, fits: ({ createdAt: at }) => at < last };
  }
}

function has(lines: readonly string[], word: string): boolean {
  return lines.some((line) => foldText(line).includes(foldText(word)));
}

function typed(dice: Dice, word: string): string {
  const isPlain = /^[^\s"():-][^\s"():]*$/u.test(word);
  if (isPlain && dice(3) > 0) return dice(3) === 0 ? `${word}*` : word;
  return `"${word.replaceAll(/["\\]/g, "\\$&")}"`;
}

function pick<T>(dice: Dice, from: readonly T[]): T {
  const picked = from[dice(from.length)];
  if (picked === undefined) throw new Error("there is something to pick from");
  return picked;
}

/** Types a query as people may: with AND or without, with more parentheses than it takes or with as many as it must have. */
export function write(dice: Dice, asked: Asked, inside: "nothing" | "all" | "not" = "nothing"): string {
  if ("written" in asked) return dice(6) === 0 ? `( ${asked.written} )` : asked.written;
  if ("not" in asked) return `${dice(2) === 0 ? "NOT " : "-"}${write(dice, asked.not, "not")}`;
  if ("all" in asked) {
    const text = asked.all.map((one) => write(dice, one, "all")).join(dice(2) === 0 ? " " : " AND ");
    return inside === "not" || dice(4) === 0 ? `(${text})` : text;
  }
  const text = asked.any.map((one) => write(dice, one)).join(" OR ");
  return inside === "nothing" ? text : `(${text})`;
}

/** Whether a request fits. */
export function isFit(asked: Asked, request: Known): boolean {
  if ("written" in asked) return asked.fits(request);
  if ("not" in asked) return !isFit(asked.not, request);
  if ("all" in asked) return asked.all.every((one) => isFit(one, request));
  return asked.any.some((one) => isFit(one, request));
}
