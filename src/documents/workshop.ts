// A pool of child processes in which all untrusted bytes are parsed. A document that hangs or kills its reader costs
// one child and fails one job, in words.

import { assert } from "../base/assert.ts";
import { Fault } from "../base/faults.ts";
import { limits as houseLimits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { childCommand } from "./child-command.ts";
import { type Child, startChild, type WorkshopLimits } from "./child-handle.ts";
import type { CompleteOrder, CopyOrder, Job, Outcome, PictureOrder, PrepareOrder, Results } from "./jobs.ts";

/**
 * Where documents are worked on. Every call answers within `documentWaitMs` and `documentJobMs`: with a result, with the
 * reason why there is none, or by throwing `unavailable` when the queue is full, the wait too long or the workshop closed.
 */
export type Workshop = {
  /** Makes one document of the files; the limits of a request are kept here. */
  readonly prepare: (order: PrepareOrder) => Promise<Outcome<Results["prepare"]>>;
  /** A page as people see it, as WebP. */
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
export function openWorkshop({
  log,
  limits: own = {},
}: {
  readonly log: Log;
  readonly limits?: Partial<WorkshopLimits>;
}): Workshop {
  const limits: WorkshopLimits = { ...houseLimits, ...own };
  const command = childCommand(limits);
  const children = new Set<Child>();
  const queue: Waiting[] = [];
  let closed = false;

  function ask(job: Job): Promise<Outcome<Results[Job["kind"]]>> {
    return new Promise((settle, fail) => {
      if (closed) return fail(closing());
      if (queue.length >= limits.documentQueue)
        return fail(unavailable("Too many documents are waiting. Try again later."));
      const timer = setTimeout(() => giveUp(waiting), limits.documentWaitMs);
      const waiting: Waiting = { job, timer, settle, fail };
      queue.push(waiting);
      deal();
    });
  }

  function giveUp(waiting: Waiting): void {
    queue.splice(queue.indexOf(waiting), 1);
    waiting.fail(unavailable("The document had to wait too long. Try again later."));
  }

  /** Gives waiting jobs to free children. */
  function deal(): void {
    while (queue.length > 0) {
      const child =
        [...children].find((each) => each.isFree()) ?? (children.size < limits.documentChildren ? start() : null);
      const waiting = child === null ? undefined : queue.shift();
      if (child === null || waiting === undefined) return;
      clearTimeout(waiting.timer);
      child.run(waiting.job).then(waiting.settle, waiting.fail).finally(deal);
    }
  }

  function start(): Child {
    const child = startChild({ command, limits, log });
    children.add(child);
    child.gone.then(() => {
      children.delete(child);
      deal();
    });
    return child;
  }

  return {
    ...verbs(ask),
    warm() {
      if (!closed && children.size === 0) start();
    },
    children: () => [...children].map((child) => child.pid),
    async close() {
      closed = true;
      for (const waiting of queue.splice(0)) {
        clearTimeout(waiting.timer);
        waiting.fail(closing());
      }
      for (const child of children) child.end(closing());
      await Promise.all([...children].map((child) => child.gone));
    },
  };
}

/** Each kind of job answers with its own result: the child keeps to that, the types cannot see it. */
function verbs(ask: (job: Job) => Promise<unknown>): Pick<Workshop, "prepare" | "picture" | "complete" | "copy"> {
  return {
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
