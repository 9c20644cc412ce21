import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { mebibyte } from "../base/units.ts";
import type { Call } from "./operation.ts";

/** Under which name a logo comes. */
const field = "custom_logo_file";

/** Keeps the logo that came with a call, drawn anew by the workshop; answers its blob, or null where none came. Throws `bad_request` for what is no PNG or JPEG, or too large. */
export async function takeLogo({ house, files }: Pick<Call, "house" | "files">): Promise<string | null> {
  const [file, ...others] = files.filter((one) => one.field === field);
  if (file === undefined) return null;
  if (others.length > 0) throw badRequest(`Give one ${field}.`, field);
  const { bytes: size } = file.received;
  if (size === 0) throw badRequest("The file is empty.", field);
  if (size > limits.logoBytes)
    throw badRequest(`${field} not valid: it may have at most ${limits.logoBytes / mebibyte} MB`, field);

  const drawn = await house.desk(async () => house.workshop.logo({ bytes: await file.received.read() }));
  if (!drawn.ok) throw badRequest(`${field} not valid: ${drawn.fault.reason}`, field);
  return house.blobs.put(drawn.png);
}
