import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { readInput } from "../http/bodies.ts";
import { dropAttachment, judgeFile, takeAttachment } from "../signing/attachments.ts";
import { refuseDone } from "../signing/refusal.ts";
import type { Blobs } from "../storage/blobs.ts";
import { answer, type ReadCall, type WithSession } from "./sign-door.ts";

/** What taking files from signers needs. */
export type AttachmentDoors = {
  readonly blobs: Pick<Blobs, "receive">;
  readonly read: ReadCall;
  readonly withSession: WithSession;
};

const Which = Type.Object({ attachment_id: Type.String({ pattern: "^[0-9a-f]{40}$" }) });

/** Mounts the calls that bring a file, as multipart, and that take it away again. */
export function mountAttachments(app: FastifyInstance, doors: AttachmentDoors): void {
  const { read, withSession } = doors;
  app.post("/sign-api/attachment", async (request, reply) => answer(reply, await bring(doors, request)));
  app.post("/sign-api/attachment/remove", async (request, reply) => {
    const { attachment_id: attachmentId } = await read(request, Which);
    return answer(
      reply,
      await withSession(request, (work, session) => dropAttachment(work, { session, attachmentId })),
    );
  });
}

/** Nothing is received of somebody who has no session, or is done. */
async function bring({ blobs, withSession }: AttachmentDoors, request: FastifyRequest): Promise<object> {
  const may = await withSession(request, async (_, { signature }) =>
    signature.state === "awaiting_signature" ? { saved: true } : refuseDone(signature),
  );
  if ("ok" in may) return may;

  const receive = (stream: AsyncIterable<Uint8Array>) => blobs.receive(stream, { limit: limits.attachmentBytes });
  const { input, files, discard } = await readInput(request, { schema: Which, receive });
  const [file, ...more] = files;
  if (!file || more.length > 0) {
    await discard();
    throw badRequest("Send one file.", "file");
  }
  const { name, received } = file;
  const judged = judgeFile({ name, head: received.head });
  if ("ok" in judged) {
    await discard();
    return judged;
  }
  // Kept first: the commit may only name what is there. What no commit names is swept.
  await received.keep();
  const brought = { name, blob: received.hash, bytes: received.bytes, ...judged };
  return withSession(request, (work, session) =>
    takeAttachment(work, { session, attachmentId: input.attachment_id, file: brought }),
  );
}
