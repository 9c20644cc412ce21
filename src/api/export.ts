// Everything that is kept about one request, as one zip that is written while it is sent: a large document is never held whole.

import { Readable } from "node:stream";
import { Zip, ZipPassThrough } from "fflate";
import type { Actor } from "../events/work.ts";
import { findTrail } from "../evidence/trail.ts";
import { saysOf } from "../evidence/trail-line.ts";
import { noteExport } from "../requests/downloads.ts";
import type { RequestRecord } from "../requests/find.ts";
import { keptFiles } from "../signing/attachments.ts";
import { findHands } from "../signing/hands.ts";
import type { Db } from "../storage/store.ts";
import { renderSignatureRequest } from "../wire/signature-request.ts";
import { entryName } from "./entry-name.ts";
import type { FileReply, House } from "./operation.ts";

/** Whose request, who asks. */
export type ExportAsk = { readonly accountId: string; readonly requestId: string; readonly actor: Actor };

/** The zip of a request in whatever state it is. Told in the audit trail first. Faults as `lockOwnRequest`. */
export async function exportRequest(house: House, { accountId, requestId, actor }: ExportAsk): Promise<FileReply> {
  const found = await house.transact((work) => noteExport(work, { accountId, requestId }), actor);
  const kept = [...(await textsOf(house, found)), ...documentsOf(house, found)];
  const entries = [{ name: "README.txt", says: "this list", content: () => readMe(requestId, kept) }, ...kept];
  return {
    bytes: Readable.from(zipOf(entries), { objectMode: false }),
    contentType: "application/zip",
    name: `request-${requestId}.zip`,
  };
}

type Entry = {
  readonly name: string;
  readonly says: string;
  readonly content: () => AsyncIterable<Uint8Array> | string;
};

function documentsOf({ blobs }: House, record: RequestRecord): readonly Entry[] {
  const { request, files } = record;
  const kept: readonly (readonly [name: string, says: string, hash: string | null])[] = [
    ["sealed.pdf", "the completed document, sealed", request.sealed_blob],
    ["sealed-first.pdf", "the same as it was sealed first, before its time-stamp", request.first_sealed_blob],
    ["audit-trail.pdf", "the audit trail, where it is a document of its own", request.trail_blob],
    ["document.pdf", "the document that was signed", request.document_blob],
    ...files.map(({ name, position, blob }): (typeof kept)[number] => [
      `uploaded/${position + 1} ${entryName(name)}`,
      "a file as it was uploaded",
      blob,
    ]),
    ...keptFiles(record).map(({ name, description, blob }): (typeof kept)[number] => [
      `attachments/${entryName(name)}`,
      description,
      blob,
    ]),
  ];
  return kept.flatMap(([name, says, hash]) =>
    hash === null ? [] : [{ name, says, content: () => blobs.stream(hash) }],
  );
}

async function textsOf({ store, publicUrl }: House, found: RequestRecord): Promise<readonly Entry[]> {
  const { request, fields, answers } = found;
  const id = request.request_id;
  const { email } = await store.read
    .selectFrom("accounts")
    .select("email")
    .where("account_id", "=", request.account_id)
    .executeTakeFirstOrThrow();
  const trail = (await findTrail(store.read, id)).map((row) => ({
    ...row,
    time: new Date(row.at).toISOString(),
    says: saysOf(row.kind),
    facts: JSON.parse(row.facts_json) as unknown,
  }));
  const shown = renderSignatureRequest(found, { publicUrl, requesterEmail: email });
  const letters = await store.read
    .selectFrom("letters")
    .selectAll()
    .where("request_id", "=", id)
    .orderBy("letter_id")
    .execute();
  const hands = Object.fromEntries(await findHands(store.read, id));
  const json = (name: string, says: string, value: unknown): Entry => ({
    name,
    says,
    content: () => `${JSON.stringify(value, null, 2)}\n`,
  });
  return [
    json("request.json", "the request as the API shows it", shown),
    json("trail.json", "the audit trail, each entry with its hash", trail),
    json("fields.json", "the fields of the document, and what was answered", {
      fields,
      answers: Object.fromEntries(answers),
    }),
    {
      name: "events.json",
      says: "every event, with its deliveries and their attempts",
      content: () => eventsOf(store.read, id),
    },
    json("hands.json", "signatures and initials that are not simply typed: strokes, pixels or faces", hands),
    json("letters.json", "letters and text messages that were written", letters),
  ];
}

/** One event after the other: sent again many times they are more than should be in memory. */
async function* eventsOf(db: Db, requestId: string): AsyncGenerator<Uint8Array> {
  const rows = await db
    .selectFrom("events")
    .select("event_id")
    .where("request_id", "=", requestId)
    // What signers' own accounts were told, and where, is theirs.
    .where("as_signer", "=", 0)
    .orderBy("seq")
    .execute();
  let before = "[\n";
  for (const { event_id: id } of rows) {
    yield Buffer.from(`${before}${JSON.stringify(await eventOf(db, id), null, 2)}`);
    before = ",\n";
  }
  yield Buffer.from(rows.length === 0 ? "[]\n" : "\n]\n");
}

async function eventOf(db: Db, eventId: string): Promise<unknown> {
  const { object_json: object, ...event } = await db
    .selectFrom("events")
    .selectAll()
    .where("event_id", "=", eventId)
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom("deliveries")
    .selectAll()
    .where("event_id", "=", eventId)
    .orderBy("delivery_id")
    .execute();
  const deliveries: unknown[] = [];
  for (const delivery of rows) {
    const attempts = await db
      .selectFrom("attempts")
      .selectAll()
      .where("delivery_id", "=", delivery.delivery_id)
      .orderBy("n")
      .execute();
    deliveries.push({ ...delivery, attempts });
  }
  return { ...event, object: object === null ? null : (JSON.parse(object) as unknown), deliveries };
}

function readMe(requestId: string, entries: readonly Entry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  return `Everything that Countersign keeps about the signature request ${requestId}.

${entries.map(({ name, says }) => `${name.padEnd(width)}  ${says}`).join("\n")}

What is not there was not there yet, or is not there any more.
`;
}

/** Times of entries are the same in every zip: the same content is the same file. */
const epoch = new Date("2000-01-01T00:00:00Z");

async function* zipOf(entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, data) => {
    if (error) failure = error;
    else ready.push(data);
  });
  function* taken(): Generator<Uint8Array> {
    if (failure !== null) throw failure;
    yield* ready.splice(0);
  }
  for (const { name, content } of entries) {
    const file = new ZipPassThrough(name);
    file.mtime = epoch;
    zip.add(file);
    const given = content();
    if (typeof given === "string") file.push(Buffer.from(given));
    else
      for await (const chunk of given) {
        file.push(chunk);
        yield* taken();
      }
    file.push(new Uint8Array(), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
