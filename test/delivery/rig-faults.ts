import type { ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { acknowledgement } from "../../src/callbacks/verdict.ts";
import { type Manner, note, type Post, refuse } from "./rig-receiver.ts";

/** A way in which a receiver fails, and how the attempt must be named. */
export type ReceiverFault = { readonly id: string; readonly manner: Manner; readonly outcome: RegExp };

const dripMs = 100;

/** Each fails its first two attempts so. */
export const receiverFaults: readonly ReceiverFault[] = [
  { id: "hang", manner: failing(() => {}), outcome: /^timeout_headers$/ },
  { id: "drip", manner: failing(drip), outcome: /^timeout_body$/ },
  { id: "reset", manner: failing(resetInHead), outcome: /^(reset|protocol)$/ },
  { id: "reset-early", manner: resetUnanswered, outcome: /^reset$/ },
  { id: "wrong-words", manner: refuse(200, "Hello API event received"), outcome: /^ack_body_missing$/ },
  { id: "nothing", manner: refuse(200, ""), outcome: /^ack_body_missing$/ },
  { id: "created", manner: refuse(201, acknowledgement), outcome: /^http_2xx_not_200$/ },
  { id: "redirect", manner: refuse(302, acknowledgement, { location: "/elsewhere" }), outcome: /^redirect$/ },
  { id: "busy", manner: refuse(503, "later", { "retry-after": "3600" }), outcome: /^http_5xx$/ },
  {
    id: "huge",
    manner: refuse(200, "x".repeat(5 * 1024 * 1024) + acknowledgement),
    outcome: /^ack_body_missing$/,
  },
  { id: "compressed", manner: failing(compressed), outcome: /^ack_body_missing$/ },
];

/** A failure that the receiver's ledger calls a refusal. */
function failing(answer: (response: ServerResponse) => void): Manner {
  return (post: Post, response) => {
    note(post, "refused");
    answer(response);
  };
}

function resetUnanswered(post: Post, { socket }: ServerResponse): void {
  note(post, "reset");
  socket?.resetAndDestroy();
}

/** A byte now and then: never silent, never done. */
function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write("H"), dripMs);
  response.once("close", () => clearInterval(timer));
}

function resetInHead({ socket }: ServerResponse): void {
  socket?.write("HTTP/1.1 200 O", () => socket.resetAndDestroy());
}

function compressed(response: ServerResponse): void {
  response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(acknowledgement));
}

/** A loopback port. */
export type Door = { readonly port: number; readonly open: () => Promise<void>; readonly close: () => Promise<void> };

/** A port behind which nobody listens until it is opened; then everything goes through to the receiver at `url`. */
export async function closedDoor(url: string): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy()).on("close", () => to.destroy());
      from.pipe(to);
    }
  });
  const port = await listen(server, 0);
  await shut(server, sockets);
  return { port, open: async () => void (await listen(server, port)), close: () => shut(server, sockets) };
}

/** A port that takes connections and never says a word: a TLS handshake without an end. */
export async function silentDoor(): Promise<Pick<Door, "port" | "close">> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).resume();
  });
  return { port: await listen(server, 0), close: () => shut(server, sockets) };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function shut(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
