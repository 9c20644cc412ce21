// Finds the signatures of a PDF in its bytes, not through its structure: so that they are found in a file whose structure is damaged,
// and none that the structure hides is missed (ISO 32000-2, 12.8.1).

/** A signature dictionary as it stands in the file. */
export type FoundSignature = {
  readonly range: readonly [number, number, number, number];
  /** Where the file that it covers ends. */
  readonly end: number;
  readonly isTimestamp: boolean;
  readonly subFilter: string;
  /** /M, ISO 8601, or null. */
  readonly claimedTime: string | null;
  /** The number of its object. */
  readonly object: number;
};

/** Every signature dictionary, in the order of what they cover. */
export function findSignatures(bytes: Uint8Array): readonly FoundSignature[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const found: FoundSignature[] = [];
  for (const match of text.matchAll(/\/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]/g)) {
    const numbers = match.slice(1, 5).map(Number);
    const [from = 0, first = 0, second = 0, rest = 0] = numbers;
    const words = wordsAround(text, { at: match.index, first, second });
    if (words === null) continue;
    found.push({
      range: [from, first, second, rest],
      end: second + rest,
      isTimestamp: /\/Type\s*\/DocTimeStamp\b/.test(words.dictionary) || /\/ETSI\.RFC3161\b/.test(words.dictionary),
      subFilter: /\/SubFilter\s*\/([\w.]+)/.exec(words.dictionary)?.[1] ?? "",
      claimedTime: timeIn(words.dictionary),
      object: words.object,
    });
  }
  return found.sort((a, b) => a.end - b.end);
}

/** How far a dictionary may reach beside its /Contents. */
const reach = 20_000;

/** The object's text without the hex of /Contents; null where the range stands in no object. */
function wordsAround(
  text: string,
  { at, first, second }: { readonly at: number; readonly first: number; readonly second: number },
): { readonly dictionary: string; readonly object: number } | null {
  const before = text.slice(Math.max(0, at - reach), at);
  // /Contents may stand before /ByteRange, and be longer than any reach.
  const head =
    second <= at && second > first ? text.slice(Math.max(0, first - reach), first) + text.slice(second, at) : before;
  const heads = [...head.matchAll(/(\d{1,10})\s+\d{1,5}\s+obj\b/g)];
  const open = heads.at(-1);
  if (open === undefined) return null;
  const tail = first >= at ? text.slice(at, first) + text.slice(second, second + reach) : text.slice(at, at + reach);
  const end = tail.indexOf("endobj");
  return { dictionary: head.slice(open.index) + (end === -1 ? tail : tail.slice(0, end)), object: Number(open[1]) };
}

/** A PDF date (ISO 32000-1, 7.9.4) with its zone. */
function timeIn(dictionary: string): string | null {
  const [, year, month, day, hour, minute, second, zone] =
    /\/M\s*\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d'?\d\d)?/.exec(dictionary) ?? [];
  if (year === undefined) return null;
  const offset = zone === undefined || zone === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.replace("'", "").slice(3, 5)}`;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
