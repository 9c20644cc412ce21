// How commands reach a server: its address, an API key, and calls with a deadline whose faults come in words.

import { limits } from "../base/limits.ts";
import { readServerAccess } from "../server/config.ts";

/** The options that every command has which speaks to a server. */
export const serverOptions = {
  server: { type: "string" },
  "api-key": { type: "string" },
} as const;

/** The part of a command's help that tells of them. */
export const serverHelp = `  --server URL      the server (or COUNTERSIGN_URL; http://127.0.0.1:3000)
  --api-key KEY     an API key of the account (or COUNTERSIGN_API_KEY)
`;

/** A server that commands speak to. */
export type Server = {
  readonly url: string;
  /** Calls it; throws for its no, and where there is no answer: see `troubleOf`. */
  readonly call: <T>(method: string, path: string, options?: CallOptions) => Promise<T>;
  /** A file, and what the server calls it. */
  readonly download: (path: string) => Promise<{ readonly bytes: Buffer; readonly name: string }>;
};

type CallOptions = {
  readonly body?: object;
  readonly form?: FormData;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
};

/** Why a call failed: `status` null is no answer at all. */
export type ServerTrouble = { readonly words: string; readonly status: number | null };

type Given = { readonly server?: string | undefined; readonly "api-key"?: string | undefined };

/** The server that is meant; words when an API key is missing. */
export function openServer(given: Given): Server | string {
  const known = readServerAccess();
  const url = (given.server ?? known.url).replace(/\/+$/, "");
  const key = given["api-key"] ?? known.apiKey;
  if (!/^https?:\/\/[^/]/.test(url))
    return `${url} is no address of a server: it should begin with http:// or https://.`;
  if (!key) return "An API key is needed: --api-key, or COUNTERSIGN_API_KEY. The first start of the server prints one.";
  const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
  const exchange = async (path: string, { method, options = {} }: { method: string; options?: CallOptions }) => {
    const { body, form, deadlineMs = limits.commandCallMs, signal } = options;
    const signals = [AbortSignal.timeout(deadlineMs), ...(signal ? [signal] : [])];
    const content = form ?? (body === undefined ? null : JSON.stringify(body));
    // An answer that breaks off in its body is no answer either.
    const { response, bytes } = await fetch(url + path, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      signal: AbortSignal.any(signals),
      body: content,
    })
      .then(async (response) => ({ response, bytes: Buffer.from(await response.arrayBuffer()) }))
      .catch((error: unknown) => {
        throw trouble({ words: `${url} cannot be reached (${reasonOf(error)}).`, status: null });
      });
    if (!response.ok)
      throw trouble({
        words: faultWords(bytes.toString(), { status: response.status, path }),
        status: response.status,
      });
    return { headers: response.headers, bytes };
  };
  return {
    url,
    async call<T>(method: string, path: string, options: CallOptions = {}) {
      const text = (await exchange(path, { method, options })).bytes.toString();
      return (text === "" ? {} : JSON.parse(text)) as T;
    },
    async download(path) {
      const { headers, bytes } = await exchange(path, { method: "GET", options: { deadlineMs: limits.copyMs } });
      const told = /filename\*=UTF-8''([^;]+)/.exec(headers.get("content-disposition") ?? "")?.[1];
      return { bytes, name: decodeURIComponent(told ?? "document.pdf") };
    },
  };
}

/** The trouble in an error that a call threw; null when it is none of a server. */
export function troubleOf(error: unknown): ServerTrouble | null {
  const cause = error instanceof Error ? error.cause : null;
  return typeof cause === "object" && cause !== null && "words" in cause ? (cause as ServerTrouble) : null;
}

function trouble(cause: ServerTrouble): Error {
  return new Error(cause.words, { cause });
}

function faultWords(text: string, { status, path }: { readonly status: number; readonly path: string }): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly error_msg?: string } };
    // "Not found" alone does not say what.
    const what = status === 404 ? `${error?.error_msg?.replace(/\.$/, "")}: ${path}` : error?.error_msg;
    if (error?.error_msg) return `${what} (${status})`;
  } catch {
    // A proxy's page: only its status says something.
  }
  return `The server answered ${status}.`;
}

/** Why there was no answer, in a word or two. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const found = [error, error.cause].find((one) => one instanceof Error && "code" in one);
  return found instanceof Error && "code" in found ? String(found.code) : innermost(error).message;
}

/** `fetch failed` says nothing: why it failed is what caused it. */
function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
