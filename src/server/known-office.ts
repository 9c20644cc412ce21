import type { Log } from "../base/log.ts";
import { missingOffice, type Office, openOffice } from "../documents/convert/office.ts";
import type { Config } from "./config.ts";

/** Looks for LibreOffice. Says at the start what office files will meet, not when the first one comes. */
export function openKnownOffice({ config, log }: { readonly config: Config; readonly log: Log }): Office {
  const office = openOffice({ log, given: config.soffice, path: config.path });
  const { program, walls } = office;
  if (program === null) log.warn({ soffice: config.soffice }, `Office files and HTML cannot be read: ${missingOffice}`);
  else log.info({ program, walls }, "office files and HTML are converted by LibreOffice");
  return office;
}
