import type { Readable } from "node:stream";
import type { MultipartFile } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { mebibyte } from "../base/units.ts";
import { type Entry, foldBrackets } from "./brackets.ts";

/** What a sink makes of one file: how many bytes it took in, and how to throw them away again. */
export type Received = { readonly bytes: number; readonly discard: () => Promise<void> };

/** Takes in one file while it arrives, `limit` bytes at most. */
export type Receive<R extends Received> = (stream: Readable, options: { readonly limit: number }) => Promise<R>;

/** One file of a request: the name of its field with brackets, its cleaned file name, and what the sink made of it. */
export type Upload<R extends Received> = { readonly field: string; readonly name: string; readonly received: R };

/** A multipart body, read to its end. `discard` throws every file of it away. */
export type Uploads<R extends Received> = {
  readonly fields: readonly Entry[];
  readonly files: readonly Upload<R>[];
  readonly discard: () => Promise<void>;
};

/** Where the files of a body go, and who may bring them. */
export type UploadOptions<R extends Received> = {
  readonly receive: Receive<R>;
  /** Called before each file with the fields that stand before it: what it throws refuses the body, unread. */
  readonly admit?: (fields: readonly Entry[]) => void;
};

/** The name under which a server keeps how many bytes one file may have. */
export const fileBound = "fileBytes";

/**
 * Reads a multipart body, streaming each file into `receive`. Throws `bad_request` for a damaged body and for one beyond
 * the limits of files, parts, bytes of a file or of the fields together; whatever was received is discarded first.
 */
export async function readUploads<R extends Received>(
  request: FastifyRequest,
  { receive, admit = () => {} }: UploadOptions<R>,
): Promise<Uploads<R>> {
  const fields: Entry[] = [];
  const files: Upload<R>[] = [];
  const discard = async () => {
    await Promise.all(files.map(({ received }) => received.discard()));
  };
  try {
    const parts = request.parts();
    const most = request.server.getDecorator<number>(fileBound);
    let fieldBytes = 0;
    for (let part = await nextPart(parts); part !== undefined; part = await nextPart(parts)) {
      if (part.type === "file") {
        admit(fields);
        const upload = await readFile(part, { receive, most });
        if (upload !== undefined) files.push(upload);
        continue;
      }
      fieldBytes += part.valueTruncated ? limits.bodyBytes : sizeOf(part.value);
      if (part.valueTruncated || fieldBytes > limits.bodyBytes) throw tooMuchText(part.fieldname);
      fields.push([part.fieldname ?? "", part.value]);
    }
  } catch (error) {
    await Promise.all([leaveRest(request), discard()]);
    throw error;
  }
  return { fields, files, discard };
}

/**
 * What is left of a refused body: a little is taken before the answer, so that the line stays good; where much is left, the
 * line is cut a while after it. Nobody's half gigabyte is read to its end to be refused.
 */
function leaveRest({ raw }: FastifyRequest): Promise<void> {
  raw.unpipe();
  return new Promise((done) => {
    let left = limits.uploadRestBytes;
    const finish = () => {
      clearTimeout(patience);
      raw.off("data", take);
      if (!raw.readableEnded) cutLater(raw);
      done();
    };
    const take = (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) finish();
    };
    const patience = setTimeout(finish, limits.uploadRestMs);
    if (raw.readableEnded || raw.destroyed) return finish();
    raw.once("end", finish).once("close", finish).on("data", take).resume();
  });
}

function cutLater(raw: FastifyRequest["raw"]): void {
  raw.pause();
  const cut = setTimeout(() => raw.destroy(), limits.uploadRestMs).unref();
  raw.once("close", () => clearTimeout(cut));
}

async function nextPart<P>(parts: AsyncIterableIterator<P>): Promise<P | undefined> {
  try {
    const { done, value } = await parts.next();
    return done === true ? undefined : value;
  } catch (error) {
    throw faultOf(error);
  }
}

async function readFile<R extends Received>(
  part: MultipartFile,
  { receive, most }: { readonly receive: Receive<R>; readonly most: number },
): Promise<Upload<R> | undefined> {
  // Who reads the file may meet its damage before this does; unheard, it would end the process.
  part.file.on("error", () => {});
  // At its limit the reader would swallow the rest of the file without a word.
  part.file.once("limit", () => part.file.destroy(tooLarge(part, most)));
  const received = await receive(part.file, { limit: most }).catch((error: unknown) => {
    if (part.file.truncated) throw tooLarge(part, most);
    // Whoever receives it says no in words, and so breaks off the file: that is no damage of the body.
    const damage = error instanceof Fault ? null : part.file.errored;
    throw damage === null ? error : faultOf(damage);
  });
  if (part.file.truncated || (!part.filename && received.bytes === 0)) {
    await received.discard();
    if (part.file.truncated) throw tooLarge(part, most);
    return undefined;
  }
  return { field: part.fieldname ?? "", name: cleanFileName(part.filename), received };
}

/** Room for a name in the words of a fault, a list or a mail: no folders, no control or direction characters, NFC, at most `limits.nameLength` characters with its extension kept. */
export function cleanFileName(name: string | undefined): string {
  const base = (name ?? "").split(/[/\\]/).at(-1) ?? "";
  const clean = base
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "")
    .trim();
  if (clean === "" || clean === "." || clean === "..") return "file";
  const characters = Array.from(clean);
  if (characters.length <= limits.nameLength) return clean;
  const extension = /\.[^.]{1,10}$/u.exec(clean)?.[0] ?? "";
  return characters.slice(0, limits.nameLength - Array.from(extension).length).join("") + extension;
}

/** The files given under any of the names (`files`, `file`), with or without brackets, in the order of their indexes. */
export function uploadsUnder<R extends Received>(
  files: readonly Upload<R>[],
  names: readonly string[],
): readonly Upload<R>[] {
  const wanted = files.filter(({ field }) => names.includes(field.split("[", 1)[0] ?? ""));
  const byField = new Map<unknown, Upload<R>>(wanted.map((file, i) => [i, file]));
  const folded = foldBrackets(wanted.map(({ field }, i) => [field, i])).value;
  return names
    .flatMap((name) => flatten(folded[name]))
    .flatMap((index) => {
      const file = byField.get(index);
      return file === undefined ? [] : [file];
    });
}

function flatten(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(flatten) : [value];
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
}

function tooLarge(part: MultipartFile, most: number): Fault {
  const megabytes = Math.floor(most / mebibyte);
  return badRequest(`The file ${cleanFileName(part.filename)} is larger than ${megabytes} MB.`, part.fieldname);
}

function tooMuchText(field: string): Fault {
  return badRequest(
    `The parameters of a request may have at most ${Math.floor(limits.bodyBytes / 1024 ** 2)} MB together.`,
    field,
  );
}

/** What the multipart reader says, in our words: every error of it is about what the caller sent. */
function faultOf(error: unknown): Fault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "FST_FILES_LIMIT":
      return badRequest(`A request may carry at most ${limits.filesPerRequest} files.`);
    case "FST_PARTS_LIMIT":
      return badRequest(`A multipart body may have at most ${limits.multipartParts} parts.`);
    case "FST_PROTO_VIOLATION":
      return badRequest("A part of the multipart body has a name that is not allowed.");
    case "FST_INVALID_JSON_FIELD_ERROR":
      return badRequest("A part of the multipart body says that it is JSON, but is not.");
    default:
      return badRequest(
        `The multipart body is damaged or incomplete: ${error instanceof Error ? error.message : "unknown reason"}.`,
      );
  }
}
