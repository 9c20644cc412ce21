import { zipSync } from "fflate";
import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Actor } from "../events/work.ts";
import { failedWords, stillProcessing } from "../requests/closed.ts";
import { noteDownload } from "../requests/downloads.ts";
import type { RequestRecord } from "../requests/find.ts";
import { findPartyRequest, type Party, type PartyRecord, refuseGuarded } from "../requests/party.ts";
import { broughtFiles } from "../signing/attachments.ts";
import { testWatermark } from "../signing/complete.ts";
import { findHands } from "../signing/hands.ts";
import { drawnValues } from "../signing/values.ts";
import { Seconds } from "../wire/shapes.ts";
import { entryName } from "./entry-name.ts";
import { makeFileLink } from "./file-links.ts";
import { type FileReply, type House, operation } from "./operation.ts";
import { partyOf } from "./signature-request-answers.ts";

const FileType = Type.Optional(Type.Enum(["pdf", "zip"]));
const fileInput = Type.Object({ signature_request_id: Type.String(), file_type: FileType });
const faults = ["unauthorized", "not_found", "conflict", "deleted", "unprocessable_entity"] as const;

export const signatureRequestFiles = operation({
  id: "signatureRequestFiles",
  on: "GET /signature_request/files/{signature_request_id}",
  says: "Answers the document: the sealed PDF once complete, before that the current copy with what has been signed; zip adds the files as uploaded, to its sender, and the audit trail where it is kept separate.",
  input: fileInput,
  output: { files: ["application/pdf", "application/zip"] },
  faults,

  handle: (call, { signature_request_id: requestId, file_type: type = "pdf" }) =>
    fileOf(call.house, { ...partyOf(call), requestId, actor: call.actor, type }),
});

export const signatureRequestFinalCopy = operation({
  id: "signatureRequestFinalCopy",
  on: "GET /signature_request/final_copy/{signature_request_id}",
  says: "The same as files, under the address of final_copy_uri.",
  input: fileInput,
  output: { files: ["application/pdf", "application/zip"] },
  faults,

  handle: (call, { signature_request_id: requestId, file_type: type = "pdf" }) =>
    fileOf(call.house, { ...partyOf(call), requestId, actor: call.actor, type }),
});

export const signatureRequestFilesAsDataUri = operation({
  id: "signatureRequestFilesAsDataUri",
  on: "GET /signature_request/files_as_data_uri/{signature_request_id}",
  says: "Answers the PDF as a data URI.",
  input: Type.Object({ signature_request_id: Type.String() }),
  output: Type.Object({ data_uri: Type.String() }),
  faults,

  async handle(call, { signature_request_id: requestId }) {
    const { house, actor } = call;
    const found = await findPartyRequest(house.store.read, { ...partyOf(call), requestId });
    const bytes = await documentOf(house, { ...found, actor });
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

  async handle(call, { signature_request_id: requestId, force_download: download = 1 }) {
    const { house } = call;
    const found = await findPartyRequest(house.store.read, { ...partyOf(call), requestId });
    refuseUnready(found.record.request);
    refuseGuarded(found);
    return {
      file_url: makeFileLink(house, {
        of: "request",
        id: requestId,
        signatureId: found.received?.[0]?.signature_id ?? null,
        expiresAt: house.clock() + limits.fileLinkMs,
        download: download === 1,
      }),
      expires_at: toSeconds(house.clock() + limits.fileLinkMs),
    };
  },
});

/**
 * The document as it is now, told in the audit trail as given to whoever acts. Throws `conflict` while it is being made, and as
 * `refuseGuarded`; `unprocessable_entity` when it cannot be made.
 */
export async function documentOf(
  { store, blobs, workshop, desk, transact }: House,
  { record, received, actor }: PartyRecord & { readonly actor: Actor },
): Promise<Uint8Array> {
  const { request } = record;
  refuseUnready(request);
  refuseGuarded({ record, received });
  const { request_id: requestId } = request;
  const document = request.sealed_blob ?? request.document_blob ?? "";
  await transact((work) => noteDownload(work, { requestId, document }), actor);
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

/** Which request, who asks, and for what. */
export type FileAsk = Party & {
  readonly requestId: string;
  readonly actor: Actor;
  readonly type: "pdf" | "zip";
};

/** The document of a request that an account has sent or received, as a file. Faults as `findPartyRequest` and `documentOf`. */
export async function fileOf(house: House, { requestId, actor, type, ...party }: FileAsk): Promise<FileReply> {
  const found = await findPartyRequest(house.store.read, { ...party, requestId });
  const bytes = await documentOf(house, { ...found, actor });
  const { request } = found.record;
  const name = `${request.title.replace(/\.pdf$/i, "")}.pdf`;
  if (type === "pdf") return { bytes, contentType: "application/pdf", name };

  const entries: Record<string, Uint8Array> = { [entryName(name)]: bytes };
  for (const [entry, blob] of besideDocument(found, name)) entries[entry] = await house.blobs.read(blob);
  return {
    bytes: zipSync(entries, { level: 0 }),
    contentType: "application/zip",
    name: name.replace(/\.pdf$/, ".zip"),
  };
}

/** A signer is given what is in the sealed document, and once it is; the files as uploaded may say more than the signers were shown. */
function besideDocument({ record, received }: PartyRecord, name: string): readonly (readonly [string, string])[] {
  const { state, trail_blob: trail } = record.request;
  const uploaded = received === null ? record.files : [];
  const brought = received === null || state === "complete" ? broughtFiles(record) : [];
  return [
    ...(trail === null ? [] : [[entryName(name.replace(/\.pdf$/, ", audit trail.pdf")), trail] as const]),
    ...uploaded.flatMap(({ blob, position, name: file }) =>
      blob === null ? [] : [[`uploaded/${position + 1} ${entryName(file)}`, blob] as const],
    ),
    ...brought.map((file) => [`attachments/${entryName(file.name)}`, file.blob] as const),
  ];
}
