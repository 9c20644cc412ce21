import type { Config } from "./config.ts";
import { type Established, foundedLines } from "./found.ts";

/** A first start that fails after all has made the account: what is shown once must not be lost with it. */
export function withFounded(error: unknown, founded: Established): Error {
  const message = error instanceof Error ? error.message : String(error);
  const lines = ["The first account is made already:", ...foundedLines(founded)];
  return new Error(`${message}\n${lines.join("\n")}`, { cause: error });
}

/** Why the server could not listen, in words. */
export function explainListen(error: unknown, { host, port }: Config): unknown {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE")
    return new Error(`Port ${port} on ${host} is in use: stop what listens there, or set PORT to another one.`);
  if (code === "EACCES")
    return new Error(`Port ${port} needs more rights than this user has: set PORT to one above 1023.`);
  if (code === "EADDRNOTAVAIL")
    return new Error(`HOST is ${host}, which is no address of this machine: set HOST to 127.0.0.1 or 0.0.0.0.`);
  return error;
}
