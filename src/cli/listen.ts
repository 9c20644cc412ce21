import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { type Command, failure, misuse } from "./command.ts";
import { type Handed, postTo, type Report } from "./handler.ts";
import { type Board, openBoard, type Settled } from "./listen-board.ts";
import { openServer, type Server, serverHelp, serverOptions, troubleOf } from "./server.ts";

const help = `Brings the callbacks of a server to a handler on this machine, without a tunnel: each is posted as the server would post it,
and what the handler answers becomes the outcome of its delivery, retries included.

Usage: countersign listen --forward-to URL [--events TYPE,...] [--client-id ID] [--print-json] [--json]

  --forward-to URL  where your handler listens, such as http://localhost:4000/callbacks
  --events TYPES    only these types of event, separated by commas; others are acknowledged unseen
  --client-id ID    the callbacks of this app; without it, those of the account
  --name NAME       what this listener is called (the name of this machine): the same name goes on where it was left
  --keep            at the end, keep what comes meanwhile for the next time (for a day)
  --print-json      prints each payload, and a line for each attempt instead of a table
  --json            prints one line of JSON for each attempt, for programs
${serverHelp}
It begins with what happens from now on, beside the callback URL that the server has. When the connection is lost it waits and goes
on; nothing is lost or skipped, but a callback may come twice. Ctrl-C ends it.

Exit code: 0 ended by Ctrl-C, 1 the server said no, 2 an option cannot be used.

Examples
  countersign listen --forward-to http://localhost:4000/callbacks
  countersign listen --forward-to localhost:4000 --events signature_request_sent,signature_request_all_signed --print-json
  countersign listen --forward-to http://localhost:4000/hook --server https://sign.example.com --api-key KEY
`;

/** `countersign listen`. */
export const listenCommand: Command = {
  name: "listen",
  says: "bring callbacks to a handler on this machine",
  help,
  run,
};

type Listening = {
  readonly server: Server;
  readonly target: string;
  readonly types: readonly string[];
  readonly clientId: string | null;
  readonly name: string;
  readonly keeps: boolean;
  readonly board: Board;
  /** Told once until the handler has answered again. */
  readonly tellAbsence: (report: Report) => void;
};

async function run(words: readonly string[]): Promise<number> {
  const read = readWords(words);
  if (typeof read === "string") return misuse("listen", read);
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    await listen(read, stop.signal);
    return 0;
  } catch (error) {
    return failure("listen", error);
  } finally {
    read.board.end();
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

function readWords(words: readonly string[]): Listening | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        ...serverOptions,
        "forward-to": { type: "string" },
        events: { type: "string" },
        "client-id": { type: "string" },
        name: { type: "string" },
        keep: { type: "boolean", default: false },
        "print-json": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const given = values["forward-to"];
    if (given === undefined) return "Say where your handler listens: --forward-to http://localhost:4000/callbacks.";
    const target = /^https?:\/\//.test(given) ? given : `http://${given}`;
    if (!URL.canParse(target)) return `${given} is no address.`;
    const server = openServer(values);
    if (typeof server === "string") return server;
    const board = openBoard({ isJson: values.json, printsJson: values["print-json"] });
    return {
      server,
      target,
      types: values.events?.split(",").map((type) => type.trim()) ?? [],
      clientId: values["client-id"] ?? null,
      name: values.name ?? hostname(),
      keeps: values.keep,
      board,
      tellAbsence: absenceTeller(target, board),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}.`;
  }
}

function absenceTeller(target: string, board: Board): Listening["tellAbsence"] {
  let isTold = false;
  return (report) => {
    const isAbsent = "failure" in report && report.failure === "connect_refused";
    if (isAbsent && !isTold) board.tell(`Nothing answers: is your handler running at ${target}?`);
    else if (!isAbsent && isTold) board.tell("Your handler answers.");
    isTold = isAbsent;
  };
}

type Opened = { readonly listener: { readonly listener_id: string; readonly timeout_seconds: number } };

async function listen(listening: Listening, signal: AbortSignal): Promise<void> {
  const { server, target, clientId, name, keeps, board } = listening;
  const open = () =>
    server.call<Opened>("POST", "/api/listeners", { body: { name, ...(clientId ? { client_id: clientId } : {}) } });
  const { listener } = await open();
  board.tell(`Listening at ${server.url} as “${name}”; forwarding to ${target}. Ctrl-C ends.`);
  const path = `/api/listeners/${listener.listener_id}`;
  const timeoutMs = listener.timeout_seconds * 1000;
  const underWay = new Map<string, Promise<void>>();
  const take = async () => {
    const most = limits.listenerRoom - underWay.size;
    const inHand = [...underWay.keys()];
    const options = {
      body: { most, in_hand: inHand, wait_seconds: limits.listenerWaitMs / 1000 },
      deadlineMs: 2 * limits.listenerWaitMs,
      signal,
    };
    try {
      return (await server.call<Taken>("POST", `${path}/take`, options)).callbacks;
    } catch (error) {
      if (troubleOf(error)?.status !== 404) throw error;
      // It was closed meanwhile, as after a day without the line.
      await open();
      return [];
    }
  };

  while (!signal.aborted) {
    const handed = await patiently(take, { signal, board });
    for (const one of handed ?? []) {
      const handling = handle(one, { listening, path, timeoutMs });
      underWay.set(one.delivery_id, handling);
      void handling.finally(() => underWay.delete(one.delivery_id));
    }
    // No more than so many at a time: what waits for a slow handler waits at the server.
    if (underWay.size >= limits.listenerRoom) await Promise.race(underWay.values());
  }
  await Promise.all(underWay.values());
  if (!keeps) await server.call("DELETE", path).catch(() => undefined);
}

type Taken = { readonly callbacks: readonly Handed[] };

/** `board` null: nobody is told of the trouble. */
type Patience = { readonly signal: AbortSignal; readonly board: Board | null };

/** Tries until it works or is stopped; null when stopped. Throws where trying again cannot help. */
async function patiently<T>(act: () => Promise<T>, { signal, board }: Patience): Promise<T | null> {
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      const done = await act();
      if (tries > 0) board?.tell("The server is back.");
      return done;
    } catch (error) {
      if (signal.aborted) return null;
      const { status, words } = troubleOf(error) ?? { status: 0, words: "" };
      if (status !== null && status < 500 && status !== 429) throw error;
      if (tries === 0) board?.tell(`${words} Trying again…`);
      await pause(Math.min(limits.listenerRetryMostMs, 200 * 2 ** tries), signal);
    }
  }
  return null;
}

type Handling = { readonly listening: Listening; readonly path: string; readonly timeoutMs: number };

/** Posts a callback and tells the server what came of it; never throws. */
async function handle(handed: Handed, { listening, path, timeoutMs }: Handling): Promise<void> {
  const { server, target, types, board, tellAbsence } = listening;
  const isWanted = types.length === 0 || types.includes(handed.event_type);
  if (isWanted) board.begin(handed);
  const report: Report = isWanted ? await postTo(target, { handed, timeoutMs }) : unseen;
  const settle = () =>
    server.call<Settled>("POST", `${path}/settle`, {
      body: { delivery_id: handed.delivery_id, lease: handed.lease, url: target, ...report },
    });
  // What is not told within the lease is handed out again: giving up loses nothing.
  const patience = { signal: AbortSignal.timeout(timeoutMs), board: null };
  const settled = await patiently(settle, patience).catch(() => null);
  if (!isWanted) return;
  board.show({ handed, report, settled });
  tellAbsence(report);
}

const unseen: Report = { status: 200, headers: {}, body: "Hello API Event Received", duration_ms: 0 };
