// What an incremental update has changed, by comparing everything that can be reached before and after. Behind a seal only what
// keeps it checkable is permitted (docs/evidence.md): data to check it with, and further signatures and time-stamps that show nothing.

import {
  PDF,
  PdfArray,
  PdfBool,
  PdfDict,
  PdfName,
  PdfNumber,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
} from "@libpdf/core";
import { limits } from "../../base/limits.ts";

/** A place in the document's structure that is not as it was: the names on the way to it. */
export type Change = readonly string[];

/** The way to a place: its last name, and the way to there. Lists in a document may be thousands of links long. */
type Way = { readonly name: string; readonly before: Way | null; readonly length: number };

type Pair = {
  readonly before: PdfObject | undefined;
  readonly after: PdfObject | undefined;
  readonly way: Way | null;
};

type Side = { readonly resolve: (ref: PdfRef) => PdfObject | null };

/**
 * What an update has changed that is not permitted behind a seal; none when all is as it was. Null when one of the two cannot be read
 * or has no end.
 */
export async function changesBetween(before: Uint8Array, after: Uint8Array): Promise<readonly Change[] | null> {
  const [old, now] = await Promise.all([before, after].map((bytes) => PDF.load(bytes).catch(() => null)));
  if (!old || !now) return null;
  const sides = [old, now].map((pdf): Side => ({ resolve: (ref) => pdf.getObject(ref) }));
  const [was, is] = sides;
  if (!was || !is) return null;
  const changes: Change[] = [];
  const seen = new Set<string>();
  const queue: Pair[] = [{ before: old.getCatalog(), after: now.getCatalog(), way: null }];
  for (let steps = 0; queue.length > 0 && changes.length < limits.verifyChanges; steps += 1) {
    if (steps > limits.verifyObjects || queue.length > limits.verifyObjects) return null;
    const pair = queue.pop();
    if (pair !== undefined) compare(pair, { was, is, seen, changes, queue });
  }
  return changes;
}

type Comparing = {
  readonly was: Side;
  readonly is: Side;
  /** Which objects were compared with which, by their references. */
  readonly seen: Set<string>;
  readonly changes: Change[];
  readonly queue: Pair[];
};

function compare({ before, after, way }: Pair, comparing: Comparing): void {
  const { was, is, seen, changes, queue } = comparing;
  if (before instanceof PdfRef && after instanceof PdfRef) {
    const key = `${before.toString()} ${after.toString()}`;
    if (seen.has(key)) return;
    seen.add(key);
  }
  const [old, now] = [settled(before, was), settled(after, is)];
  if (isPermitted(way, now)) return;
  const start = old ?? startOf(way, now);
  if (start instanceof PdfArray && now instanceof PdfArray) compareArrays({ old: start, now, way }, comparing);
  else if (start instanceof PdfDict && now instanceof PdfDict && start.type === now.type) {
    if (start instanceof PdfStream && now instanceof PdfStream && Buffer.compare(start.data, now.data) !== 0)
      changes.push(pathOf(way));
    for (const name of namesOf(start, now))
      queue.push({ before: start.get(name), after: now.get(name), way: wayTo(name, way) });
  } else if (!isSame(start, now)) changes.push(pathOf(way));
}

type Arrays = { readonly old: PdfArray; readonly now: PdfArray; readonly way: Way | null };

function compareArrays({ old, now, way }: Arrays, { is, changes, queue }: Comparing): void {
  for (let index = 0; index < old.length; index += 1)
    queue.push({ before: old.at(index), after: now.at(index), way: wayTo(String(index), way) });
  const added = now.toArray().slice(old.length);
  if (added.length === 0) return;
  const isOpen = isFields(way) || way?.name === "Annots";
  if (!isOpen || !added.every((value) => isUnseenSignature(settled(value, is), is))) changes.push(pathOf(way));
}

function wayTo(name: string, before: Way | null): Way {
  return { name, before, length: 1 + (before?.length ?? 0) };
}

/** The names on the way, the last ones where they are many. */
function pathOf(way: Way | null): Change {
  const names: string[] = [];
  for (let at = way; at !== null && names.length < 12; at = at.before) names.unshift(at.name);
  return names;
}

/** What an update behind a seal may add or replace as it likes. */
function isPermitted(way: Way | null, now: PdfObject | undefined): boolean {
  if (way === null || now === undefined) return false;
  if (way.length === 1) return way.name === "DSS" || way.name === "Extensions";
  return way.length === 2 && way.before?.name === "AcroForm" && way.name === "SigFlags";
}

/** What stands for something that was not there before, where such a thing may come: nothing of its kind. */
function startOf(way: Way | null, now: PdfObject | undefined): PdfObject | undefined {
  if (way?.length === 1 && way.name === "AcroForm" && now instanceof PdfDict) return new PdfDict();
  return (isFields(way) || way?.name === "Annots") && now instanceof PdfArray ? new PdfArray() : undefined;
}

function isFields(way: Way | null): boolean {
  return way?.length === 2 && way.before?.name === "AcroForm" && way.name === "Fields";
}

/** A signature field that shows nothing on its page. */
function isUnseenSignature(value: PdfObject | undefined, { resolve }: Side): boolean {
  if (!(value instanceof PdfDict) || value.getName("FT", resolve)?.value !== "Sig" || value.has("Kids")) return false;
  const [left, bottom, right, top] = (value.getArray("Rect", resolve)?.toArray() ?? []).map((side) =>
    side instanceof PdfNumber ? side.value : Number.NaN,
  );
  const isEmpty = left !== undefined && (left === right || bottom === top);
  return isEmpty && !value.has("AP") && !value.has("A") && !value.has("AA") && value.has("V");
}

function settled(value: PdfObject | undefined, { resolve }: Side): PdfObject | undefined {
  let at = value;
  for (let steps = 0; at instanceof PdfRef && steps < 8; steps += 1) at = resolve(at) ?? undefined;
  return at instanceof PdfRef || at?.type === "null" ? undefined : at;
}

/** A stream's length follows from its data. */
function namesOf(old: PdfDict, now: PdfDict): readonly string[] {
  const names = [...old.keys(), ...now.keys()].map(({ value }) => value);
  return [...new Set(names)].filter((name) => !(old instanceof PdfStream && name === "Length"));
}

function isSame(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a instanceof PdfString && b instanceof PdfString) return Buffer.compare(a.bytes, b.bytes) === 0;
  if (a instanceof PdfName && b instanceof PdfName) return a.value === b.value;
  if (a instanceof PdfNumber && b instanceof PdfNumber) return a.value === b.value;
  return a instanceof PdfBool && b instanceof PdfBool && a.value === b.value;
}
