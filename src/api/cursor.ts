import { badRequest } from "../base/faults.ts";

/** The opaque cursor of a list that goes on after the thing of this id; null stays null. */
export function writeCursor(id: string | null): string | null {
  return id === null ? null : Buffer.from(id).toString("base64url");
}

/** The id that a cursor stands for. Throws `bad_request` for what `writeCursor` did not write. */
export function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, "base64url").toString();
  if (/^[0-9a-f-]{36}$/.test(id)) return id;
  throw badRequest("cursor not valid: give the next_cursor of an earlier answer.", "cursor");
}
