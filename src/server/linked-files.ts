import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { faxPdf } from "../api/faxes.ts";
import { type FileLink, isFileLinkGood, linkPaths } from "../api/file-links.ts";
import { documentOf } from "../api/files.ts";
import { sendFile } from "../api/mount.ts";
import type { FileReply, House } from "../api/operation.ts";
import { templatePdf } from "../api/template-files.ts";
import { unreachable } from "../base/assert.ts";
import { notFound } from "../base/faults.ts";
import { findFax } from "../fax/find.ts";
import { clientOf } from "../http/client.ts";
import { findRequest, needOwn } from "../requests/find.ts";
import { needSigner } from "../requests/party.ts";
import { findTemplate, needReady } from "../templates/find.ts";

/** Mounts the addresses that give a document to whoever holds a link (`files_as_file_url`). */
export function mountLinkedFiles(app: FastifyInstance, house: House): void {
  for (const kind of ["request", "template", "fax"] as const)
    app.get(`/${linkPaths[kind]}/:id`, (request, reply) => sendLinked(house, { of: kind, request, reply }));
}

type Asked = Pick<FileLink, "of"> & { readonly request: FastifyRequest; readonly reply: FastifyReply };

async function sendLinked(house: House, { of, request, reply }: Asked): Promise<FastifyReply> {
  const { id } = request.params as { readonly id: string };
  const { expires, download, signature_id: signer, key } = request.query as Readonly<Record<string, unknown>>;
  const signatureId = typeof signer === "string" ? signer : null;
  const link = { of, id, signatureId, expires: Number(expires), download: download === "1" };
  if (typeof key !== "string" || !isFileLinkGood(house, { ...link, key }))
    throw notFound("This link is not valid any more.");
  const file = await fileOf(house, { of, id, signatureId, request });
  const headed = reply.header("cache-control", "private, no-store").header("referrer-policy", "no-referrer");
  return sendFile(headed, { ...file, inline: download === "0" });
}

type Wanted = Pick<Asked, "of" | "request"> & { readonly id: string; readonly signatureId: string | null };

async function fileOf(house: House, { of, id, ...asked }: Wanted): Promise<FileReply> {
  switch (of) {
    case "request":
      return requestFile(house, { id, ...asked });
    case "template":
      return templateFile(house, id);
    case "fax":
      return faxFile(house, id);
    default:
      return unreachable(of);
  }
}

async function requestFile(
  house: House,
  { id: requestId, signatureId, request }: Omit<Wanted, "of">,
): Promise<FileReply> {
  const record = await findRequest(house.store.read, requestId);
  const found =
    signatureId === null
      ? { record: needOwn(record, record?.request.account_id ?? ""), received: null }
      : needSigner(record, signatureId);
  // Whoever holds the link: their name is not known.
  const actor = { who: "Somebody with the link", ...clientOf(request) };
  const bytes = await documentOf(house, { ...found, actor });
  return { bytes, contentType: "application/pdf", name: `${found.record.request.title.replace(/\.pdf$/i, "")}.pdf` };
}

async function templateFile(house: House, templateId: string): Promise<FileReply> {
  const template = await findTemplate(house.store.read, templateId);
  if (template === null) throw notFound("This link is not valid any more.");
  needReady(template);
  return templatePdf(house, template);
}

async function faxFile(house: House, faxId: string): Promise<FileReply> {
  const fax = await findFax(house.store.read, faxId);
  if (fax === null || fax.row.state === "deleted") throw notFound("This link is not valid any more.");
  return faxPdf(house, { accountId: fax.row.account_id, faxId });
}
