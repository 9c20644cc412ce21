// Files that signers bring along: the sender asks for them, the signing page takes them, the sealed document holds them.

import { limits } from "../base/limits.ts";
import { beginningOf } from "../documents/beginning.ts";
import type { Attachment } from "../documents/draw/attach.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { Saying } from "../language/saying.ts";
import { pagesOf, type RequestRecord } from "../requests/find.ts";
import { placeOf, signatureAt } from "../requests/groups.ts";
import { nothingBrought } from "../requests/new-signer.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { AttachmentRow } from "../storage/signing-tables.ts";
import type { FieldView, RefusalView } from "../wire/session.ts";
import { refuse, refuseDone } from "./refusal.ts";
import type { Session } from "./signer-session.ts";

/** A file as it was brought; `blob` is kept already. */
export type BroughtFile = {
  readonly name: string;
  readonly blob: string;
  readonly bytes: number;
  readonly mediaType: string;
};

/** What this signer is asked to bring, as the page's last fields, and the names of the files that have come. */
export function viewAttachments(session: Session): {
  readonly fields: readonly FieldView[];
  readonly answers: Readonly<Record<string, string>>;
} {
  const mine = attachmentsOf(session);
  const page = pagesOf(session.record.request).length;
  return {
    fields: mine.map((row) => ({
      apiId: row.attachment_id,
      type: "attachment",
      name: row.name,
      required: row.required === 1,
      content: row.instructions ?? "",
      page,
      x: 0,
      y: 0,
      width: 0,
      height: 0,
    })),
    answers: Object.fromEntries(mine.map((row) => [row.attachment_id, row.file_name ?? ""])),
  };
}

/** What is still wanted of this signer, as flaws of the page's fields. */
export function missingAttachments(session: Session): Readonly<Record<string, Saying>> {
  const missing = attachmentsOf(session).filter(({ required, blob }) => required === 1 && blob === null);
  return Object.fromEntries(missing.map((row) => [row.attachment_id, { key: "flaw.attachment" }]));
}

type Bringing = { readonly session: Session; readonly attachmentId: string };

/** Takes what a signer brings, in place of what was there. */
export async function takeAttachment(
  work: Work,
  { session, attachmentId, file }: Bringing & { readonly file: BroughtFile },
): Promise<{ readonly saved: true } | RefusalView> {
  const refused = refuseStranger({ session, attachmentId });
  if (refused) return refused;
  const others = session.record.attachments.filter(({ attachment_id: id }) => id !== attachmentId);
  const before = others.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  if (before + file.bytes > limits.attachmentBytesInAll)
    return refuse("invalid_answer", { says: { key: "attachment.tooMuch" } });
  const { name, blob, bytes, mediaType } = file;
  const brought = { blob, bytes, file_name: name, media_type: mediaType, uploaded_at: work.at };
  await work.tx.updateTable("attachments").set(brought).where("attachment_id", "=", attachmentId).execute();
  return { saved: true };
}

/** Takes a file away again. */
export async function dropAttachment(
  work: Work,
  { session, attachmentId }: Bringing,
): Promise<{ readonly saved: true } | RefusalView> {
  const refused = refuseStranger({ session, attachmentId });
  if (refused) return refused;
  await work.tx.updateTable("attachments").set(nothingBrought).where("attachment_id", "=", attachmentId).execute();
  return { saved: true };
}

/** Only who still signs changes anything, and only what was asked of them. */
function refuseStranger({ session, attachmentId }: Bringing): RefusalView | null {
  if (session.signature.state !== "awaiting_signature") return refuseDone(session.signature);
  const isMine = attachmentsOf(session).some(({ attachment_id: id }) => id === attachmentId);
  return isMine ? null : refuse("invalid_answer", { says: { key: "flaw.notYours" } });
}

/** Writes into the trail what a signer who signs has brought. */
export async function recordAttachments(work: Work, session: Session): Promise<void> {
  const { request_id: requestId } = session.record.request;
  for (const { name, file_name: file, blob: fileSha256, bytes } of attachmentsOf(session)) {
    if (fileSha256 === null) continue;
    const facts = { attachment: name, file, fileSha256, bytes };
    await record(work, { requestId, kind: "attached", signatureId: session.signature.signature_id, facts });
  }
}

/** The files that signers have brought and signed with, each under a name of its own. */
export function broughtFiles({ attachments, signatures }: Brought) {
  const signed = new Set(signatures.filter(({ state }) => state === "signed").map(placeOf));
  return keptFiles({ attachments: attachments.filter(({ signer }) => signed.has(signer)), signatures });
}

type Brought = Pick<RequestRecord, "attachments" | "signatures">;

/** Every file that has come, whether its signer has signed or not. */
export function keptFiles({ attachments, signatures }: Brought) {
  return attachments.flatMap(({ position, signer, name, blob, file_name: file, media_type: mediaType, uploaded_at }) =>
    blob === null
      ? []
      : [
          {
            blob,
            name: `${position + 1} ${file ?? name}`,
            description: `${name}, brought by ${signatureAt(signatures, signer)?.name ?? "a signer"}`,
            mediaType: mediaType ?? "application/octet-stream",
            at: new Date(uploaded_at ?? 0).toISOString(),
          },
        ],
  );
}

/** The same with their bytes, to be put into the document. */
export async function readBrought(blobs: Blobs, record: RequestRecord): Promise<readonly Attachment[]> {
  const files = broughtFiles(record);
  return Promise.all(files.map(async ({ blob, ...file }) => ({ ...file, bytes: await blobs.read(blob) })));
}

const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";
const zips: Readonly<Record<string, string>> = {
  docx: `${office}.wordprocessingml.document`,
  xlsx: `${office}.spreadsheetml.sheet`,
  pptx: `${office}.presentationml.presentation`,
  odt: `${openDocument}.text`,
  ods: `${openDocument}.spreadsheet`,
  odp: `${openDocument}.presentation`,
};
const oles: Readonly<Record<string, string>> = {
  doc: "application/msword",
  xls: "application/vnd.ms-excel",
  ppt: "application/vnd.ms-powerpoint",
};
const texts: Readonly<Record<string, string>> = { txt: "text/plain", csv: "text/csv" };

/** The media type of a file, by how it begins and what it is called; refused where it may not be brought. */
export function judgeFile(file: {
  readonly name: string;
  readonly head: Uint8Array;
}): { readonly mediaType: string } | RefusalView {
  const mediaType = file.head.length === 0 ? null : mediaTypeOf(file.name, file.head);
  return mediaType === null ? refuse("invalid_answer", { says: { key: "attachment.unreadable" } }) : { mediaType };
}

function mediaTypeOf(name: string, head: Uint8Array): string | null {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const beginning = beginningOf(head);
  switch (beginning) {
    case "pdf":
      return "application/pdf";
    case "rtf":
      return "application/rtf";
    case "zip":
      return zips[ending] ?? null;
    case "ole":
      return oles[ending] ?? null;
    case "html":
      return null;
    case "other":
      return head.includes(0) ? null : (texts[ending] ?? null);
    default:
      return `image/${beginning}`;
  }
}

function attachmentsOf({ record, signature }: Session): readonly AttachmentRow[] {
  return record.attachments.filter(({ signer }) => signer === placeOf(signature));
}
