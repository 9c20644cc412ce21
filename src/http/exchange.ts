import type { Dispatcher } from "undici";
import { type Deadline, unlessAborted } from "./deadline.ts";
import { dial } from "./dial.ts";
import type { Line, Lines } from "./lines.ts";
import { type Policy, vetTarget, vetUrl } from "./targets.ts";

/** Why there was no whole answer. */
export const failureCodes = [
  "bad_url",
  "address_refused",
  "dns",
  "connect_refused",
  "tls",
  "timeout_connect",
  "timeout_headers",
  "timeout_body",
  "reset",
  "protocol",
  "aborted",
] as const;

/** Why a call did not bring a whole answer. */
export type FailureCode = (typeof failureCodes)[number];

/** A failure with words for the person whose URL it was. */
export type Failure = { readonly kind: "failed"; readonly code: FailureCode; readonly message: string };

/** What is called out with: whom the house may call, its lines, and the certificates it trusts. */
export type Caller = { readonly policy: Policy; readonly lines: Lines; readonly ca: string | undefined };

/** One call, as it shall go out. */
export type Call = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
};

/** An answer whose head is here; the body is still on the line. */
export type Begun = {
  readonly kind: "begun";
  readonly line: Line;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Dispatcher.ResponseData["body"];
};

/**
 * Vets the URL and every address behind it, sends the call to a vetted one and waits for the head of the answer.
 * A reset of a reused line before any byte of an answer is met by one resend on a fresh line, and nothing else is resent.
 */
export async function beginExchange(
  caller: Caller,
  { call, deadline }: { readonly call: Call; readonly deadline: Deadline },
): Promise<Begun | Failure> {
  const wrong = vetUrl(call.url);
  if (wrong !== null) return { kind: "failed", code: "bad_url", message: wrong };
  const url = new URL(call.url);
  const port = portOf(url);
  const vetted = await unlessAborted(vetTarget({ hostname: url.hostname, port }, caller.policy), deadline.signal);
  if (vetted === null) return outOfTime("timeout_connect", deadline);
  if (vetted.kind === "failed") return vetted;

  const { addresses } = vetted;
  const idle = caller.lines.take({ origin: url.origin, addresses });
  if (idle !== undefined) {
    const answer = await send(caller.lines, { call, url, line: idle, deadline });
    if (answer !== "stale") return answer;
  }
  const fresh = await openLine(caller, { url, addresses, deadline });
  if (fresh.kind === "failed") return fresh;
  const answer = await send(caller.lines, { call, url, line: fresh.line, deadline });
  return answer === "stale" ? reset("the connection was closed") : answer;
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

type Opening = { readonly url: URL; readonly addresses: readonly string[]; readonly deadline: Deadline };

async function openLine({ lines, ca }: Caller, { url, addresses, deadline }: Opening) {
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const secure = url.protocol === "https:";
  const dialled = await dial({ addresses, port: portOf(url), secure, hostname, ca }, deadline.signal);
  if (dialled.kind === "failed") return deadline.cancelled() ? outOfTime("timeout_connect", deadline) : dialled;
  const { address, socket } = dialled;
  return { kind: "open", line: await lines.open({ origin: url.origin, address, socket }) } as const;
}

type Sending = { readonly call: Call; readonly url: URL; readonly line: Line; readonly deadline: Deadline };

async function send(lines: Lines, { call, url, line, deadline }: Sending): Promise<Begun | Failure | "stale"> {
  const readBefore = line.socket.bytesRead;
  try {
    const { statusCode, headers, body } = await line.client.request({
      path: url.pathname + url.search,
      method: call.method,
      headers: { ...call.headers, "accept-encoding": "identity" },
      body: call.body ?? null,
      signal: deadline.signal,
    });
    body.on("error", () => lines.drop(line));
    return { kind: "begun", line, status: statusCode, headers: flatten(headers), body };
  } catch (error) {
    lines.drop(line);
    const failure = failureOf(error, { deadline, stage: "timeout_headers" });
    const unanswered = failure.code === "reset" && line.socket.bytesRead === readBefore;
    return line.reused && unanswered ? "stale" : failure;
  }
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}

type Blame = { readonly deadline: Deadline; readonly stage: "timeout_connect" | "timeout_headers" | "timeout_body" };

/** The failure that an error of the line means. Errors that are no trouble of the network, our own bugs, are thrown on. */
export function failureOf(error: unknown, { deadline, stage }: Blame): Failure {
  if (deadline.signal.aborted) return outOfTime(stage, deadline);
  if (!(error instanceof Error)) throw error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "UND_ERR_INVALID_ARG") throw error;
  if (error.name === "HTTPParserError" || notHttp.has(code)) {
    return { kind: "failed", code: "protocol", message: `The answer is not valid HTTP: ${error.message}.` };
  }
  return reset(error.message);
}

const notHttp = new Set(["UND_ERR_HEADERS_OVERFLOW", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"]);

function reset(why: string): Failure {
  return { kind: "failed", code: "reset", message: `The connection broke off: ${why}.` };
}

const lateness = {
  timeout_connect: "No connection could be made in time.",
  timeout_headers: "No answer came in time.",
  timeout_body: "The answer began but did not end in time.",
};

function outOfTime(stage: keyof typeof lateness, deadline: Deadline): Failure {
  if (deadline.cancelled()) return { kind: "failed", code: "aborted", message: "The call was given up." };
  return { kind: "failed", code: stage, message: lateness[stage] };
}
