import { limits } from "../../../base/limits.ts";
import type { RefusalView } from "../../../wire/session.ts";
import { isPassing, type Reply } from "./knock.ts";

type AutosaveOptions<T, R> = {
  readonly save: (unsaved: T, keepalive: boolean) => Promise<Reply<R>>;
  /** What is unsaved after one change and then another. */
  readonly join: (older: T, newer: T) => T;
  /** True when saving has just begun to fail, false when it works again. */
  readonly onTrouble: (failing: boolean) => void;
  /** `isAll`: nothing newer waits. */
  readonly onSaved?: (reply: R, isAll: boolean) => void;
  readonly onRefusal: (refusal: RefusalView) => void;
};

/** Keeps on the server what comes. */
export type Autosave<T> = {
  /** Remembers a change; it goes out when there is a pause. */
  readonly change: (change: T) => void;
  /** Sends what has not been sent, after the call under way. `leaving`: at once, together with what that call carries, in a call that outlives the page. */
  readonly flush: (leaving?: "leaving") => Promise<void>;
  /** Nothing goes out until `release`, whatever changes. Waits for the call under way. */
  readonly hold: () => Promise<void>;
  /** Goes on after `hold`, with what has waited first. */
  readonly release: () => Promise<void>;
  /** Nothing goes out any more. */
  readonly stop: () => void;
  /** Whether something is not on the server yet. */
  readonly isBehind: () => boolean;
};

/** A call and what it carries. */
type Sending<T> = { readonly sent: T; readonly settled: Promise<void> };

/** What is known of the server's copy, and whether anything may go out. */
type Course<T, R> = {
  readonly options: AutosaveOptions<T, R>;
  unsaved: T | null;
  underWay: Sending<T> | null;
  mode: "open" | "held" | "stopped";
  timer: ReturnType<typeof setTimeout> | undefined;
  failures: number;
};

/** Keeps the server's copy close behind the person. One call at a time; a failed one is repeated with growing delay. */
export function startAutosave<T extends object, R extends object>(options: AutosaveOptions<T, R>): Autosave<T> {
  const course: Course<T, R> = {
    options,
    unsaved: null,
    underWay: null,
    mode: "open",
    timer: undefined,
    failures: 0,
  };
  return {
    change: (change) => {
      course.unsaved = joined(course, [course.unsaved, change]);
      sendLater(course, limits.answerSaveMs);
    },
    flush: (leaving) => flush(course, leaving),
    hold: async () => {
      if (course.mode === "open") course.mode = "held";
      clearTimeout(course.timer);
      await rest(course);
    },
    release: async () => {
      if (course.mode === "held") course.mode = "open";
      await flush(course);
    },
    stop: () => {
      course.mode = "stopped";
      clearTimeout(course.timer);
    },
    isBehind: () => course.mode !== "stopped" && (course.unsaved !== null || course.underWay !== null),
  };
}

async function flush<T extends object, R extends object>(course: Course<T, R>, leaving?: "leaving"): Promise<void> {
  clearTimeout(course.timer);
  if (leaving !== "leaving") await rest(course);
  const all = joined(course, [course.underWay?.sent ?? null, course.unsaved]);
  if (all !== null && course.mode === "open") await send(course, { sent: all, keepalive: leaving === "leaving" });
}

/** Waits until no call is under way. */
async function rest<T, R>(course: Course<T, R>): Promise<void> {
  while (course.underWay !== null) await course.underWay.settled;
}

function send<T extends object, R extends object>(
  course: Course<T, R>,
  { sent, keepalive }: { readonly sent: T; readonly keepalive: boolean },
): Promise<void> {
  course.unsaved = null;
  const settled = course.options.save(sent, keepalive).then((reply) => {
    // Another call has gone out meanwhile that carries this too: its answer counts.
    if (course.underWay !== sending) return;
    course.underWay = null;
    if (course.mode !== "stopped") hear(course, { reply, sent });
  });
  const sending = { sent, settled };
  course.underWay = sending;
  return settled;
}

function hear<T extends object, R extends object>(
  course: Course<T, R>,
  { reply, sent }: { readonly reply: Reply<R>; readonly sent: T },
): void {
  const { onTrouble, onSaved, onRefusal } = course.options;
  if (reply === "unreachable" || isPassing(reply)) {
    course.unsaved = joined(course, [sent, course.unsaved]);
    course.failures += 1;
    if (course.failures === 1) onTrouble(true);
    sendLater(course, Math.min(1000 * 2 ** course.failures, limits.answerRetryMostMs));
    return;
  }
  if (course.failures > 0) onTrouble(false);
  course.failures = 0;
  if (isRefusal(reply)) onRefusal(reply);
  else onSaved?.(reply, course.unsaved === null);
}

function sendLater<T extends object, R extends object>(course: Course<T, R>, delay: number): void {
  clearTimeout(course.timer);
  if (course.mode === "open") course.timer = setTimeout(() => void flush(course), delay);
}

function joined<T, R>({ options }: Course<T, R>, [older, newer]: readonly [T | null, T | null]): T | null {
  if (older === null || newer === null) return older ?? newer;
  return options.join(older, newer);
}

function isRefusal(reply: object): reply is RefusalView {
  return "ok" in reply && reply.ok === false;
}
