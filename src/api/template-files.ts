import { zipSync } from "fflate";
import { Type } from "typebox";
import { toSeconds } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { findUsableTemplate, needReady } from "../templates/find.ts";
import type { Template } from "../templates/template.ts";
import { Seconds } from "../wire/shapes.ts";
import { entryName } from "./entry-name.ts";
import { makeFileLink } from "./file-links.ts";
import { type Call, type FileReply, type House, operation } from "./operation.ts";

const faults = ["unauthorized", "not_found", "conflict", "unprocessable_entity"] as const;

export const templateFiles = operation({
  id: "templateFiles",
  on: "GET /template/files/{template_id}",
  says: "Answers the template's document as one PDF; zip answers the files as uploaded.",
  input: Type.Object({ template_id: Type.String(), file_type: Type.Optional(Type.Enum(["pdf", "zip"])) }),
  output: { files: ["application/pdf", "application/zip"] },
  faults,

  async handle(call, { template_id: templateId, file_type: type = "pdf" }) {
    const template = await readyTemplate(call, templateId);
    return type === "pdf" ? templatePdf(call.house, template) : templateZip(call.house, template);
  },
});

export const templateFilesAsDataUri = operation({
  id: "templateFilesAsDataUri",
  on: "GET /template/files_as_data_uri/{template_id}",
  says: "Answers the template's PDF as a data URI.",
  input: Type.Object({ template_id: Type.String() }),
  output: Type.Object({ data_uri: Type.String() }),
  faults,

  async handle(call, { template_id: templateId }) {
    const { row } = await readyTemplate(call, templateId);
    const bytes = await call.house.blobs.read(row.document_blob ?? "");
    return { data_uri: `data:application/pdf;base64,${Buffer.from(bytes).toString("base64")}` };
  },
});

export const templateFilesAsFileUrl = operation({
  id: "templateFilesAsFileUrl",
  on: "GET /template/files_as_file_url/{template_id}",
  says: "Answers an address that gives the template's PDF without credentials for a day; force_download=0 shows it inline.",
  input: Type.Object({
    template_id: Type.String(),
    force_download: Type.Optional(Type.Integer({ minimum: 0, maximum: 1 })),
  }),
  output: Type.Object({ file_url: Type.String(), expires_at: Seconds }),
  faults,

  async handle(call, { template_id: templateId, force_download: download = 1 }) {
    await readyTemplate(call, templateId);
    const { house } = call;
    const expiresAt = house.clock() + limits.fileLinkMs;
    return {
      file_url: makeFileLink(house, { of: "template", id: templateId, expiresAt, download: download === 1 }),
      expires_at: toSeconds(expiresAt),
    };
  },
});

async function readyTemplate({ house, account }: Call, templateId: string): Promise<Template> {
  const template = await findUsableTemplate(house.store.read, { accountId: account.account_id, templateId });
  needReady(template);
  return template;
}

/** The document of a template that is ready, as a file. */
export async function templatePdf({ blobs }: Pick<House, "blobs">, { row }: Template): Promise<FileReply> {
  return {
    bytes: await blobs.read(row.document_blob ?? ""),
    contentType: "application/pdf",
    name: nameOf(row.title, "pdf"),
  };
}

async function templateZip({ blobs }: Pick<House, "blobs">, { row, files }: Template): Promise<FileReply> {
  const entries: Record<string, Uint8Array> = {};
  for (const { blob, position, name } of files)
    if (blob !== null) entries[`${position + 1} ${entryName(name)}`] = await blobs.read(blob);
  return { bytes: zipSync(entries, { level: 0 }), contentType: "application/zip", name: nameOf(row.title, "zip") };
}

function nameOf(title: string, ending: "pdf" | "zip"): string {
  return `${title.replace(/\.pdf$/i, "")}.${ending}`;
}
