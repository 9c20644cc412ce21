// What the log of API calls learns of a call on its way: never its body, its query string or its headers, but for the browser's name.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hungUp } from "../accounts/calls.ts";
import type { CallToWrite } from "../accounts/write-calls.ts";
import { steadyClock } from "../base/clock.ts";
import { uuidTime } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { notJson } from "../http/bodies.ts";
import type { Caller } from "./authenticate.ts";

/** Takes down a call that has ended. It must not wait. */
export type NoteCall = (call: CallToWrite) => void;

/** A fault as it was answered. */
export type AnsweredFault = { readonly name: string; readonly message: string; readonly path: string | null };

/** What is known of a call that is under way; each part comes when it is known. */
type Noting = {
  readonly startedAt: number;
  /** Taken at once: of a caller who has hung up it is not known any more. */
  readonly ip: string | null;
  operation: string | null;
  caller: Caller | null;
  requestId: string | null;
  madeId: string | null;
  fault: AnsweredFault | null;
  isPoll: boolean;
};

const nothingYet = { operation: null, caller: null, requestId: null, madeId: null, fault: null, isPoll: false };

const underWay = new WeakMap<FastifyRequest, Noting>();

/** Below which paths calls are noted, where they go, and who it is that calls an address where there is nothing. */
export type NotingParts = {
  readonly isUnder: readonly string[];
  readonly note: NoteCall;
  readonly recognise: (header: string | undefined) => Promise<Caller | null>;
};

/** Notes each call below the paths once its answer is sent or its caller has hung up. Those of strangers, and polls that went well, are left out. */
export function mountNotes(app: FastifyInstance, { isUnder, note, recognise }: NotingParts): void {
  app.addHook("onRequest", async (request, reply) => {
    if (!isUnder.some((path) => request.url.startsWith(path))) return;
    const noting: Noting = { ...nothingYet, startedAt: steadyClock(), ip: request.ip };
    underWay.set(request, noting);
    reply.raw.once("close", () => {
      const call = callOf(noting, { request, reply });
      if (call !== null) note(call);
    });
    if (request.is404) noting.caller = await recognise(request.headers.authorization);
  });
}

/** Tells who calls, and which operation. */
export function noteCaller(
  request: FastifyRequest,
  { operation, caller }: { readonly operation: string; readonly caller: Caller | null },
): void {
  const noting = underWay.get(request);
  if (noting !== undefined) Object.assign(noting, { operation, caller });
}

/** Tells that a call only asks again. */
export function notePoll(request: FastifyRequest): void {
  const noting = underWay.get(request);
  if (noting !== undefined) noting.isPoll = true;
}

/** Tells what a call has answered: the request, fax, template or bulk send that it has made stands in it. */
export function noteResult(request: FastifyRequest, result: unknown): void {
  const noting = underWay.get(request);
  if (noting === undefined) return;
  noting.requestId = idIn(result, "signature_request");
  noting.madeId = idIn(result, "fax") ?? idIn(result, "template") ?? idIn(result, "bulk_send_job");
}

function idIn(result: unknown, object: string): string | null {
  const { [object]: made }: Readonly<Record<string, unknown>> = Object(result);
  const { [`${object}_id`]: id }: Readonly<Record<string, unknown>> = Object(made);
  return idOf(id);
}

/** Tells which fault a call was answered with. */
export function noteFault(request: FastifyRequest, { name, message, path }: AnsweredFault): void {
  const noting = underWay.get(request);
  if (noting === undefined) return;
  // Why a body cannot be parsed is told with a piece of it.
  const words = message.startsWith(notJson) ? `${notJson}.` : message;
  noting.fault = {
    name,
    message: words.slice(0, limits.callMessageLength),
    // What is no name of a parameter may be a body that was taken for one.
    path: path !== null && /^\w+(\[\w*\])*$/.test(path) ? path.slice(0, limits.callPathLength) : null,
  };
}

type NamedInPath = {
  readonly signature_request_id?: string;
  readonly signature_id?: string;
  readonly fax_id?: string;
};

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** The call to be written down, or null for one that is not. */
function callOf(noting: Noting, { request, reply }: Exchange): CallToWrite | null {
  const { startedAt, ip, operation, caller, fault, isPoll } = noting;
  const status = reply.raw.writableFinished ? reply.raw.statusCode : hungUp;
  if (caller === null || (isPoll && (status < 400 || status === hungUp))) return null;
  const named = (request.params ?? {}) as NamedInPath;
  return {
    // Its name in the server's own log too.
    call_id: request.id,
    account_id: caller.account.account_id,
    called_at: uuidTime(request.id),
    method: request.method,
    path: (request.url.split("?", 1)[0] ?? "").slice(0, limits.callPathLength),
    operation,
    status,
    error_name: fault?.name ?? null,
    error_message: fault?.message ?? null,
    error_path: fault?.path ?? null,
    duration_ms: Math.round(steadyClock() - startedAt),
    key_id: caller.keyId,
    client_id: caller.app?.client_id ?? null,
    ip,
    user_agent: request.headers["user-agent"]?.slice(0, limits.callAgentLength) ?? null,
    bytes_in: bytesOf(request.headers["content-length"]),
    bytes_out: bytesOf(reply.getHeader("content-length")),
    request_id: noting.requestId ?? idOf(named.signature_request_id),
    signature_id: named.signature_id?.slice(0, limits.callPathLength) ?? null,
    fax_id: idOf(named.fax_id),
    made_id: noting.madeId,
  };
}

function idOf(id: unknown): string | null {
  return typeof id === "string" && /^[0-9a-f]{40}$/.test(id) ? id : null;
}

function bytesOf(header: unknown): number | null {
  const bytes = Number(header ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
