import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { type Begun, beginExchange, type Caller, type Failure, failureOf } from "./exchange.ts";

/** One GET. `deadlineMs` bounds the whole attempt with all its redirects, `maxBytes` the body. */
export type DownloadRequest = {
  readonly url: string;
  readonly deadlineMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
};

/** An answer that streams. `body` throws a `bad_request` fault, in words, past `maxBytes` and when it breaks off; leaving it early drops the socket. */
export type DownloadResult =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly ip: string;
      /** Which redirect led to this answer, in words; null: none did. */
      readonly hop: string | null;
      readonly body: AsyncIterable<Uint8Array>;
    }
  | Failure;

/**
 * GETs a document that is too large to hold. Links of people redirect, so `limits.fileUrlRedirects` are followed: each is judged as the first
 * address was, https never leads to http, and nothing but the address itself goes along. A failure behind a redirect says which one it was.
 */
export async function download(
  caller: Caller,
  { url, deadlineMs, maxBytes, signal }: DownloadRequest,
): Promise<DownloadResult> {
  const deadline = startDeadline(deadlineMs, signal);
  const reached = await follow(caller, { url, deadline }).catch((error: unknown) => {
    deadline.clear();
    throw error;
  });
  if (reached.kind === "failed") {
    deadline.clear();
    return reached;
  }
  const { begun, hop } = reached;
  const { status, headers, line } = begun;
  const body = streamBody(caller, { begun, maxBytes, deadline });
  return { kind: "answered", status, headers, ip: line.address, hop, body };
}

type Following = { readonly url: string; readonly deadline: Deadline };
type Reached = { readonly kind: "reached"; readonly begun: Begun; readonly hop: string | null };

async function follow(caller: Caller, { url, deadline }: Following): Promise<Reached | Failure> {
  let [at, hop]: [string, string | null] = [url, null];
  for (let redirects = 1; ; redirects += 1) {
    const headers = { "user-agent": "Countersign", accept: "*/*" };
    const begun = await beginExchange(caller, { call: { url: at, method: "GET", headers }, deadline });
    if (begun.kind === "failed") return hop === null ? begun : refusedAt(hop, begun);
    const to = redirectOf(begun);
    if (to === null) return { kind: "reached", begun, hop };
    caller.lines.drop(begun.line);
    if (redirects > limits.fileUrlRedirects)
      return protocol(`It redirects more than ${limits.fileUrlRedirects} times.`);
    const next = URL.parse(to, at);
    if (next === null) return protocol(`Redirect ${redirects} leads to no address.`);
    hop = `redirect ${redirects}, to ${next.protocol}//${next.host},`;
    if (isSecure(at) && next.protocol === "http:")
      return refusedAt(hop, { kind: "failed", code: "bad_url", message: "https may not lead to http." });
    at = next.href;
  }
}

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

function redirectOf({ status, headers }: Begun): string | null {
  return redirectStatuses.includes(status) && headers.location ? headers.location : null;
}

function isSecure(url: string): boolean {
  return new URL(url).protocol === "https:";
}

function protocol(message: string): Failure {
  return { kind: "failed", code: "protocol", message };
}

/** Of the address only the host is told: what comes behind it may be a secret of whoever redirects. */
function refusedAt(hop: string, { code, message }: Failure): Failure {
  return { kind: "failed", code, message: `${hop} failed: ${message}` };
}

type Streaming = { readonly begun: Begun; readonly maxBytes: number; readonly deadline: Deadline };

async function* streamBody({ lines }: Caller, { begun, maxBytes, deadline }: Streaming): AsyncGenerator<Uint8Array> {
  const { line, headers, body } = begun;
  let size = 0;
  let whole = false;
  try {
    if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
    whole = true;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw badRequest(failureOf(error, { deadline, stage: "timeout_body" }).message);
  } finally {
    deadline.clear();
    if (whole) lines.release(line);
    else lines.drop(line);
  }
}

function tooLarge(maxBytes: number): Fault {
  return badRequest(`The file is larger than ${maxBytes} bytes.`);
}
