// A pool of child processes in which all untrusted bytes are parsed. A document that hangs or kills its reader costs
// one child and fails one job, in words.

import { constants, setPriority } from "node:os";
import { assert } from "../base/assert.ts";
import { Fault } from "../base/faults.ts";
import { limits as houseLimits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { childCommand } from "./child-command.ts";
import { type Child, type ChildParts, startChild, type WorkshopLimits } from "./child-handle.ts";
import type {
  CompleteOrder,
  CopyOrder,
  DisarmOrder,
  ExtendOrder,
  FaxOrder,
  Job,
  LogoOrder,
  Outcome,
  PictureOrder,
  PrepareOrder,
  Results,
  TrailOrder,
} from "./jobs.ts";

/**
 * Where documents are worked on. Every call answers within `documentWaitMs` and `documentJobMs`: with a result, with the
 * reason why there is none, or by throwing `unavailable` when the queue is full, the wait too long or the workshop closed.
 */
export type Workshop = {
  /** Makes an office file or HTML page harmless for LibreOffice. */
  readonly disarm: (order: DisarmOrder) => Promise<Outcome<Results["disarm"]>>;
  /** Makes one document of the files; the limits of a request are kept here. `owner`: whose turns are shared out evenly. */
  readonly prepare: (order: PrepareOrder, owner?: string) => Promise<Outcome<Results["prepare"]>>;
  /** Makes one document of the files for a fax; `owner` as with `prepare`. */
  readonly fax: (order: FaxOrder, owner: string) => Promise<Outcome<Results["fax"]>>;
  /** Pages as people see them: pictures, and their text. */
  readonly picture: (order: PictureOrder) => Promise<Outcome<Results["picture"]>>;
  /** A picture as an app wears it (`drawLogo`). */
  readonly logo: (order: LogoOrder) => Promise<Outcome<Results["logo"]>>;
  /** The finished document with room for its seal (`completeDocument`). */
  readonly complete: (order: CompleteOrder) => Promise<Outcome<Results["complete"]>>;
  /** The audit trail as a document of its own, with room for its seal (`completeTrail`). */
  readonly trail: (order: TrailOrder) => Promise<Outcome<Results["trail"]>>;
  /** A sealed document with what keeps its seal checkable, and room for a time-stamp (`extendDocument`). */
  readonly extend: (order: ExtendOrder) => Promise<Outcome<Results["extend"]>>;
  /** The document with the values so far, unsealed (`drawCopy`). */
  readonly copy: (order: CopyOrder) => Promise<Outcome<Results["copy"]>>;
  /** Starts a child ahead of the first job. */
  readonly warm: () => void;
  /** The process ids of the children alive. */
  readonly children: () => readonly number[];
  /** Ends every child; jobs under way and waiting throw `unavailable`. Resolves when all children are gone. */
  readonly close: () => Promise<void>;
};

type Waiting = {
  readonly job: Job;
  readonly owner: string;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: Outcome<Results[Job["kind"]]>) => void;
  readonly fail: (reason: unknown) => void;
};

/** Opens a workshop. Children start when there is work, stay warm, and leave when idle, used up or closed. */
export function openWorkshop({ log, limits: own = {} }: WorkshopParts): Workshop {
  const limits: WorkshopLimits = { ...houseLimits, ...own };
  const shop: Shop = {
    limits,
    start: { command: childCommand(limits), limits, log },
    children: new Set(),
    slow: new Set(),
    busy: new Map(),
    queue: [],
    isClosed: false,
  };

  return {
    ...verbs((job, owner) => ask(shop, { job, owner })),
    warm() {
      if (!shop.isClosed && shop.children.size === 0) hire(shop);
    },
    children: () => [...shop.children].map((child) => child.pid),
    close: () => close(shop),
  };
}

type WorkshopParts = { readonly log: Log; readonly limits?: Partial<WorkshopLimits> };

type Shop = {
  readonly limits: WorkshopLimits;
  readonly start: ChildParts;
  readonly children: Set<Child>;
  /** Those whose job takes long: they do it at a low priority, and their places are free for others. */
  readonly slow: Set<Child>;
  /** How many jobs of each owner are under way. */
  readonly busy: Map<string, number>;
  readonly queue: Waiting[];
  isClosed: boolean;
};

function ask(shop: Shop, { job, owner }: Pick<Waiting, "job" | "owner">): Promise<Outcome<Results[Job["kind"]]>> {
  const { limits, queue } = shop;
  return new Promise((settle, fail) => {
    if (shop.isClosed) return fail(closing());
    if (queue.length >= limits.documentQueue)
      return fail(unavailable("Too many documents are waiting. Try again later."));
    const timer = setTimeout(() => giveUp(shop, waiting), limits.documentWaitMs);
    const waiting: Waiting = { job, owner, timer, settle, fail };
    queue.push(waiting);
    deal(shop);
  });
}

function giveUp({ queue }: Shop, waiting: Waiting): void {
  queue.splice(queue.indexOf(waiting), 1);
  waiting.fail(unavailable("The document had to wait too long. Try again later."));
}

/** Gives waiting jobs to free children. */
function deal(shop: Shop): void {
  const { children, limits, queue, slow } = shop;
  while (queue.length > 0) {
    const free = [...children].find((each) => each.isFree());
    const child = free ?? (children.size - slow.size < limits.documentChildren ? hire(shop) : null);
    const next = child === null ? undefined : nextOf(shop);
    if (child === null || next === undefined) return;
    queue.splice(queue.indexOf(next), 1);
    clearTimeout(next.timer);
    start(shop, { child, next });
  }
}

function start(shop: Shop, { child, next }: { readonly child: Child; readonly next: Waiting }): void {
  const { busy, limits, slow } = shop;
  const { owner } = next;
  busy.set(owner, (busy.get(owner) ?? 0) + 1);
  const lane = setTimeout(() => setAside(shop, child), limits.documentSlowJobMs).unref();
  void child
    .run(next.job)
    .then(next.settle, next.fail)
    .finally(() => {
      clearTimeout(lane);
      const left = (busy.get(owner) ?? 1) - 1;
      if (left > 0) busy.set(owner, left);
      else busy.delete(owner);
      // A low priority cannot be raised again.
      if (slow.has(child)) child.end(closing());
      deal(shop);
    });
}

/** A job that takes long goes on at a low priority, and another child does what comes meanwhile: so many at most. */
function setAside(shop: Shop, child: Child): void {
  const { limits, slow } = shop;
  if (slow.size >= limits.documentSlowChildren) return;
  slow.add(child);
  try {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has just gone, or the system allows no other priority: its place is free all the same.
  }
  deal(shop);
}

/** What somebody waits for goes first, what is drawn ahead last; among equals the owner with the least under way. */
function nextOf({ queue, busy }: Shop): Waiting | undefined {
  const weight = ({ job, owner }: Waiting) => rankOf(job) * 1000 + Math.min(busy.get(owner) ?? 0, 999);
  return queue.reduce<Waiting | undefined>(
    (best, one) => (best === undefined || weight(one) < weight(best) ? one : best),
    undefined,
  );
}

function rankOf(job: Job): number {
  if (job.kind === "picture") return job.order.isAhead ? 2 : 0;
  return ["prepare", "fax", "disarm"].includes(job.kind) ? 1 : 0;
}

function hire(shop: Shop): Child {
  const child = startChild(shop.start);
  shop.children.add(child);
  void child.gone.then(() => {
    shop.children.delete(child);
    shop.slow.delete(child);
    deal(shop);
  });
  return child;
}

async function close(shop: Shop): Promise<void> {
  shop.isClosed = true;
  for (const waiting of shop.queue.splice(0)) {
    clearTimeout(waiting.timer);
    waiting.fail(closing());
  }
  for (const child of shop.children) child.end(closing());
  await Promise.all([...shop.children].map((child) => child.gone));
}

/** Each kind of job answers with its own result: the child keeps to that, the types cannot see it. */
function verbs(
  ask: (job: Job, owner: string) => Promise<unknown>,
): Pick<Workshop, "disarm" | "prepare" | "fax" | "picture" | "logo" | "complete" | "trail" | "extend" | "copy"> {
  return {
    disarm: (order) => ask({ kind: "disarm", order }, "") as ReturnType<Workshop["disarm"]>,
    prepare(order, owner = "") {
      assert(order.files.length > 0, "a document is made of at least one file");
      return ask({ kind: "prepare", order }, owner) as ReturnType<Workshop["prepare"]>;
    },
    fax: (order, owner) => ask({ kind: "fax", order }, owner) as ReturnType<Workshop["fax"]>,
    picture: (order) => ask({ kind: "picture", order }, "") as ReturnType<Workshop["picture"]>,
    logo: (order) => ask({ kind: "logo", order }, "") as ReturnType<Workshop["logo"]>,
    complete: (order) => ask({ kind: "complete", order }, "") as ReturnType<Workshop["complete"]>,
    trail: (order) => ask({ kind: "trail", order }, "") as ReturnType<Workshop["trail"]>,
    extend: (order) => ask({ kind: "extend", order }, "") as ReturnType<Workshop["extend"]>,
    copy: (order) => ask({ kind: "copy", order }, "") as ReturnType<Workshop["copy"]>,
  };
}

function closing(): Fault {
  return unavailable("The document workshop is closed.");
}

function unavailable(message: string): Fault {
  return new Fault("unavailable", message);
}
