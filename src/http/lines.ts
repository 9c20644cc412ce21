import type { Socket } from "node:net";
import type { Client } from "undici";
import { limits } from "../base/limits.ts";

/** An HTTP/1.1 client on one socket that was connected to a vetted address: it cannot connect anywhere else. */
export type Line = {
  readonly origin: string;
  readonly address: string;
  readonly socket: Socket;
  readonly client: Client;
  /** Whether an answer was read on it before. */
  readonly reused: boolean;
};

/** Lines that wait for another request to the same origin at the same address. */
export type Lines = {
  readonly open: (from: { origin: string; address: string; socket: Socket }) => Promise<Line>;
  /** An idle line to one of the addresses, taken out, or undefined. */
  readonly take: (to: { origin: string; addresses: readonly string[] }) => Line | undefined;
  /** Gives a line back whose answer was read to its end. */
  readonly release: (line: Line) => void;
  /** Ends a line and its socket at once. */
  readonly drop: (line: Line) => void;
  /** Ends every idle line; lines given back later end too. */
  readonly close: () => void;
};

/**
 * Keeps idle lines, `limits.outboundIdleLines` of them, the oldest going first. Reuse is safe against a name that changes its
 * address, because a line is found by the address that was vetted for this very request, and its socket holds that address.
 */
export function openLines(): Lines {
  const idle = new Set<Line>();
  let closed = false;
  const drop = (line: Line) => {
    idle.delete(line);
    line.client.destroy().catch(forget);
    line.socket.destroy();
  };

  return {
    open: async ({ origin, address, socket }) => {
      const client = await openClient(origin, socket);
      return { origin, address, socket, client, reused: false };
    },
    take: ({ origin, addresses }) => {
      const line = [...idle].findLast((one) => one.origin === origin && addresses.includes(one.address));
      if (line !== undefined) idle.delete(line);
      return line;
    },
    release: (line) => {
      if (closed || line.socket.destroyed) return drop(line);
      const rested: Line = { ...line, reused: true };
      if (!line.reused) line.socket.once("close", () => forgetClosed(idle, line.socket));
      idle.add(rested);
      const [oldest] = idle;
      if (idle.size > limits.outboundIdleLines && oldest !== undefined) drop(oldest);
    },
    drop,
    close: () => {
      closed = true;
      for (const line of idle) drop(line);
    },
  };
}

/** undici is loaded with the first request, so that the start of the server does not wait for it. */
async function openClient(origin: string, socket: Socket): Promise<Client> {
  const { Client } = await import("undici");
  return new Client(origin, {
    connect: (_, done) => {
      // Called back in the same turn, undici would wait for ever: it ignores a connection that comes while it asks for one.
      queueMicrotask(() => {
        if (socket.destroyed) done(new Error("the connection was closed"), null);
        else done(null, socket);
      });
    },
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: limits.outboundHeaderBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: limits.outboundIdleMs,
    keepAliveMaxTimeout: limits.outboundIdleMostMs,
  });
}

function forgetClosed(idle: Set<Line>, socket: Socket): void {
  for (const line of idle) {
    if (line.socket !== socket) continue;
    idle.delete(line);
    line.client.destroy().catch(forget);
  }
}

/** A line that is being ended may say so by an error: nobody waits for its answer any more. */
function forget(): void {}
