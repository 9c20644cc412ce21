import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Static, TObject } from "typebox";
import { badRequest, type Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { type Entry, type Folded, foldBrackets } from "./brackets.ts";
import { coerceParameters } from "./input.ts";
import { fileBound, type Receive, type Received, readUploads, type Upload } from "./uploads.ts";

/** What `registerBodyParsers` leaves in `request.body`: parsed, not yet read by a schema. */
export type Body =
  | { readonly kind: "empty" }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "form"; readonly entries: readonly Entry[] };

/** An input that fits its schema, and the files that came with it. */
export type RequestInput<S extends TObject, R extends Received> = {
  readonly input: Static<S>;
  readonly files: readonly Upload<R>[];
  /** Path of an array of the body to the keys that the caller wrote for its items (`signers` to `["1", "2"]`). */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Throws the files away: for a request that is refused after all. */
  readonly discard: () => Promise<void>;
};

/** By what a request is read: its schema, a sink for its files, other names of top-level parameters (`{ file_url: "file_urls" }`). */
export type ReadInputOptions<S extends TObject, R extends Received> = {
  readonly schema: S;
  readonly receive: Receive<R>;
  readonly aliases?: Readonly<Record<string, string>>;
};

/**
 * Teaches the server the bodies of v3: JSON, urlencoded and multipart (which `readInput` streams), and no body at all under
 * any content type, for the official SDK says `application/json` on GET, DELETE and empty POST. Others get `bad_request`.
 * How long a body may be is the route's own `bodyLimit`, or the server's; of multipart bodies, it is in base/limits.ts, but for one
 * file of them: that is `fileBytes`.
 */
export async function registerBodyParsers(
  app: FastifyInstance,
  { fileBytes = limits.fileBytes }: { readonly fileBytes?: number } = {},
): Promise<void> {
  app.removeAllContentTypeParsers();
  app.decorate(fileBound, fileBytes);
  await app.register(multipart, {
    limits: {
      fileSize: fileBytes,
      files: limits.filesPerRequest,
      parts: limits.multipartParts,
      fieldSize: limits.bodyBytes,
      headerPairs: limits.multipartHeaderPairs,
    },
  });
  const options = { parseAs: "buffer" } as const;
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json(?:;|$)/i,
    options,
    async (_: FastifyRequest, body: Buffer) => parseJson(decode(body)),
  );
  app.addContentTypeParser("application/x-www-form-urlencoded", options, async (_: FastifyRequest, body: Buffer) =>
    parseForm(decode(body)),
  );
  app.addContentTypeParser("*", options, async (_: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return { kind: "empty" };
    throw unknownType();
  });
}

/** The fault of a body whose content type is none that is read. */
export function unknownType(): Fault {
  return badRequest("Send the body as application/json, multipart/form-data or application/x-www-form-urlencoded.");
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw badRequest("The body is not UTF-8 text.");
  }
}

/** How the words of a body begin that is not JSON; what follows may quote the body. */
export const notJson = "The body is not valid JSON";

function parseJson(text: string): Body {
  if (text.trim() === "") return { kind: "empty" };
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch (error) {
    throw badRequest(`${notJson}: ${error instanceof Error ? error.message.slice(0, 200) : "it cannot be parsed"}.`);
  }
}

/** `curl -d '{…}'` says urlencoded but means JSON; no parameter of v3 begins with a brace. */
function parseForm(text: string): Body {
  if (text === "") return { kind: "empty" };
  return text.startsWith("{") ? parseJson(text) : { kind: "form", entries: [...new URLSearchParams(text)] };
}

/**
 * The input of a request, read by the schema from its path, its body and its query string (which count in this order).
 * Throws `bad_request`, after discarding every received file, when something does not fit.
 */
export async function readInput<S extends TObject, R extends Received>(
  request: FastifyRequest,
  { schema, receive, aliases = {} }: ReadInputOptions<S, R>,
): Promise<RequestInput<S, R>> {
  const { fields, files, discard } = await readParts(request, receive);
  try {
    const body = fields === undefined ? readBody(request) : foldBrackets(fields);
    const query = foldBrackets(queryOf(request));
    const raw = { ...query.value, ...body.value, ...pathOf(request) };
    const keys = new Map([...query.keys, ...body.keys]);
    return { input: coerceParameters(schema, { raw, aliases, keys }), files, keys, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function readParts<R extends Received>(request: FastifyRequest, receive: Receive<R>) {
  const hasParts = request.isMultipart() && request.headers["content-length"] !== "0";
  if (hasParts) return readUploads(request, { receive });
  return { fields: undefined, files: [], discard: () => Promise.resolve() };
}

function readBody(request: FastifyRequest): Folded {
  const nothing: Folded = { value: {}, keys: new Map() };
  const body = request.body as Body | undefined | null;
  if (body === undefined || body === null || body.kind === "empty") return nothing;
  if (body.kind === "form") return foldBrackets(body.entries);
  const { value } = body;
  if (value === null) return nothing;
  if (typeof value !== "object" || Array.isArray(value))
    throw badRequest("The body must be one object of named parameters.");
  return { value: { ...value }, keys: new Map() };
}

function queryOf(request: FastifyRequest): readonly Entry[] {
  const start = request.url.indexOf("?");
  if (start < 0) return [];
  return [...new URLSearchParams(request.url.slice(start + 1))].filter(([, value]) => value !== "");
}

function pathOf(request: FastifyRequest): Record<string, unknown> {
  const { params } = request;
  return typeof params === "object" && params !== null ? { ...params } : {};
}
