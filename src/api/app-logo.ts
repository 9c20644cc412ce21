import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { mebibyte } from "../base/units.ts";
import type { Call } from "./operation.ts";

/** Under which name a logo comes. */
export const logoField = "custom_logo_file";

/** Keeps the logo that came with a call, drawn anew by the workshop; answers its blob, or null where none came. Throws `bad_request` for what is no PNG or JPEG, or too large. */
export async function takeLogo({ house, files }: Pick<Call, "house" | "files">): Promise<string | null> {
  const [file, ...others] = files.filter((one) => one.field === logoField);
  if (file === undefined) return null;
  if (others.length > 0) throw badRequest(`Give one ${logoField}.`, logoField);
  const { bytes: size } = file.received;
  if (size === 0) throw badRequest("The file is empty.", logoField);
  if (size > limits.logoBytes)
    throw badRequest(`${logoField} not valid: it may have at most ${limits.logoBytes / mebibyte} MB`, logoField);

  const drawn = await house.desk(async () => house.workshop.logo({ bytes: await file.received.read() }));
  if (!drawn.ok) throw badRequest(`${logoField} not valid: ${drawn.fault.reason}`, logoField);
  return house.blobs.put(drawn.png);
}
