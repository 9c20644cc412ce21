import { toSeconds } from "../base/clock.ts";
import { macOf, type Secret, sameText } from "../base/secrets.ts";
import type { House } from "./operation.ts";

/**
 * Which document a link gives, of which request, template or fax, until when (UTC milliseconds), and whether to keep or to show it.
 * `signatureId`: it was made for this signer of the request, and ends with them.
 */
export type FileLink = {
  readonly of: "request" | "template" | "fax";
  readonly id: string;
  readonly signatureId?: string | null;
  readonly expiresAt: number;
  readonly download: boolean;
};

/** Below which path the links of each lie. */
export const linkPaths = { request: "files", template: "template_files", fax: "fax_files" } as const;

/** An address that gives a PDF to whoever holds it, until `expiresAt`. */
export function makeFileLink(
  { publicUrl, secret }: { readonly publicUrl: string; readonly secret: Secret },
  { of, id, signatureId = null, expiresAt, download }: FileLink,
): string {
  const expires = toSeconds(expiresAt);
  const key = linkKey(secret, { of, id, signatureId, expires, download });
  const signer = signatureId === null ? "" : `&signature_id=${signatureId}`;
  return `${publicUrl}/${linkPaths[of]}/${id}?expires=${expires}&download=${download ? 1 : 0}${signer}&key=${key}`;
}

/** A link as it comes back; `expires` in Unix seconds. */
type Shown = Omit<FileLink, "expiresAt"> & { readonly expires: number };

/** Whether the key of a link is right and its time has not passed. */
export function isFileLinkGood(
  { secret, clock }: Pick<House, "secret" | "clock">,
  { key, ...shown }: Shown & { readonly key: string },
): boolean {
  return sameText(key, linkKey(secret, shown)) && toSeconds(clock()) <= shown.expires;
}

function linkKey(secret: Secret, { of, id, signatureId = null, expires, download }: Shown): string {
  const signer = signatureId === null ? "" : ` ${signatureId}`;
  return macOf(secret, `${of === "request" ? "file" : of} ${id} ${expires} ${download}${signer}`);
}
