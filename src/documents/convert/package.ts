// Office packages: ZIP archives of XML parts. Read with bounds, and written anew with what was kept.

import { unzipSync, type Zippable, zipSync } from "fflate";
import { limits } from "../../base/limits.ts";

/** The parts of a package by name, in their order. */
export type Parts = ReadonlyMap<string, Uint8Array>;

/** The parts, or words that say why they are not read. */
export type Unpacked = { readonly ok: true; readonly parts: Parts } | { readonly ok: false; readonly reason: string };

const oversize = new Error("The package is too large.");

const sound = /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\0]+$/su;

/** Reads a package of at most `limits.packageParts` parts and `limits.packageBytes` bytes; what its directory promises counts before anything is unpacked. */
export function unpack(bytes: Uint8Array): Unpacked {
  let count = 0;
  let total = 0;
  const seen = new Set<string>();
  try {
    const found = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        count += 1;
        total += originalSize;
        if (count > limits.packageParts || total > limits.packageBytes) throw oversize;
        // Of two parts of one name it is not sure which one another reader takes: the first one stays.
        const isTaken = sound.test(name) && !name.endsWith("/") && !seen.has(name.toLowerCase());
        seen.add(name.toLowerCase());
        return isTaken;
      },
    });
    return { ok: true, parts: new Map(Object.entries(found)) };
  } catch (error) {
    return { ok: false, reason: error === oversize ? tooMuch() : "It is damaged: its parts cannot be unpacked." };
  }
}

/** The package of these parts. A part named `mimetype` comes first and uncompressed, as OpenDocument wants it. */
export function pack(parts: Parts): Uint8Array {
  const files: Zippable = {};
  const type = parts.get("mimetype");
  if (type !== undefined) files.mimetype = [type, { level: 0 }];
  for (const [name, bytes] of parts) if (name !== "mimetype") files[name] = [bytes, { level: 1 }];
  return zipSync(files);
}

function tooMuch(): string {
  return `It unpacks to more than ${limits.packageBytes / 1024 ** 2} MB or ${limits.packageParts} parts.`;
}
