import { type Deadline, startDeadline } from "./deadline.ts";
import { type DownloadRequest, type DownloadResult, download } from "./download.ts";
import { type Begun, beginExchange, type Call, type Caller, type FailureCode, failureOf } from "./exchange.ts";
import { openLines } from "./lines.ts";
import { type Lookup, lookupAll, openPolicy, type RefusedTarget } from "./targets.ts";

/** One request. `deadlineMs` bounds the whole attempt, from the lookup of the name to the last byte of the body. */
export type OutboundRequest = Call & {
  readonly deadlineMs: number;
  /** No more of the answer's body is read; what is longer is cut off and its socket dropped. */
  readonly maxBodyBytes: number;
  readonly signal?: AbortSignal;
};

/** The head of an answer and the part of its body that came, at most `maxBodyBytes`, never decoded. */
export type Answer = {
  readonly status: number;
  /** Names in lower case; a header that came several times is joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly truncated: boolean;
  /** The address that answered. */
  readonly ip: string;
};

/** What became of a request. Redirects are answers. A failure after the head of the answer carries what came. */
export type OutboundResult =
  | ({ readonly kind: "answered"; readonly durationMs: number } & Answer)
  | {
      readonly kind: "failed";
      readonly code: FailureCode;
      readonly message: string;
      readonly durationMs: number;
      readonly answer?: Answer;
    };

/** The only way the house calls out. */
export type Outbound = {
  /** Never throws for trouble of the network. */
  readonly request: (request: OutboundRequest) => Promise<OutboundResult>;
  /** GET for documents that are too large to hold; follows redirects. Never throws for trouble of the network, but its body does. */
  readonly download: (request: DownloadRequest) => Promise<DownloadResult>;
  /** Ends the idle connections; those in use end with their answers. */
  readonly close: () => void;
};

/** Whom the house may call, and whom it trusts. */
export type OutboundOptions = {
  /** Blocks of otherwise forbidden addresses that may be called: see `allowancesFor`. */
  readonly allow: readonly string[];
  /** The server's own port and the database's: never called, whatever is allowed. */
  readonly refuseTargets: readonly RefusedTarget[];
  readonly lookup?: Lookup;
  /** Certificates (PEM) that are trusted instead of the system's. */
  readonly ca?: string;
};

/**
 * Opens the way out: http and https, to public addresses and those allowed. No proxy of the environment, no redirects but
 * those of downloads, no decompression, every wait inside one deadline. Throws when a block of `allow` is none.
 */
export function openOutbound({ allow, refuseTargets, lookup = lookupAll, ca }: OutboundOptions): Outbound {
  const lines = openLines();
  const caller: Caller = { policy: openPolicy({ allow, refuse: refuseTargets, lookup }), lines, ca };
  return {
    request: (asked) => request(caller, asked),
    download: (asked) => download(caller, asked),
    close: lines.close,
  };
}

async function request(
  caller: Caller,
  { deadlineMs, maxBodyBytes, signal, ...call }: OutboundRequest,
): Promise<OutboundResult> {
  const startedAt = performance.now();
  const deadline = startDeadline(deadlineMs, signal);
  try {
    const begun = await beginExchange(caller, { call, deadline });
    const result = begun.kind === "begun" ? await readAnswer(caller, { begun, maxBodyBytes, deadline }) : begun;
    return { ...result, durationMs: performance.now() - startedAt };
  } finally {
    deadline.clear();
  }
}

type Reading = { readonly begun: Begun; readonly maxBodyBytes: number; readonly deadline: Deadline };

async function readAnswer({ lines }: Caller, { begun, maxBodyBytes, deadline }: Reading) {
  const { line, status, headers } = begun;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const answer = (truncated: boolean): Answer => {
    const body = new Uint8Array(Buffer.concat(chunks).subarray(0, maxBodyBytes));
    return { status, headers, body, truncated, ip: line.address };
  };
  try {
    for await (const chunk of begun.body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBodyBytes) break;
    }
  } catch (error) {
    lines.drop(line);
    return { ...failureOf(error, { deadline, stage: "timeout_body" }), answer: answer(true) };
  }
  if (size > maxBodyBytes) lines.drop(line);
  else lines.release(line);
  return { kind: "answered", ...answer(size > maxBodyBytes) } as const;
}
