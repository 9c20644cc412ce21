import { badRequest } from "../base/faults.ts";

/** A name without the blanks around it. Throws `bad_request` with the path for one that is nothing but blanks. */
export function trimName(name: string, path: string): string {
  const trimmed = name.trim();
  if (trimmed === "") throw badRequest("This value should not be blank", path);
  return trimmed;
}
