import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A callback as it arrived. */
export type Heard = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly payload: {
    readonly event: {
      readonly event_type: string;
      readonly event_time: string;
      readonly event_hash: string;
      readonly event_metadata: Readonly<Record<string, string | null>>;
    };
    readonly account_guid: string;
    readonly client_id: string | null;
    readonly template?: Readonly<Record<string, unknown>> & { readonly template_id: string };
    readonly account?: Readonly<Record<string, unknown>> & { readonly email_address: string };
    readonly transmission?: Readonly<Record<string, unknown>> & { readonly fax_id: string };
    readonly signature_request?: Readonly<Record<string, unknown>> & {
      readonly signature_request_id: string;
      readonly signatures: readonly Readonly<Record<string, unknown>>[];
    };
  };
};

/** What the receiver answers: a status and a body; the documented acknowledgement unless a test says otherwise. */
export type Answering = (
  heard: Heard,
) =>
  | Promise<{ readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }>
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

/** A receiving server with a ledger of all that it heard. */
export type Receiver = {
  readonly url: string;
  readonly heard: Heard[];
  /** Resolves with the first callback that fits, heard already or to come; rejects with what was heard after `patienceMs`. */
  readonly waitFor: (fits: (heard: Heard) => boolean, patienceMs?: number) => Promise<Heard>;
  /** The event types heard for a request, in order. */
  readonly types: (requestId?: string, path?: string) => readonly string[];
  answer: Answering;
  readonly close: () => Promise<void>;
};

/** Starts a receiver on a free loopback port. */
export async function startReceiver(): Promise<Receiver> {
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const receiver: { answer: Answering } = { answer: acknowledge };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => void answer(Buffer.concat(chunks)));

    async function answer(body: Buffer): Promise<void> {
      const one: Heard = { path: request.url ?? "", headers: request.headers, body, payload: readPayload(body) };
      const said = await receiver.answer(one);
      heard.push(one);
      response.writeHead(said.status, said.headers ?? {}).end(said.body);
      for (const look of waiting) look();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}`,
    heard,
    waitFor: (fits: (heard: Heard) => boolean, patienceMs = 30_000) =>
      new Promise<Heard>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(
            new Error(
              `The callback did not come. Heard: ${heard.map((one) => `${one.path} ${one.payload.event.event_type}`).join(", ")}`,
            ),
          );
        }, patienceMs);
        function look() {
          const found = heard.find(fits);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        }
        waiting.add(look);
        look();
      }),
    types: (requestId?: string, path?: string) =>
      heard
        .filter(
          (one) =>
            (requestId === undefined || one.payload.signature_request?.signature_request_id === requestId) &&
            (path === undefined || one.path === path),
        )
        .map((one) => one.payload.event.event_type),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

/** The documented acknowledgement. */
export function acknowledge() {
  return { status: 200, body: "Hello API Event Received" };
}

/** Whether a callback is of this type, for this request and signature where they are given. */
export function isEvent(type: string, requestId?: string, signatureId?: string): (heard: Heard) => boolean {
  return ({ payload }) =>
    payload.event.event_type === type &&
    (requestId === undefined || payload.signature_request?.signature_request_id === requestId) &&
    (signatureId === undefined || payload.event.event_metadata.related_signature_id === signatureId);
}

function readPayload(body: Buffer): Heard["payload"] {
  const text = body.toString("utf8");
  const start = text.indexOf("\r\n\r\n") + 4;
  return JSON.parse(text.slice(start, text.lastIndexOf("\r\n--"))) as Heard["payload"];
}
