// A posted form that may bring files: its fields come before them, so that nobody's file is taken in without the form's key.

import type { FastifyRequest } from "fastify";
import { Fault } from "../../base/faults.ts";
import type { Body } from "../../http/bodies.ts";
import type { Entry } from "../../http/brackets.ts";
import { readUploads, type Upload } from "../../http/uploads.ts";
import type { Blobs } from "../../storage/blobs.ts";
import type { Received } from "../../storage/receive.ts";

/** A form's fields in their order, and its files. `refused`: what was wrong with the body behind the fields. */
export type Posted = {
  readonly entries: readonly (readonly [name: string, value: string])[];
  readonly files: readonly Upload<Received>[];
  readonly refused: Fault | null;
  /** Throws away the files that were not kept. */
  readonly discard: () => Promise<void>;
};

/** Where files go, and how it is told that a form is the session's own; `stale` is thrown for another. */
type Reading = {
  readonly receive: Blobs["receive"];
  readonly isOwn: (key: string) => boolean;
  readonly stale: () => Fault;
};

/** Reads a form, multipart or urlencoded, streaming its files. Throws `stale()`, before a file is taken in, for a form without the session's key. */
export async function readPosted(request: FastifyRequest, { receive, isOwn, stale }: Reading): Promise<Posted> {
  const check = (fields: readonly Entry[]) => {
    if (!isOwn(textsOf(fields).find(([name]) => name === "key")?.[1] ?? "")) throw stale();
  };
  if (!request.isMultipart()) {
    const body = request.body as Body | undefined | null;
    const entries = body?.kind === "form" ? body.entries : [];
    check(entries);
    return { entries: textsOf(entries), ...nothingElse };
  }
  const known: { fields: readonly Entry[] | null } = { fields: null };
  const admit = (fields: readonly Entry[]) => {
    check(fields);
    known.fields = fields;
  };
  try {
    const { fields, files, discard } = await readUploads(request, { receive, admit });
    check(fields);
    return { entries: textsOf(fields), files, refused: null, discard };
  } catch (error) {
    // A file that is too large is told on the form, with all that was typed.
    if (known.fields === null || !(error instanceof Fault) || error.status >= 500) throw error;
    return { entries: textsOf(known.fields), ...nothingElse, refused: error };
  }
}

const nothingElse = { files: [], refused: null, discard: () => Promise.resolve() } as const;

function textsOf(entries: readonly Entry[]): Posted["entries"] {
  return entries.map(([name, value]) => [name, typeof value === "string" ? value : ""]);
}
