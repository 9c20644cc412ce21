import { readConfig } from "../server/config.ts";
import { foundedLines } from "../server/found.ts";
import { type Server, startServer } from "../server/start.ts";

/** Runs the server until SIGTERM or SIGINT, then drains and exits with 0. What keeps it from starting is told in one line. */
export async function serve(): Promise<void> {
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
