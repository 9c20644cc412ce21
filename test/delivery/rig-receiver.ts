import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { hashOf } from "../../src/base/secrets.ts";
import { acknowledgement } from "../../src/callbacks/verdict.ts";

/**
 * A POST as the receiver's ledger has it: it arrived at `from` and was answered, or ended without an answer, at `until`; both
 * count what happens in this process, one after another.
 */
export type Post = {
  readonly endpoint: string;
  readonly eventId: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly seq: number;
  /** Of the whole body. */
  readonly hash: string;
  readonly requestId: string | null;
  /** The change that its event belongs to. */
  readonly change: string | null;
  readonly from: number;
  until: number | null;
  /** `lost`: its connection ended before it was answered; `reset`: the receiver itself ended it so. */
  answer: "none" | "acked" | "refused" | "lost" | "reset";
};

/** How a POST is answered; what it leaves unanswered stays so until its connection ends. */
export type Manner = (post: Post, response: ServerResponse) => void | Promise<void>;

/** A receiving server with a ledger. */
export type RigReceiver = {
  readonly url: string;
  readonly posts: readonly Post[];
  manner: Manner;
  /** Called with each new connection. */
  onConnection: (() => void) | null;
  /** Resolves once the ledger fits; rejects after `limitMs`. */
  readonly until: (what: string, fits: (posts: readonly Post[]) => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How long a test waits for anything. */
export const patienceMs = 60_000;

let ticks = 0;

/** Writes down how a POST is being answered. */
export function note(post: Post, answer: Post["answer"]): void {
  ticks += 1;
  post.until = ticks;
  post.answer = answer;
}

/** The documented acknowledgement. */
export const ack = (post: Post, response: ServerResponse): void => {
  note(post, "acked");
  response.end(acknowledgement);
};

/** An answer that is none. */
export const refuse =
  (status: number, body = "no", headers: Readonly<Record<string, string>> = {}) =>
  (post: Post, response: ServerResponse): void => {
    note(post, "refused");
    response.writeHead(status, headers).end(body);
  };

/** Listens on a free loopback port; the first word of a path is the endpoint's. */
export async function startRigReceiver(): Promise<RigReceiver> {
  const posts: Post[] = [];
  const looks = new Set<() => void>();
  const notice = () => {
    for (const look of looks) look();
  };

  const server = createServer((request, response) => void take(request, response));

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request).catch(() => null);
    // A request that broke off before its end.
    if (body === null) return;
    ticks += 1;
    const post = readPost(request, { body, from: ticks });
    posts.push(post);
    response.once("close", () => {
      if (post.answer === "none") note(post, "lost");
      notice();
    });
    notice();
    await receiver.manner(post, response);
    notice();
  }
  server.keepAliveTimeout = patienceMs;
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    receiver.onConnection?.();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const receiver: RigReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    manner: ack,
    onConnection: null,
    until: (what, fits) => waitFor(looks, { what, fits: () => fits(posts) }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

function waitFor(looks: Set<() => void>, { what, fits }: { readonly what: string; readonly fits: () => boolean }) {
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      looks.delete(look);
      reject(new Error(`Waited ${patienceMs} ms in vain: ${what}`));
    }, patienceMs);
    function look(): void {
      if (!fits()) return;
      clearTimeout(timer);
      looks.delete(look);
      resolve();
    }
    looks.add(look);
    look();
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

type Arrived = { readonly body: Buffer; readonly from: number };

function readPost(request: IncomingMessage, { body, from }: Arrived): Post {
  const header = (name: string) => String(request.headers[`countersign-${name}`] ?? "");
  const text = body.toString("utf8");
  const start = text.indexOf("\r\n\r\n") + 4;
  const payload = JSON.parse(text.slice(start, text.lastIndexOf("\r\n--"))) as Payload;
  return {
    endpoint: request.url?.split("/")[1] ?? "",
    eventId: header("event-id"),
    deliveryId: header("delivery-id"),
    attempt: Number(header("attempt")),
    seq: Number(header("sequence")),
    hash: hashOf(body),
    requestId: payload.signature_request?.signature_request_id ?? null,
    change: payload.event.event_metadata.event_message ?? null,
    from,
    until: null,
    answer: "none",
  };
}

type Payload = {
  readonly event: { readonly event_metadata: { readonly event_message?: string } };
  readonly signature_request?: { readonly signature_request_id: string };
};
