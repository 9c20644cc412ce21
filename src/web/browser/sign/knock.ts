/** Calls of the pages' own doors, with a deadline each and patience for a network that comes and goes. */
import { limits } from "../../../base/limits.ts";
import type { RefusalView } from "../../../wire/session.ts";

/** What came of a call: the server's yes, its no, or no answer at all. */
export type Reply<T> = T | RefusalView | "unreachable";

/** A call: where, how, with what, and for whom. */
export type Knock = {
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT";
  /** A form goes out as it is, anything else as JSON. */
  readonly body?: object;
  /** The bearer that the claim answered. */
  readonly session?: string | undefined;
  /** Lets the call outlive the page, unless it is too large for that. */
  readonly keepalive?: boolean;
  /** How long it may take, in milliseconds. */
  readonly ms?: number;
};

/** What `patiently` tells while it waits. */
export type Patience = {
  /** Called before each wait. */
  readonly onTrouble: () => void;
};

/** What a door answers, read as JSON; null: no network, no answer in time, or a proxy's page instead of ours. All of these mend by asking again. */
export async function knock({
  url,
  method,
  body,
  session,
  keepalive = false,
  ms = limits.pageCallMs,
}: Knock): Promise<{ readonly value: unknown; readonly status: number } | null> {
  const isForm = body instanceof FormData;
  const written = body && !isForm ? JSON.stringify(body) : null;
  // A browser refuses a larger call of that kind at once.
  const isSmall = written === null || new Blob([written]).size < limits.keepaliveBytes;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(written === null ? {} : { "content-type": "application/json" }),
        ...(session ? { authorization: `Bearer ${session}` } : {}),
      },
      ...(body ? { body: isForm ? body : written } : {}),
      credentials: "omit",
      cache: "no-store",
      keepalive: keepalive && isSmall,
      signal: AbortSignal.timeout(ms),
    });
    return { value: await response.json(), status: response.status };
  } catch {
    return null;
  }
}

/** Whether asking again may help: no answer, or "not just now". */
export function isPassing(reply: Reply<object>): boolean {
  return reply === "unreachable" || ("code" in reply && reply.code === "unavailable");
}

/** Whether the same call may be answered better later. */
export function mayMend(status: number): boolean {
  return status < 400 || status >= 500 || status === 408 || status === 429;
}

/** Asks, and asks again after each of a few rests while that may help. */
export async function patiently<T extends object>(
  ask: () => Promise<Reply<T>>,
  { onTrouble }: Patience,
): Promise<Reply<T>> {
  for (const delay of limits.pageRetryMs) {
    const reply = await ask();
    if (!isPassing(reply)) return reply;
    onTrouble();
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
  return ask();
}
