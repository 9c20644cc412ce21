import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { refuseFiles } from "../drafts/files.ts";
import { readInput } from "../http/bodies.ts";
import { uploadsUnder } from "../http/uploads.ts";
import { refuse } from "../signing/refusal.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { EditorAnswer } from "../wire/editor-view.ts";
import type { Act } from "./editor-door.ts";

/** What taking documents into a draft needs: to look at the draft, and to change its files. */
export type UploadDoors = {
  readonly blobs: Pick<Blobs, "receive">;
  readonly visit: (request: FastifyRequest, act: Act) => Promise<EditorAnswer>;
  readonly change: (
    files: readonly { readonly name: string; readonly blob: string; readonly bytes: number }[],
  ) => Promise<EditorAnswer>;
};

/** Takes the documents of a multipart call into a draft. Nothing is received of who has no session, or may not change the documents. */
export async function takeUploads(
  request: FastifyRequest,
  { blobs, visit, change }: UploadDoors,
): Promise<EditorAnswer> {
  const may = await visit(request, async (_, { draft }) => {
    const refused = refuseFiles(draft);
    return refused === null ? { ok: true, revision: draft.row.revision } : refuse(refused);
  });
  if (!may.ok) return may;

  const { files, discard } = await readInput(request, { schema: Type.Object({}), receive: blobs.receive });
  const uploads = uploadsUnder(files, ["file", "files"]);
  const empty = uploads.find(({ received }) => received.bytes === 0);
  if (uploads.length === 0 || empty) {
    await discard();
    throw empty ? badRequest("The file is empty.", empty.field) : badRequest("Send at least one file.", "file");
  }
  // Kept first: the commit may only name what is there. What no commit names is swept.
  for (const { received } of uploads) await received.keep();
  return change(uploads.map(({ name, received }) => ({ name, blob: received.hash, bytes: received.bytes })));
}
