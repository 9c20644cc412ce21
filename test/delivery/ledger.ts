import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A callback as it arrived at the ledger's receiver. */
export type Arrival = {
  readonly path: string;
  readonly type: string;
  readonly requestId: string | null;
  readonly related: string | null;
  readonly eventId: string;
  readonly deliveryId: string;
  readonly seq: number;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** The caller's word for its call, from the request's metadata. */
  readonly word: string | null;
  /** What became of our answer: whether the acknowledgement was handed to the connection, whole. */
  answer: "none" | "refused" | "acknowledged";
};

/** What a test does with a callback before it is answered: the answer's status, or `silent` for none. */
export type Tempter = {
  readonly before: (arrival: Arrival, isAlive: () => boolean) => Promise<number | "silent">;
  /** Called when the acknowledgement has left us. */
  readonly behind: (arrival: Arrival) => void;
};

/** A receiving server that writes down everything. */
export type Ledger = {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  tempter: Tempter;
  /** Resolves when a callback of the type about the request (or none) has been acknowledged at both paths. */
  readonly heard: (type: string, requestId: string | null) => Promise<void>;
  readonly close: () => Promise<void>;
};

const patienceMs = 90_000;

/** Starts the receiver of a ledger on a free loopback port; accounts call `/account`, apps `/app`. */
export async function openLedger(): Promise<Ledger> {
  const arrivals: Arrival[] = [];
  const waiting = new Set<() => void>();
  const ledger: { tempter: Tempter } = { tempter: { before: async () => 200, behind: () => undefined } };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    const answer = async () => {
      const arrival = readArrival({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
      arrivals.push(arrival);
      const status = await ledger.tempter.before(arrival, () => !response.destroyed);
      if (status === "silent" || response.destroyed) return response.destroy();
      response.once("finish", () => {
        arrival.answer = status === 200 ? "acknowledged" : "refused";
        for (const look of waiting) look();
        if (status === 200) ledger.tempter.behind(arrival);
      });
      return response.writeHead(status).end(status === 200 ? "Hello API Event Received" : "no");
    };
    request.on("end", () => void answer());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

  const isHeard = (type: string, requestId: string | null) =>
    ["/account", "/app"].every((path) =>
      arrivals.some(
        (one) => one.path === path && one.type === type && one.requestId === requestId && isAcknowledged(one),
      ),
    );
  const heard = (type: string, requestId: string | null) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${type} of ${requestId} was not heard. Heard: ${tell(arrivals, requestId)}`));
      }, patienceMs);
      function look() {
        if (!isHeard(type, requestId)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      }
      waiting.add(look);
      look();
    });

  return Object.assign(ledger, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    heard,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  });
}

/** Whether the receiver acknowledged this arrival. */
export function isAcknowledged({ answer }: Arrival): boolean {
  return answer === "acknowledged";
}

/** The arrivals about a request in words, for a failing test. */
export function tell(arrivals: readonly Arrival[], requestId: string | null): string {
  const lines = arrivals.filter((one) => one.requestId === requestId);
  return lines.map((one) => `${one.path} ${one.seq} ${one.type} ${one.answer}`).join("; ");
}

type Came = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

function readArrival({ path, headers, body }: Came): Arrival {
  const text = body.toString("utf8");
  const json = text.slice(text.indexOf("\r\n\r\n") + 4, text.lastIndexOf("\r\n--"));
  const payload = JSON.parse(json) as Payload;
  return {
    path,
    headers,
    body,
    type: payload.event.event_type,
    requestId: payload.signature_request?.signature_request_id ?? null,
    related: payload.event.event_metadata.related_signature_id ?? null,
    eventId: String(headers["countersign-event-id"]),
    deliveryId: String(headers["countersign-delivery-id"]),
    seq: Number(headers["countersign-sequence"]),
    word: payload.signature_request?.metadata.word ?? null,
    answer: "none",
  };
}

type Payload = {
  readonly event: {
    readonly event_type: string;
    readonly event_metadata: { readonly related_signature_id?: string | null };
  };
  readonly signature_request?: {
    readonly signature_request_id: string;
    readonly metadata: { readonly word?: string };
  };
};
