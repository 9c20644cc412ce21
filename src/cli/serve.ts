import { readConfig } from "../server/config.ts";
import { foundedLines } from "../server/found.ts";
import { type Server, startServer } from "../server/start.ts";
import type { Command } from "./command.ts";

const help = `Starts the server, and runs it until it is told to stop (SIGTERM, SIGINT): it then finishes what is under way.

Usage: countersign serve

Settings come from the environment; docs/operate.md lists them. The first start prints the account, its password and its API key.

Examples
  countersign serve
  PORT=8080 COUNTERSIGN_DATA=/srv/countersign countersign serve
`;

/** `countersign serve`. */
export const serveCommand: Command = {
  name: "serve",
  says: "start the server (settings: docs/operate.md)",
  help,
  run: async () => {
    await serve();
    return 0;
  },
};

/** Runs the server until SIGTERM or SIGINT, then drains and exits with 0. What keeps it from starting is told in one line. */
async function serve(): Promise<void> {
  // The database, its log and the documents are for this user alone, wherever they are copied to.
  process.umask(0o077);
  const server = await start();
  if (server === null) return;

  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      server.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
}

async function start(): Promise<Server | null> {
  try {
    const config = readConfig();
    const server = await startServer(config);
    for (const warning of config.warnings) process.stderr.write(`Warning: ${warning}\n`);
    process.stdout.write(greeting(server));
    return server;
  } catch (error) {
    fail(error);
    return null;
  }
}

function greeting({ url, founded }: Server): string {
  const lines = [`Countersign is ready.`, ``, `  Address     ${url}`, `  Dashboard   ${url}/`];
  if (founded) lines.push(...foundedLines(founded));
  return `${lines.join("\n")}\n`;
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`countersign: ${message}\n`);
  process.exit(1);
}
