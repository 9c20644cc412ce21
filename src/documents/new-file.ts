import { limits } from "../base/limits.ts";

/** A document as it came: bytes in the blob store, or an address to fetch. */
export type NewFile =
  | { readonly name: string; readonly blob: string; readonly bytes: number }
  | { readonly name: string; readonly url: string };

/** The columns of a file, the one at `position`, whosever it is. */
export function fileColumns(file: NewFile, position: number) {
  const stored =
    "blob" in file
      ? { blob: file.blob, bytes: file.bytes, file_url: null }
      : { blob: null, bytes: 0, file_url: file.url };
  return { position, name: file.name.slice(0, limits.nameLength), ...stored };
}
