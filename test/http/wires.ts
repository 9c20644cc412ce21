import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket, Server as TcpServer } from "node:net";
import { afterEach } from "node:test";
import { type OutboundOptions, type OutboundResult, openOutbound } from "../../src/http/outbound.ts";

/** What ends with the test, last first. */
export const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A deadline that is never met, in milliseconds: for what must not depend on one. */
export const long = 20_000;

/** A deadline that is always missed. */
export const short = 150;

/** Listens on a port of the system's choice until the test ends. */
export async function listen<S extends Server | TcpServer>(server: S, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => socket.destroy())));
  server.listen(0, host);
  await once(server, "listening");
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

/** The address of an HTTP server that answers so. */
export const serve = async (answer: RequestListener) => `http://127.0.0.1:${await listen(createServer(answer))}`;

/** The way out, with loopback allowed, until the test ends. */
export function open(options: Partial<OutboundOptions> = {}) {
  const outbound = openOutbound({ allow: ["127.0.0.0/8", "::1"], refuseTargets: [], ...options });
  ends.push(outbound.close);
  return outbound;
}

type Ask = { readonly deadlineMs?: number; readonly maxBodyBytes?: number; readonly signal?: AbortSignal };

/** Posts `hello`. */
export function post(
  url: string,
  {
    outbound = open(),
    deadlineMs = long,
    maxBodyBytes = 65_536,
    ...rest
  }: Ask & { outbound?: ReturnType<typeof open> } = {},
) {
  return outbound.request({
    url,
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "hello",
    deadlineMs,
    maxBodyBytes,
    ...rest,
  });
}

/** The answer with its text, or the test fails. */
export function answered(result: OutboundResult) {
  assert.ok(result.kind === "answered", JSON.stringify(result));
  return { ...result, text: Buffer.from(result.body).toString() };
}

/** The failure, or the test fails. */
export function failed(result: OutboundResult) {
  assert.ok(result.kind === "failed", JSON.stringify(result));
  return result;
}
