import { limits } from "../base/limits.ts";
import type { Printed, Tag } from "./document.ts";
import { type BareTag, type Reading, readSpan } from "./tags.ts";

/** A bracket span of a document. */
export type Span = Printed & { readonly text: string };

/** The well-formed tags in the order of the spans, and where definitions stand; or the first malformed tag. */
export type FoundTags =
  | { readonly ok: true; readonly tags: readonly Tag[]; readonly definitions: readonly Printed[] }
  | ({ readonly ok: false } & MalformedTag);

/** Its page from 1; the signer that it names, as it is written, or null; and whether the document's tags count signers from 0. */
export type MalformedTag = {
  readonly reason: string;
  readonly page: number;
  readonly tag: string;
  readonly signer: number | null;
  readonly fromZero: boolean;
};

type Refusal = { readonly ok: false } & Omit<MalformedTag, "fromZero">;
type Definition = { readonly name: string; readonly tag: BareTag };
type Placed = { readonly span: Span; readonly tag: BareTag; readonly definition: Definition | null };

/** An undefined name of digits only is an amount of money: [$500]. */
const amount = /^\d+$/u;

/**
 * Reads the spans of a whole document. A definition places nothing and may stand behind its uses; a second definition of
 * the same name places what it says, as a use does. Checkboxes that a counted definition places are one group.
 */
export function resolveTags(spans: readonly Span[]): FoundTags {
  const readings = spans.map((span) => ({ span, reading: readSpan(span.text) }));
  const resolved = resolve(readings);
  if (resolved.ok) return resolved;
  return { ...resolved, fromZero: readings.some(({ reading }) => reading !== null && signerIn(reading) === 0) };
}

function signerIn(reading: Reading): number | null {
  if (reading.kind === "malformed") return reading.signer;
  return reading.kind === "use" || reading.tag.signer === "sender" ? null : reading.tag.signer;
}

type Found = { readonly span: Span; readonly reading: Reading | null };

function resolve(readings: readonly Found[]): Refusal | (FoundTags & { readonly ok: true }) {
  const read = readSpans(readings);
  if (!read.ok) return read;
  const { placed, definitions } = read;
  const sizes = new Map<Definition | Placed, number>();
  for (const one of placed) sizes.set(groupKey(one), (sizes.get(groupKey(one)) ?? 0) + 1);

  const ids = new Set<string>();
  const turns = new Map<Definition, number>();
  const tags: Tag[] = [];
  for (const one of placed) {
    const { span, definition, tag: bare } = one;
    const size = sizes.get(groupKey(one)) ?? 1;
    const reason = tags.length >= limits.fieldsPerRequest ? tooMany : sizeComplaint(bare, size);
    const whose = bare.signer === "sender" ? null : bare.signer;
    if (reason !== null) return refusal(span, reason, whose);
    const turn = definition === null ? 1 : (turns.get(definition) ?? 0) + 1;
    if (definition !== null) turns.set(definition, turn);
    const id = bare.id !== "" && turn > 1 && bare === definition?.tag ? `${bare.id}_${turn}` : bare.id;
    if (ids.has(id)) return refusal(span, `The id "${id}" appears twice.`, whose);
    if (id !== "") ids.add(id);
    tags.push(tagOf(one, id));
  }
  return { ok: true, tags, definitions };
}

const tooMany = `A request has at most ${limits.fieldsPerRequest} fields.`;

function readSpans(
  readings: readonly Found[],
): Refusal | { readonly ok: true; readonly placed: readonly Placed[]; readonly definitions: readonly Printed[] } {
  const known = new Map<string, Definition>();
  const first = new Set<Span>();
  for (const { span, reading } of readings) {
    if (reading?.kind !== "definition" || known.has(reading.name)) continue;
    known.set(reading.name, reading);
    first.add(span);
  }

  const placed: Placed[] = [];
  for (const { span, reading } of readings) {
    if (reading === null || first.has(span)) continue;
    if (reading.kind === "malformed") return refusal(span, reading.reason, reading.signer);
    if (reading.kind === "tag") {
      placed.push({ span, tag: reading.tag, definition: null });
      continue;
    }
    const definition = known.get(reading.name);
    if (definition !== undefined)
      placed.push({ span, tag: reading.kind === "use" ? definition.tag : reading.tag, definition });
    else if (!amount.test(reading.name))
      return refusal(span, `The name $${reading.name} is not defined: add [def:$${reading.name}|…] to the document.`);
  }
  return { ok: true, placed, definitions: [...first] };
}

/** A counted tag without a definition is a group of its own. */
function groupKey(placed: Placed): Definition | Placed {
  return placed.definition ?? placed;
}

function sizeComplaint({ count }: BareTag, size: number): string | null {
  if (count === null || count.least <= size) return null;
  return `${count.least} boxes of the group are to be ticked, but it has only ${size}.`;
}

function tagOf({ span, tag, definition }: Placed, id: string): Tag {
  const { count, ...bare } = tag;
  const { text, box, origins } = span;
  const group = count !== null && definition !== null ? { name: definition.name, ...count } : null;
  return { ...bare, id, text, box, origins, group };
}

function refusal({ text, box }: Span, reason: string, signer: number | null = null): Refusal {
  return { ok: false, reason, page: box.page, tag: text, signer };
}
