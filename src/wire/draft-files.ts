// The files of a draft: those that are sent, and those that signers are asked to bring.

import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { NewFile } from "../documents/new-file.ts";
import { vetUrl } from "../http/targets.ts";
import { cleanFileName, type Upload, uploadsUnder } from "../http/uploads.ts";
import type { NewAttachment } from "../requests/new-signer.ts";
import type { Received } from "../storage/receive.ts";
import type { SignatureRequestInput } from "./request-input.ts";
import { trimName } from "./trim-name.ts";

/** What was uploaded, under whatever names. */
export type Brought = { readonly files: readonly Upload<Received>[] };

/** The uploaded files to be signed, in order. */
export function uploadsOf({ files }: Brought): readonly Upload<Received>[] {
  return uploadsUnder(files, ["files", "file"]);
}

/** The files to be signed, uploaded or named by their addresses. */
export function readFiles(
  brought: Brought,
  { file_urls: urls = [] }: Pick<SignatureRequestInput, "file_urls">,
): readonly NewFile[] {
  const uploads = uploadsOf(brought);
  if (uploads.length > 0 && urls.length > 0) throw badRequest("Give files or file_urls, not both.", "file_urls");
  if (uploads.length === 0 && urls.length === 0)
    throw badRequest("files is required: send at least one file, or its address in file_urls.", "files");
  uploads.forEach(({ field, received }) => {
    if (received.bytes === 0) throw badRequest("The file is empty.", field);
  });
  const total = uploads.reduce((sum, { received }) => sum + received.bytes, 0);
  if (total > limits.requestBytes)
    throw badRequest(`files not valid: together they may have at most ${limits.requestBytes / 1024 ** 2} MB`, "files");
  if (uploads.length > 0)
    return uploads.map(({ name, received }) => ({ name, blob: received.hash, bytes: received.bytes }));
  return urls.map((url, index) => {
    const words = vetUrl(url);
    if (words !== null) throw badRequest(`file_urls not valid: ${words}`, `file_urls[${index}]`);
    return { name: nameOfUrl(url), url };
  });
}

/** What signers are asked to bring. */
export function readAttachments(
  { attachments = [] }: Pick<SignatureRequestInput, "attachments">,
  signers: number,
): readonly NewAttachment[] {
  return attachments.map(({ name, signer_index: signer, instructions, required = false }, index) => {
    if (signer >= signers)
      throw badRequest(
        `signer_index not valid: there are ${signers} signers, counted from 0.`,
        `attachments[${index}][signer_index]`,
      );
    return {
      signer,
      name: trimName(name, `attachments[${index}][name]`),
      instructions: instructions?.trim() || null,
      required,
    };
  });
}

function nameOfUrl(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  if (last === "") return "document";
  try {
    return cleanFileName(decodeURIComponent(last));
  } catch {
    return cleanFileName(last);
  }
}
