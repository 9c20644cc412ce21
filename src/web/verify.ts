import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { badRequest, Fault } from "../base/faults.ts";
import { openGate } from "../base/gate.ts";
import { limits } from "../base/limits.ts";
import { hashOf } from "../base/secrets.ts";
import type { Verifier } from "../evidence/verify/verifier.ts";
import { readUploads, type Upload } from "../http/uploads.ts";
import type { Store } from "../storage/store.ts";
import { sendPlain } from "./plain-page.ts";
import { renderForm, renderReport } from "./verify-page.ts";

/** What the check of documents needs; `trusted`: the certificates (PEM) that this house seals with. */
export type VerifyDoors = {
  readonly store: Store;
  readonly verifier: Verifier;
  readonly trusted: () => Promise<readonly string[]>;
};

type Held = { readonly bytes: number; readonly content: Buffer; readonly discard: () => Promise<void> };

/** Mounts the page where anybody can check a document. Files are held in memory, few at once, and nothing of them stays. */
export function mountVerify(app: FastifyInstance, doors: VerifyDoors): void {
  const gate = openGate({ atOnce: limits.verifyUploads, most: limits.verifyQueue, waitMs: limits.verifyWaitMs });
  app.get("/verify", (_, reply) => sendForm(reply, null));
  app.post("/verify", async (request, reply) => {
    if (!/^multipart\/form-data\b/i.test(request.headers["content-type"] ?? ""))
      return sendForm(reply.code(400), "Choose a document first.");
    try {
      return await gate(() => check(doors, { request, reply }));
    } catch (error) {
      if (!(error instanceof Fault) || error.status === 500) throw error;
      return sendForm(reply.code(error.status), error.message);
    }
  });
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

async function check({ store, verifier, trusted }: VerifyDoors, { request, reply }: Exchange): Promise<FastifyReply> {
  const slow = setTimeout(() => request.raw.destroy(), limits.verifyUploadMs).unref();
  const { files } = await readUploads(request, { receive: holder() }).finally(() => clearTimeout(slow));
  const document = fileIn(files, "document");
  if (document === null) throw badRequest("Choose a document first.");
  const original = fileIn(files, "original");
  const { content: bytes } = document.received;
  const report = await verifier.verify({
    bytes,
    trusted: await trusted(),
    original: original === null ? null : hashOf(original.received.content),
  });
  const sealedAt = await whenSealed(store, report.file.sha256);
  return sendPlain(reply, {
    title: `Check of ${document.name}`,
    body: renderReport(report, { name: document.name, sealedAt }).markup,
  });
}

/** A browser sends a file of no bytes for a field that was left empty. */
function fileIn(files: readonly Upload<Held>[], field: string): Upload<Held> | null {
  return files.find((file) => file.field === field && file.received.bytes > 0) ?? null;
}

/** Takes files into memory, `limits.requestBytes` of all together. */
function holder(): (stream: Readable) => Promise<Held> {
  let all = 0;
  return async (stream) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      all += chunk.length;
      if (all > limits.requestBytes) throw badRequest("The files are too large to be checked here.");
      chunks.push(chunk);
    }
    const content = Buffer.concat(chunks);
    const discard = async () => {
      // It is held in memory alone.
    };
    return { bytes: content.length, content, discard };
  };
}

/** Where the hashes of what was sealed stand, also of what is not kept any more. */
const sealedColumns = [
  "sealed_blob",
  "first_sealed_blob",
  "trail_blob",
  "destroyed_sealed",
  "destroyed_first_sealed",
  "destroyed_trail_file",
] as const;

/** Strangers ask: they learn when, and nothing else of the request. */
async function whenSealed({ read }: Store, sha256: string): Promise<string | null> {
  const row = await read
    .selectFrom("signature_requests")
    .select("completed_at")
    .where((eb) => eb.or(sealedColumns.map((column) => eb(column, "=", sha256))))
    .executeTakeFirst();
  const at = row?.completed_at ?? null;
  return at === null ? null : new Date(at).toISOString();
}

function sendForm(reply: FastifyReply, complaint: string | null): FastifyReply {
  return sendPlain(reply, { title: "Check a signed document", body: renderForm(complaint).markup });
}
