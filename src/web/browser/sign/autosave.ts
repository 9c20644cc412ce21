import { limits } from "../../../base/limits.ts";
import type { RefusalView } from "../../../wire/session.ts";
import { isPassing, type Reply } from "./knock.ts";

type AutosaveOptions<T, R> = {
  readonly save: (unsaved: T, keepalive: boolean) => Promise<Reply<R>>;
  /** What is unsaved after one change and then another. */
  readonly join: (older: T, newer: T) => T;
  /** True when saving has just begun to fail, false when it works again. */
  readonly onTrouble: (failing: boolean) => void;
  readonly onSaved?: (reply: R) => void;
  readonly onRefusal: (refusal: RefusalView) => void;
};

/** Keeps on the server what comes. */
export type Autosave<T> = {
  /** Remembers a change; it goes out when there is a pause. */
  readonly change: (change: T) => void;
  /** Sends at once what has not been sent; `leaving` lets the call outlive the page. */
  readonly flush: (leaving?: "leaving") => Promise<void>;
  /** Nothing goes out until the next `change`. Waits for the call under way. */
  readonly rest: () => Promise<void>;
  /** Whether something is not on the server yet. */
  readonly isBehind: () => boolean;
};

/** Keeps the server's copy close behind the person. One call at a time; a failed one is repeated with growing delay. */
export function startAutosave<T extends object, R extends object>(options: AutosaveOptions<T, R>): Autosave<T> {
  const { save, join, onTrouble, onSaved, onRefusal } = options;
  let unsaved: T | null = null;
  let underWay: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const later = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), delay);
  };

  const send = async (sent: T, keepalive: boolean) => {
    unsaved = null;
    const reply = await save(sent, keepalive);

    if (reply === "unreachable" || isPassing(reply)) {
      unsaved = unsaved === null ? sent : join(sent, unsaved);
      failures += 1;
      if (failures === 1) onTrouble(true);
      later(Math.min(1000 * 2 ** failures, limits.answerRetryMostMs));
      return;
    }
    if (failures > 0) onTrouble(false);
    failures = 0;
    if (isRefusal(reply)) onRefusal(reply);
    else onSaved?.(reply);
  };

  const flush = async (leaving?: "leaving") => {
    clearTimeout(timer);
    if (underWay && !leaving) await underWay;
    if (unsaved === null) return;
    underWay = send(unsaved, leaving === "leaving").finally(() => {
      underWay = null;
    });
    await underWay;
  };

  return {
    change: (change) => {
      unsaved = unsaved === null ? change : join(unsaved, change);
      later(limits.answerSaveMs);
    },
    flush,
    rest: async () => {
      clearTimeout(timer);
      await underWay;
      clearTimeout(timer);
    },
    isBehind: () => unsaved !== null || underWay !== null,
  };
}

function isRefusal(reply: object): reply is RefusalView {
  return "ok" in reply && reply.ok === false;
}
