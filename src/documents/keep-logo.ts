import { badRequest } from "../base/faults.ts";
import type { Gate } from "../base/gate.ts";
import { limits } from "../base/limits.ts";
import { mebibyte } from "../base/units.ts";
import type { Upload } from "../http/uploads.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Received } from "../storage/receive.ts";
import type { Workshop } from "./workshop.ts";

/** Under which name a logo comes. */
export const logoField = "custom_logo_file";

/** What a logo is drawn and kept with. */
export type LogoKeeping = {
  readonly desk: Gate;
  readonly workshop: Pick<Workshop, "logo">;
  readonly blobs: Pick<Blobs, "put">;
};

/**
 * Keeps the logo among the files of a call or form, drawn anew by the workshop; answers its blob, or null where none came. Throws `bad_request` for
 * what is no PNG or JPEG, or too large.
 */
export async function takeLogo(
  { desk, workshop, blobs }: LogoKeeping,
  files: readonly Upload<Received>[],
): Promise<string | null> {
  const [file, ...others] = files.filter((one) => one.field === logoField);
  if (file === undefined) return null;
  if (others.length > 0) throw badRequest(`Give one ${logoField}.`, logoField);
  const { bytes: size } = file.received;
  if (size === 0) throw badRequest("The file is empty.", logoField);
  if (size > limits.logoBytes)
    throw badRequest(`${logoField} not valid: it may have at most ${limits.logoBytes / mebibyte} MB`, logoField);

  const drawn = await desk(async () => workshop.logo({ bytes: await file.received.read() }));
  if (!drawn.ok) throw badRequest(`${logoField} not valid: ${drawn.fault.reason}`, logoField);
  return blobs.put(drawn.png);
}
