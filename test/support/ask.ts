import assert from "node:assert/strict";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { ErrorResponse } from "../../src/wire/shapes.ts";

/** Whom a test calls. */
export type Callee = { readonly url: string; readonly apiKey: string };

/** What goes with a call: one kind of body at most. `key` null sends no credentials. */
export type Asking = {
  readonly json?: unknown;
  readonly form?: FormData | URLSearchParams;
  /** A body as it stands; its type is said in `headers`. */
  readonly text?: string;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An answer, read to its end; `json` is undefined where the body is not JSON. */
export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly json: unknown;
};

/** Calls an operation of v3, such as `GET /account`. */
export async function ask(callee: Callee, on: string, asking: Asking = {}): Promise<Answered> {
  const [method = "", path = ""] = on.split(" ");
  const key = asking.key === undefined ? callee.apiKey : asking.key;
  const response = await fetch(`${callee.url}/v3${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: basic(key) }),
      ...(asking.json === undefined ? {} : { "content-type": "application/json" }),
      ...asking.headers,
    },
    body: asking.json === undefined ? (asking.form ?? asking.text ?? null) : JSON.stringify(asking.json),
  });
  return read(response);
}

/** The header that carries an API key: the key as user name, no password. */
export function basic(key: string): string {
  return `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
}

/** Reads an answer to its end. */
export async function read(response: Response): Promise<Answered> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json") && bytes.length > 0;
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    json: isJson ? (JSON.parse(bytes.toString()) as unknown) : undefined,
  };
}

/** The JSON of an answer that went well, held against its schema. */
export function readAs<S extends TSchema>(schema: S, { status, json }: Answered): Static<S> {
  assert.ok(status >= 200 && status < 300, `${status} ${JSON.stringify(json)}`);
  assert.deepEqual(Value.Errors(schema, json).slice(0, 3), []);
  return json as Static<S>;
}

/** Status, error_name and error_path of an answer that is an error of v3, and nothing else. */
export function faultOf(answer: Answered): readonly [status: number, name: string, path?: string] {
  const { error, ...rest } = errorOf(answer);
  const { error_name, error_path, error_msg, ...more } = error;
  assert.deepEqual([rest, more], [{}, {}]);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  assert.notEqual(error_msg, "");
  return error_path === undefined ? [answer.status, error_name] : [answer.status, error_name, error_path];
}

/** The words of an error. */
export function wordsOf(answer: Answered): string {
  return errorOf(answer).error.error_msg;
}

function errorOf({ status, json }: Answered): Static<typeof ErrorResponse> {
  assert.ok(Value.Check(ErrorResponse, json), `${status} ${JSON.stringify(json)}`);
  return json;
}
