import { zipSync } from "fflate";
import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Actor } from "../events/work.ts";
import { failedWords, stillProcessing } from "../requests/closed.ts";
import { noteDownload } from "../requests/downloads.ts";
import { findOwnRequest, type RequestRecord } from "../requests/find.ts";
import { broughtFiles } from "../signing/attachments.ts";
import { testWatermark } from "../signing/complete.ts";
import { findHands } from "../signing/hands.ts";
import { drawnValues } from "../signing/values.ts";
import { Seconds } from "../wire/shapes.ts";
import { entryName } from "./entry-name.ts";
import { makeFileLink } from "./file-links.ts";
import { type FileReply, type House, operation } from "./operation.ts";

const FileType = Type.Optional(Type.Enum(["pdf", "zip"]));
const fileInput = Type.Object({ signature_request_id: Type.String(), file_type: FileType });
const faults = ["unauthorized", "not_found", "conflict", "deleted", "unprocessable_entity"] as const;

export const signatureRequestFiles = operation({
  id: "signatureRequestFiles",
  on: "GET /signature_request/files/{signature_request_id}",
  says: "Answers the document: the sealed PDF once complete, before that the current copy with what has been signed; zip adds the files as uploaded, and the audit trail where it is kept separate.",
  input: fileInput,
  output: { files: ["application/pdf", "application/zip"] },
  faults,

  handle: ({ house, account, actor }, { signature_request_id: requestId, file_type: type = "pdf" }) =>
    fileOf(house, { accountId: account.account_id, requestId, actor, type }),
});

export const signatureRequestFinalCopy = operation({
  id: "signatureRequestFinalCopy",
  on: "GET /signature_request/final_copy/{signature_request_id}",
  says: "The same as files, under the address of final_copy_uri.",
  input: fileInput,
  output: { files: ["application/pdf", "application/zip"] },
  faults,

  handle: ({ house, account, actor }, { signature_request_id: requestId, file_type: type = "pdf" }) =>
    fileOf(house, { accountId: account.account_id, requestId, actor, type }),
});

export const signatureRequestFilesAsDataUri = operation({
  id: "signatureRequestFilesAsDataUri",
  on: "GET /signature_request/files_as_data_uri/{signature_request_id}",
  says: "Answers the PDF as a data URI.",
  input: Type.Object({ signature_request_id: Type.String() }),
  output: Type.Object({ data_uri: Type.String() }),
  faults,

  async handle(call, { signature_request_id: requestId }) {
    const { house, account, actor } = call;
    const record = await findOwnRequest(house.store.read, { accountId: account.account_id, requestId });
    const bytes = await documentOf(house, { record, actor });
    return { data_uri: `data:application/pdf;base64,${Buffer.from(bytes).toString("base64")}` };
  },
});

export const signatureRequestFilesAsFileUrl = operation({
  id: "signatureRequestFilesAsFileUrl",
  on: "GET /signature_request/files_as_file_url/{signature_request_id}",
  says: "Answers an address that gives the PDF without credentials for a day; force_download=0 shows it inline.",
  input: Type.Object({
    signature_request_id: Type.String(),
    force_download: Type.Optional(Type.Integer({ minimum: 0, maximum: 1 })),
  }),
  output: Type.Object({ file_url: Type.String(), expires_at: Seconds }),
  faults,

  async handle({ house, account }, { signature_request_id: requestId, force_download: download = 1 }) {
    const { request } = await findOwnRequest(house.store.read, { accountId: account.account_id, requestId });
    refuseUnready(request);
    return {
      file_url: makeFileLink(house, {
        of: "request",
        id: requestId,
        expiresAt: house.clock() + limits.fileLinkMs,
        download: download === 1,
      }),
      expires_at: toSeconds(house.clock() + limits.fileLinkMs),
    };
  },
});

/** The document as it is now, told in the audit trail as given to whoever acts. Throws `conflict` while it is being made, `unprocessable_entity` when it cannot be. */
export async function documentOf(
  { store, blobs, workshop, desk, transact }: House,
  { record, actor }: { readonly record: RequestRecord; readonly actor: Actor },
): Promise<Uint8Array> {
  const { request } = record;
  refuseUnready(request);
  const { account_id: accountId, request_id: requestId } = request;
  const document = request.sealed_blob ?? request.document_blob ?? "";
  await transact((work) => noteDownload(work, { accountId, requestId, document }), actor);
  if (request.sealed_blob !== null) return blobs.read(request.sealed_blob);
  const copied = await desk(async () =>
    workshop.copy({
      document: await blobs.read(request.document_blob ?? ""),
      values: drawnValues(record, await findHands(store.read, requestId)),
      watermark: request.test_mode === 1 ? testWatermark : null,
    }),
  );
  if (!copied.ok) throw new Error(`The current copy could not be drawn: ${copied.fault.reason}`);
  return copied.document;
}

function refuseUnready(request: RequestRecord["request"]): void {
  if (request.state === "processing") throw stillProcessing();
  if (request.state === "sealing")
    throw new Fault("conflict", "The document is being completed. Wait for the signature_request_all_signed callback.");
  if (request.state === "error") throw new Fault("unprocessable_entity", failedWords(request));
}

/** Whose request, who asks, and for what. */
export type FileAsk = {
  readonly accountId: string;
  readonly requestId: string;
  readonly actor: Actor;
  readonly type: "pdf" | "zip";
};

/** The document of an account's request as a file. Faults as `findOwnRequest` and `documentOf`. */
export async function fileOf(house: House, { accountId, requestId, actor, type }: FileAsk): Promise<FileReply> {
  const record = await findOwnRequest(house.store.read, { accountId, requestId });
  const bytes = await documentOf(house, { record, actor });
  const name = `${record.request.title.replace(/\.pdf$/i, "")}.pdf`;
  if (type === "pdf") return { bytes, contentType: "application/pdf", name };

  const entries: Record<string, Uint8Array> = { [entryName(name)]: bytes };
  const { trail_blob: trail } = record.request;
  if (trail !== null) entries[entryName(name.replace(/\.pdf$/, ", audit trail.pdf"))] = await house.blobs.read(trail);
  for (const file of record.files) {
    if (file.blob !== null)
      entries[`uploaded/${file.position + 1} ${entryName(file.name)}`] = await house.blobs.read(file.blob);
  }
  for (const file of broughtFiles(record))
    entries[`attachments/${entryName(file.name)}`] = await house.blobs.read(file.blob);
  return {
    bytes: zipSync(entries, { level: 0 }),
    contentType: "application/zip",
    name: name.replace(/\.pdf$/, ".zip"),
  };
}
