import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";

type Place = { readonly path: string; readonly counted: { nested: number } };

/**
 * The metadata as given. Throws `bad_request` with the path of the first key or value that is too long, and of the first
 * key below the top that is one too many: those of all levels are counted together. A list is one value: as JSON it may be
 * as long as a text. How many keys the top has, and how long they may be, the schema says.
 */
export function readMetadata(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const counted = { nested: 0 };
  for (const [key, value] of Object.entries(metadata)) check(value, { path: `metadata[${key}]`, counted });
  return metadata;
}

function check(value: unknown, place: Place): void {
  if (typeof value === "string") refuseLong(value, place);
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) refuseLong(JSON.stringify(value), place);
  for (const [key, inner] of Object.entries(value)) {
    const path = `${place.path}[${key.slice(0, 100)}]`;
    if (!Array.isArray(value)) refuseKey(key, { ...place, path });
    check(inner, { ...place, path });
  }
}

function refuseKey(key: string, { path, counted }: Place): void {
  counted.nested += 1;
  if (counted.nested > limits.metadataNestedKeys)
    throw badRequest(
      `metadata not valid: all its levels below the top may have at most ${limits.metadataNestedKeys} keys together`,
      path,
    );
  if (isLonger(key, limits.metadataKeyLength))
    throw badRequest(`metadata not valid: a key may have at most ${limits.metadataKeyLength} characters`, path);
}

function refuseLong(text: string, { path }: Place): void {
  if (isLonger(text, limits.metadataValueLength))
    throw badRequest(`metadata not valid: a value may have at most ${limits.metadataValueLength} characters`, path);
}

/** Characters are counted, not the halves of those that take two. */
function isLonger(text: string, most: number): boolean {
  return text.length > most && Array.from(text).length > most;
}
