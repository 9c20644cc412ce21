/**
 * The receiver of every contestant, in a process of its own. It notes when each request's callback came first and answers as told: `ack` the
 * documented acknowledgement, `hold` nothing at all. What comes to `/hang` is never answered.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tick } from "./clock.ts";
import type { Asked, Told } from "./receiver.ts";

const marker = Buffer.from('"signature_request_id":"');
const phrase = "Hello API Event Received";
const arrivals = new Map<string, number>();
const held = new Set<ServerResponse>();
let mode: "ack" | "hold" = "ack";
let posts = 0;
let awaited = Number.POSITIVE_INFINITY;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const at = tick();
    if (request.url?.startsWith("/hang")) return;
    note(Buffer.concat(chunks), at);
    if (mode === "ack") response.writeHead(200, { "content-type": "text/plain" }).end(phrase);
    else held.add(response);
  });
});

function note(body: Buffer, at: number): void {
  posts += 1;
  const found = body.indexOf(marker);
  if (found === -1) return;
  const start = found + marker.length;
  const key = body.toString("latin1", start, start + 40);
  if (!arrivals.has(key)) arrivals.set(key, at);
  if (arrivals.size >= awaited) tellReached();
}

function tellReached(): void {
  awaited = Number.POSITIVE_INFINITY;
  tell({ kind: "reached", at: tick() });
}

function tell(told: Told): void {
  process.send?.(told);
}

process.on("message", (asked: Asked) => {
  switch (asked.kind) {
    case "mode":
      mode = asked.mode;
      for (const response of held) response.destroy();
      held.clear();
      break;
    case "reset":
      arrivals.clear();
      posts = 0;
      awaited = Number.POSITIVE_INFINITY;
      break;
    case "await":
      awaited = asked.count;
      if (arrivals.size >= awaited) tellReached();
      break;
    case "ledger":
      tell({ kind: "ledger", arrivals: [...arrivals], posts });
      break;
  }
});
process.on("disconnect", () => process.exit());

server.keepAliveTimeout = 60_000;
server.listen({ host: "127.0.0.1", port: 0, backlog: 1024 }, () =>
  tell({ kind: "listening", port: (server.address() as AddressInfo).port }),
);
