// LibreOffice, which makes PDFs of office files and HTML: one process a document, behind walls, with a deadline.

import { constants } from "node:fs";
import { cp, lstat, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGate } from "../../base/gate.ts";
import { limits as houseLimits } from "../../base/limits.ts";
import type { Log } from "../../base/log.ts";
import type { OfficeKind } from "./kinds.ts";
import { type Ending, runGroup } from "./office-run.ts";
import { writeProfile } from "./profile.ts";
import { boxOf, makeJobFolder, type OfficeBounds, searchPath, testWalls, type Walls, walled } from "./sandbox.ts";
import { conversionArgs, findSoffice } from "./soffice.ts";

/** A document to convert, made harmless before (`disarm`). */
export type OfficeOrder = { readonly format: OfficeKind; readonly bytes: Uint8Array };

/** The PDF, or why there is none, in words to follow the file's name; `why` as in jobs.ts. */
export type OfficeOutcome =
  | { readonly ok: true; readonly pdf: Uint8Array }
  | { readonly ok: false; readonly why: "document" | "time" | "crash"; readonly reason: string };

/** Where office files are converted. */
export type Office = {
  /** The program that was found; null where there is none. */
  readonly program: string | null;
  readonly walls: Walls;
  /**
   * Makes a PDF within `officeWaitMs` and `officeJobMs`, at most `officeAtOnce` at once. Throws `unavailable` when the queue is full or
   * the wait too long.
   */
  readonly toPdf: (order: OfficeOrder) => Promise<OfficeOutcome>;
  /** Ends what is under way and removes every file. */
  readonly close: () => Promise<void>;
};

/** The bounds of conversions: those of base/limits.ts, or a test's own. */
export type OfficeLimits = OfficeBounds & {
  readonly officeAtOnce: number;
  readonly officeQueue: number;
  readonly officeWaitMs: number;
  readonly officeJobMs: number;
  readonly officeWordsBytes: number;
  readonly officeLeftoverMs: number;
};

/** What is opened with: `given` is the program that was set, `path` the search path, `walls` a test's own. */
export type OfficeParts = {
  readonly log: Log;
  readonly given?: string | null;
  readonly path?: string;
  readonly walls?: Walls;
  readonly limits?: Partial<OfficeLimits>;
};

type Room = Required<Pick<OfficeParts, "log" | "walls">> & {
  readonly limits: OfficeLimits;
  readonly program: string;
  readonly closing: AbortController;
  /** The folder that holds everything, and in it the profile that every job gets a copy of. */
  ground: Promise<string> | null;
};

/** What to do where there is no LibreOffice. */
export const missingOffice =
  "LibreOffice, which converts files of this kind, is not installed on the server: install it (`apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui`) and restart, or set COUNTERSIGN_SOFFICE to its soffice.";

const prefix = "countersign-office-";
/** What LibreOffice exits with to be started once more, after it has made a profile. */
const restartCode = 81;

/** Finds LibreOffice and tries which walls this machine allows. Starts nothing before there is a document. */
export function openOffice({ log, given = null, path = searchPath, walls, limits: own = {} }: OfficeParts): Office {
  const limits: OfficeLimits = { ...houseLimits, ...own };
  const program = findSoffice({ given, path });
  if (program === null) {
    const missing: OfficeOutcome = { ok: false, why: "document", reason: missingOffice };
    return { program, walls: "none", toPdf: () => Promise.resolve(missing), close: () => Promise.resolve() };
  }
  const room: Room = {
    log,
    limits,
    program,
    walls: walls ?? testWalls(),
    closing: new AbortController(),
    ground: null,
  };
  const { officeAtOnce, officeQueue, officeWaitMs } = limits;
  const gate = openGate({ atOnce: officeAtOnce, most: officeQueue, waitMs: officeWaitMs });
  const under = new Set<Promise<unknown>>();
  return {
    program,
    walls: room.walls,
    toPdf(order) {
      const work = gate(() => convert(room, order));
      under.add(work);
      return work.finally(() => under.delete(work));
    },
    async close() {
      room.closing.abort();
      await Promise.allSettled(under);
      const ground = await room.ground?.catch(() => null);
      if (ground) await remove(ground);
    },
  };
}

async function convert(room: Room, order: OfficeOrder): Promise<OfficeOutcome> {
  if (room.closing.signal.aborted) return failed("crash", "The server is closing.");
  const ground = await openGround(room);
  if (ground === null) return failed("crash", "LibreOffice could not be started. The server's log says why.");
  return inFolder(ground, async (job) => {
    await cp(join(ground, "profile"), join(job, "box", "profile"), { recursive: true });
    return run(room, { job, order });
  });
}

/** Makes the profile once. A failure is not kept: the next document tries anew. */
async function openGround(room: Room): Promise<string | null> {
  room.ground ??= makeGround(room);
  try {
    return await room.ground;
  } catch (error) {
    room.ground = null;
    room.log.error({ program: room.program, walls: room.walls, err: error }, "LibreOffice could not be started");
    return null;
  }
}

async function makeGround(room: Room): Promise<string> {
  await removeLeftovers(room.limits.officeLeftoverMs);
  const ground = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  try {
    await inFolder(ground, async (job) => {
      await writeProfile(join(job, "box", "profile"));
      const order: OfficeOrder = { format: "html", bytes: Buffer.from("<p>Countersign</p>") };
      const made = await run(room, { job, order });
      if (!made.ok) throw new Error(`A first conversion failed. ${made.reason}`);
      await cp(join(job, "box", "profile"), join(ground, "profile"), { recursive: true });
    });
  } catch (error) {
    await remove(ground);
    throw error;
  }
  return ground;
}

async function run(
  room: Room,
  { job, order }: { readonly job: string; readonly order: OfficeOrder },
): Promise<OfficeOutcome> {
  const { limits, walls, program, log, closing } = room;
  const box = boxOf({ walls, job });
  const { file, args } = walled({
    walls,
    job,
    bounds: limits,
    program,
    args: conversionArgs({ box, format: order.format }),
  });
  await writeFile(join(job, "box", `in.${order.format}`), order.bytes);
  const tmp = walls === "full" ? "/tmp" : join(box, "tmp");
  const env = { PATH: searchPath, HOME: tmp, TMPDIR: tmp, LANG: "C.UTF-8", TZ: "UTC", SAL_USE_VCLPLUGIN: "svp" };
  const { officeJobMs: deadlineMs, officeWordsBytes: wordsBytes } = limits;
  const command = { file, args, env, deadlineMs, wordsBytes, signal: closing.signal };
  const first = await runGroup(command);
  const ending = first.code === restartCode ? await runGroup(command) : first;
  const outcome = await readOutcome(room, { output: join(job, "box", "in.pdf"), ending });
  if (!outcome.ok)
    log.warn({ format: order.format, code: ending.code, words: ending.words }, "a file was not converted");
  return outcome;
}

async function readOutcome(
  { limits, closing }: Room,
  { output, ending }: { readonly output: string; readonly ending: Ending },
): Promise<OfficeOutcome> {
  if (closing.signal.aborted) return failed("crash", "The server is closing.");
  if (ending.isLate) return failed("time", `It could not be converted within ${limits.officeJobMs / 1000} seconds.`);
  // What a program that was taken over left there must not be followed.
  const size = await lstat(output).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  if (size >= limits.officeOutputBytes)
    return failed("document", `It becomes a PDF of more than ${limits.officeOutputBytes / 1024 ** 2} MB.`);
  if (ending.code !== 0 && size === 0 && !ending.words.includes("could not be loaded"))
    return failed("crash", "It could not be converted: LibreOffice failed over it.");
  if (size === 0) return failed("document", "LibreOffice cannot open it: it is damaged, or protected by a password.");
  return { ok: true, pdf: await readFile(output, { flag: constants.O_RDONLY | constants.O_NOFOLLOW }) };
}

/** A folder for one job, which is removed whatever happens. */
async function inFolder<T>(ground: string, work: (job: string) => Promise<T>): Promise<T> {
  const job = await mkdtemp(join(ground, "job-"));
  try {
    makeJobFolder(job);
    return await work(job);
  } finally {
    await remove(job);
  }
}

/** The folders of servers that were killed: their process is gone, and nobody has touched them for a while. */
async function removeLeftovers(officeLeftoverMs: number): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1] ?? process.pid);
    if (isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    const found = await stat(folder).catch(() => null);
    if (found !== null && found.mtimeMs < Date.now() - officeLeftoverMs) await remove(folder);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function failed(why: "document" | "time" | "crash", reason: string): OfficeOutcome {
  return { ok: false, why, reason };
}
