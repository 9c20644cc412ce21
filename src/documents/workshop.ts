// A pool of child processes in which all untrusted bytes are parsed. A document that hangs or kills its reader costs
// one child and fails one job, in words.

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
  Job,
  Outcome,
  PictureOrder,
  PrepareOrder,
  Results,
} from "./jobs.ts";

/**
 * Where documents are worked on. Every call answers within `documentWaitMs` and `documentJobMs`: with a result, with the
 * reason why there is none, or by throwing `unavailable` when the queue is full, the wait too long or the workshop closed.
 */
export type Workshop = {
  /** Makes an office file or HTML page harmless for LibreOffice. */
  readonly disarm: (order: DisarmOrder) => Promise<Outcome<Results["disarm"]>>;
  /** Makes one document of the files; the limits of a request are kept here. */
  readonly prepare: (order: PrepareOrder) => Promise<Outcome<Results["prepare"]>>;
  /** Pages as people see them: pictures, and their text. */
  readonly picture: (order: PictureOrder) => Promise<Outcome<Results["picture"]>>;
  /** The finished document with room for its seal (`completeDocument`). */
  readonly complete: (order: CompleteOrder) => Promise<Outcome<Results["complete"]>>;
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
    queue: [],
    isClosed: false,
  };

  return {
    ...verbs((job) => ask(shop, job)),
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
  readonly queue: Waiting[];
  isClosed: boolean;
};

function ask(shop: Shop, job: Job): Promise<Outcome<Results[Job["kind"]]>> {
  const { limits, queue } = shop;
  return new Promise((settle, fail) => {
    if (shop.isClosed) return fail(closing());
    if (queue.length >= limits.documentQueue)
      return fail(unavailable("Too many documents are waiting. Try again later."));
    const timer = setTimeout(() => giveUp(shop, waiting), limits.documentWaitMs);
    const waiting: Waiting = { job, timer, settle, fail };
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
  const { children, limits, queue } = shop;
  while (queue.length > 0) {
    const free = [...children].find((each) => each.isFree());
    const child = free ?? (children.size < limits.documentChildren ? hire(shop) : null);
    const waiting = child === null ? undefined : queue.shift();
    if (child === null || waiting === undefined) return;
    clearTimeout(waiting.timer);
    void child
      .run(waiting.job)
      .then(waiting.settle, waiting.fail)
      .finally(() => deal(shop));
  }
}

function hire(shop: Shop): Child {
  const child = startChild(shop.start);
  shop.children.add(child);
  void child.gone.then(() => {
    shop.children.delete(child);
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
  ask: (job: Job) => Promise<unknown>,
): Pick<Workshop, "disarm" | "prepare" | "picture" | "complete" | "copy"> {
  return {
    disarm: (order) => ask({ kind: "disarm", order }) as ReturnType<Workshop["disarm"]>,
    prepare(order) {
      assert(order.files.length > 0, "a document is made of at least one file");
      return ask({ kind: "prepare", order }) as ReturnType<Workshop["prepare"]>;
    },
    picture: (order) => ask({ kind: "picture", order }) as ReturnType<Workshop["picture"]>,
    complete: (order) => ask({ kind: "complete", order }) as ReturnType<Workshop["complete"]>,
    copy: (order) => ask({ kind: "copy", order }) as ReturnType<Workshop["copy"]>,
  };
}

function closing(): Fault {
  return unavailable("The document workshop is closed.");
}

function unavailable(message: string): Fault {
  return new Fault("unavailable", message);
}
