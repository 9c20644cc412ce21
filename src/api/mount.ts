import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { present } from "../base/assert.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Actor } from "../events/work.ts";
import { readInput } from "../http/bodies.ts";
import { clientOf } from "../http/client.ts";
import { authenticate, type Caller, challengeTo, recognise } from "./authenticate.ts";
import { mountNotes, type NoteCall, noteCaller, notePoll, noteResult } from "./call-notes.ts";
import { type Api, apiPaths, jsonApi, routeOf, v3 } from "./catalogue.ts";
import { mountOpen } from "./open-doors.ts";
import type { AnyOperation, Call, FileReply, House, KeyedOperation } from "./operation.ts";
import { needRate, type Rates } from "./rates.ts";

/** The parts of the house, what takes down each call, and what counts those of v3. */
export type OperationParts = { readonly house: House; readonly note: NoteCall; readonly rates: Rates };

/** Mounts every operation of both APIs. Every call is noted. */
export function mountOperations(app: FastifyInstance, { house, note, rates }: OperationParts): void {
  mountNotes(app, { isUnder: apiPaths, note, recognise: (header) => recognise(house, header) });
  const closing = new AbortController();
  app.addHook("preClose", async () => closing.abort());
  mountApi(app, { house, api: v3, rates, closing: closing.signal });
  mountApi(app, { house, api: jsonApi, rates: null, closing: closing.signal });
}

type Mounting = {
  readonly house: House;
  readonly api: Api;
  /** Null: calls are not counted. */
  readonly rates: Rates | null;
  readonly closing: AbortSignal;
};

function mountApi(app: FastifyInstance, { house, api, rates, closing }: Mounting): void {
  mountOpen(app, { house, api });
  for (const operation of api.operations) {
    if (operation.isOpen) continue;
    const { method, url } = routeOf(api, operation.on);
    app.route({
      method,
      url,
      bodyLimit: limits.bodyBytes,
      // Before the body is read: strangers must not fill the memory.
      onRequest: async (request, reply) => {
        const caller = await admit(house, { operation, request, reply });
        callers.set(request, caller);
        noteCaller(request, { operation: operation.id, caller });
        const { account_id: accountId } = caller.account;
        if (rates !== null) needRate(reply, rates.countCall({ accountId, operation: operation.id }));
      },
      handler: (request, reply) => answer(house, { operation, request, reply, rates, closing }),
    });
  }
}

type Admitting = Pick<Exchange, "operation" | "request" | "reply">;

async function admit(house: House, { operation, request, reply }: Admitting): Promise<Caller> {
  const { authorization: header } = request.headers;
  try {
    return await authenticate(house, { header, operation: operation.id });
  } catch (error) {
    const challenge = error instanceof Fault ? challengeTo(header, error) : null;
    if (challenge !== null) reply.header("www-authenticate", challenge);
    // A token that opens other operations: whose call this was is known.
    if (error instanceof Fault && error.status === 403)
      noteCaller(request, { operation: operation.id, caller: await recognise(house, header) });
    throw error;
  }
}

/** Who calls, from where, and by which call: the actor of the audit trail. */
function actorOf(request: FastifyRequest, who: string): Actor {
  return { who, ...clientOf(request), callId: request.id };
}

type Exchange = {
  readonly operation: KeyedOperation;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly rates: Rates | null;
  /** Fires when the server begins to close. */
  readonly closing: AbortSignal;
};

const callers = new WeakMap<FastifyRequest, Caller>();

async function answer(house: House, { operation, request, reply, rates, closing }: Exchange): Promise<unknown> {
  const { account, app, scopes } = present(callers.get(request), "who calls");
  const { input, files, keys, discard } = await readInput(request, {
    schema: operation.input,
    receive: house.blobs.receive,
    ...(operation.aliases ? { aliases: operation.aliases } : {}),
  });
  if (operation.isPoll?.(input as never)) notePoll(request);
  const call = {
    house,
    account,
    app,
    scopes,
    actor: actorOf(request, app === null ? account.email : `${account.email} by the app ${app.name}`),
    files,
    keys,
    untilLeft: () => untilLeft(reply, closing),
  };
  // Only the body tells that a call is of test mode.
  const isTest = "test_mode" in input && input.test_mode === true;
  const bound = () => needRate(reply, rates !== null && isTest ? rates.countTest(account.account_id) : null);
  const result = await handle(operation, { call, input, bound, discard });
  noteResult(request, result);
  return send(reply, { operation, result });
}

function untilLeft({ raw }: FastifyReply, closing: AbortSignal): AbortSignal {
  const hungUp = new AbortController();
  raw.once("close", () => hungUp.abort());
  return AbortSignal.any([hungUp.signal, closing]);
}

type Handling = {
  readonly call: Call;
  readonly input: object;
  /** Throws for a call too many. */
  readonly bound: () => void;
  readonly discard: () => Promise<void>;
};

/** Files that were not kept are gone before anybody is answered. */
async function handle(operation: KeyedOperation, { call, input, bound, discard }: Handling): Promise<unknown> {
  try {
    bound();
    return await operation.handle(call, input as never);
  } finally {
    await discard();
  }
}

function send(
  reply: FastifyReply,
  { operation, result }: { readonly operation: AnyOperation; readonly result: unknown },
): FastifyReply {
  reply.code(operation.status ?? 200);
  if (operation.output === "nothing") return reply.type("application/json").send("");
  if ("files" in operation.output) return sendFile(reply, result as FileReply);
  return reply.send(result);
}

/** Sends a file to be saved under its name, or shown in the browser. */
export function sendFile(
  reply: FastifyReply,
  { bytes, contentType, name, inline = false }: FileReply & { readonly inline?: boolean },
): FastifyReply {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, "_");
  return reply
    .type(contentType)
    .header(
      "content-disposition",
      `${inline ? "inline" : "attachment"}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    .header("x-content-type-options", "nosniff")
    .send(bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes);
}
