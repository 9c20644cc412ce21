import type { Readable } from "node:stream";
import type { Static, TObject, TSchema } from "typebox";
import type { Clock } from "../base/clock.ts";
import type { FaultName } from "../base/faults.ts";
import type { Gate } from "../base/gate.ts";
import type { Quotas } from "../base/quotas.ts";
import type { Secret } from "../base/secrets.ts";
import type { Workshop } from "../documents/workshop.ts";
import type { EventType } from "../events/catalog.ts";
import type { Actor, Transact } from "../events/work.ts";
import type { Upload } from "../http/uploads.ts";
import type { News } from "../outbox/news.ts";
import type { EidProvider } from "../providers/eid.ts";
import type { FaxProviders } from "../providers/fax.ts";
import type { AccountRow, ApiAppRow } from "../storage/account-tables.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Received } from "../storage/receive.ts";
import type { Store } from "../storage/store.ts";

/** The parts of the house that the doors lead to. */
export type House = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly workshop: Workshop;
  /** Who asks for a document to be read into memory for the workshop comes through here: few are in memory at once. */
  readonly desk: Gate;
  readonly transact: Transact;
  readonly news: News;
  readonly secret: Secret;
  readonly clock: Clock;
  readonly publicUrl: string;
  /** How long an access token lives, in milliseconds. */
  readonly tokenMs: number;
  /** Who carries faxes and sells their numbers. */
  readonly fax: FaxProviders;
  /** Who identifies signers; null: nobody. */
  readonly eid: EidProvider | null;
  /** How many signers one bulk send may have. */
  readonly bulkRows: number;
  /** How many bytes one file may have. */
  readonly fileBytes: number;
  /** What accounts may use. */
  readonly quotas: Quotas;
  /** How callbacks are tried: the ladder of waits, and the deadline of one attempt, in milliseconds. */
  readonly tries: { readonly schedule: readonly number[]; readonly timeoutMs: number };
};

/** One call of an operation, by an account. */
export type Call = {
  readonly house: House;
  readonly account: AccountRow;
  /** The app that calls for the account with an access token; null for a call with an API key. What is made is the app's then. */
  readonly app: ApiAppRow | null;
  /** What its token opens; null for an API key. */
  readonly scopes: readonly string[] | null;
  readonly actor: Actor;
  readonly files: readonly Upload<Received>[];
  /** Path of an array of the body to the keys that the caller wrote for its items. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Fires when nobody waits for the answer any more: the caller has hung up, or the server is closing. */
  readonly untilLeft: () => AbortSignal;
};

/** One call of an operation that asks for no key: who calls shows itself by what it brings. */
export type OpenCall = {
  readonly house: House;
  /** The header of that name. */
  readonly authorization: string | undefined;
};

/** An answer that is a file. */
export type FileReply = {
  /** All of them, or a stream of them. */
  readonly bytes: Uint8Array | Readable;
  readonly contentType: string;
  readonly name: string;
};

/** What a call answers: JSON of a schema, an empty body, or a file of one of these content types. */
export type Output = TSchema | "nothing" | { readonly files: readonly string[] };

// biome-ignore lint/suspicious/noConfusingVoidType: what a handler that answers nothing returns
type Reply<O extends Output> = O extends "nothing" ? void : O extends TSchema ? Static<O> : FileReply;

/** An operation of v3, or of the JSON API beside it, as one value: routes, validation, the OpenAPI document and the docs are read off it. */
export type Operation<I extends TObject, O extends Output> = {
  /** The operationId of the OpenAPI document; in v3 the published one. */
  readonly id: string;
  /** Method and path, below the base of its API (catalogue.ts). */
  readonly on: string;
  readonly says: string;
  readonly input: I;
  readonly output: O;
  readonly faults: readonly FaultName[];
  /** Other names of top-level parameters. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** The name of one file that may come along in a multipart body. */
  readonly file?: string;
  /** Status of success; 200 unless said. */
  readonly status?: number;
  /** Events that the call may lead to, at once or when what it began is done. */
  readonly events?: readonly EventType[];
  /** A body or query that goes well, for the docs; without one they show what is required. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** Whether a call is one of many that only ask again: the log of calls leaves those out that went well. */
  readonly isPoll?: (input: Static<I>) => boolean;
  readonly handle: (call: Call, input: Static<I>) => Promise<Reply<O>>;
};

/** The same for one that asks for no key. */
export type OpenOperation<I extends TObject, O extends TSchema> = Omit<Operation<I, O>, "handle" | "isPoll"> & {
  readonly handle: (call: OpenCall, input: Static<I>) => Promise<Static<O>>;
};

type Any = Omit<Operation<TObject, Output>, "handle" | "isPoll">;

/** An operation of somebody who is known. */
export type KeyedOperation = Any & {
  readonly isOpen?: false;
  readonly isPoll?: (input: never) => boolean;
  readonly handle: (call: Call, input: never) => Promise<unknown>;
};

/** Any operation, for those who mount and describe them all. */
export type AnyOperation =
  | KeyedOperation
  | (Any & { readonly isOpen: true; readonly handle: (call: OpenCall, input: never) => Promise<unknown> });

/** Says what an operation is; the types of its input and output are checked here. */
export function operation<I extends TObject, O extends Output>(value: Operation<I, O>): KeyedOperation {
  return value;
}

/** The same for an operation that asks for no key. */
export function openOperation<I extends TObject, O extends TSchema>(value: OpenOperation<I, O>): AnyOperation {
  return { ...value, isOpen: true };
}
