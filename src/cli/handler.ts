// A handler on this machine: callbacks are posted to it with the bytes and headers that the server would send.

import { request } from "undici";
import { limits } from "../base/limits.ts";
import type { FailureCode } from "../http/exchange.ts";
import { reasonOf } from "./server.ts";

/** A callback as the server hands it out. */
export type Handed = {
  readonly delivery_id: string;
  readonly lease: number;
  readonly attempt: number;
  readonly event_id: string;
  readonly event_type: string;
  readonly request_id: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** base64 */
  readonly body: string;
  readonly json: string;
};

/** What came of it, as the server is told. */
export type Report = { readonly duration_ms: number } & (
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly failure: FailureCode; readonly message: string }
);

/** Posts a callback; redirects are answers, as they are to the server. Never throws. */
export async function postTo(
  url: string,
  { handed, timeoutMs }: { readonly handed: Handed; readonly timeoutMs: number },
): Promise<Report> {
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    const { statusCode, headers, body } = await request(url, {
      method: "POST",
      headers: handed.headers,
      body: Buffer.from(handed.body, "base64"),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const said = await readStart(body);
    return { status: statusCode, headers: headersOf(headers), body: said, duration_ms: took() };
  } catch (error) {
    const reason = reasonOf(error);
    const message = `${url} gave no answer: ${reason}`.slice(0, 1000);
    return { failure: failures.get(reason) ?? "protocol", message, duration_ms: took() };
  }
}

const failures: ReadonlyMap<string, FailureCode> = new Map([
  ["ECONNREFUSED", "connect_refused"],
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["ECONNRESET", "reset"],
  ["UND_ERR_SOCKET", "reset"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout_connect"],
  ["no answer in time", "timeout_headers"],
]);

/** Like the server, no more than the beginning. */
async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= limits.outboundBodyBytes) break;
  }
  return Buffer.concat(parts).subarray(0, limits.outboundBodyBytes).toString();
}

function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).slice(0, 100);
  return Object.fromEntries(entries.map(([name, value]) => [name, [value ?? ""].flat().join(", ")]));
}
