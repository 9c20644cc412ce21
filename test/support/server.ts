import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Calls v3 with the API key; the answer's JSON, or `{ text }`. */
export type Caller = (
  method: string,
  path: string,
  body?: object | FormData | URLSearchParams,
) => Promise<{
  readonly status: number;
  readonly body: Record<string, never> & { readonly [name: string]: unknown };
  readonly headers: Headers;
}>;

/** A real server in a process of its own, with a data folder of its own. */
export type TestServer = {
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly clientId: string;
  readonly dataFolder: string;
  readonly process: () => ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly call: Caller;
  /** SIGKILL, and waits for the end. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same folder and port. */
  readonly restart: () => Promise<void>;
  /** The same without waiting: it may be killed on its way up. */
  readonly launch: () => void;
  /** SIGTERM; the exit code. Removes the folder. */
  readonly stop: () => Promise<number | null>;
};

const root = resolve(import.meta.dirname, "../..");

/** Starts a server and waits until it is ready. `env` adds to its settings. */
export async function startTestServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const dataFolder = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const apiKey = "5".repeat(64);
  const clientId = "c".repeat(32);
  const settings = {
    PORT: String(port),
    COUNTERSIGN_DATA: dataFolder,
    COUNTERSIGN_API_KEY: apiKey,
    COUNTERSIGN_CLIENT_ID: clientId,
    COUNTERSIGN_LOG: "warn",
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    ...env,
  };
  let output = "";
  let running: ChildProcess;

  function launch(): void {
    running = spawn(process.execPath, [join(root, "src/cli/main.ts"), "serve"], {
      env: settings,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    running.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }

  async function start(): Promise<void> {
    launch();
    await waitUntilReady(url, () => ({ output, exited: running.exitCode !== null || running.signalCode !== null }));
  }

  await start();
  return {
    url,
    port,
    apiKey,
    clientId,
    dataFolder,
    process: () => running,
    output: () => output,
    call: callerOf({ url, apiKey }),
    kill: () => end(running, "SIGKILL").then(() => undefined),
    restart: start,
    launch,
    stop: async () => {
      const code = await end(running, "SIGTERM");
      rmSync(dataFolder, { recursive: true, force: true });
      return code;
    },
  };
}

/** The caller of the server at `url`. */
export function callerOf({ url, apiKey }: { readonly url: string; readonly apiKey: string }): Caller {
  return async (method, path, body) => {
    const isJson = body !== undefined && !(body instanceof FormData) && !(body instanceof URLSearchParams);
    const response = await fetch(`${url}/v3${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${apiKey}:`).toString("base64")}`,
        ...(isJson ? { "content-type": "application/json" } : {}),
      },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as FormData) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text.startsWith("{") ? JSON.parse(text) : { text }) as never,
    };
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  child.kill(signal);
  return ended;
}

async function waitUntilReady(
  url: string,
  look: () => { readonly output: string; readonly exited: boolean },
): Promise<void> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const { output, exited } = look();
    if (exited) throw new Error(`The server ended at its start:\n${output}`);
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((done) => setTimeout(done, 40));
  }
  throw new Error(`The server was not ready within 30 s:\n${look().output}`);
}
