import { limits } from "../../../base/limits.ts";
import type { AnswerValue, RefusalView } from "../../../wire/session.ts";
import { isPassing, type Reply } from "./calls.ts";

type AutosaveOptions = {
  readonly save: (answers: Record<string, AnswerValue>, keepalive: boolean) => Promise<Reply<{ readonly saved: true }>>;
  /** True when saving has just begun to fail, false when it works again. */
  readonly onTrouble: (failing: boolean) => void;
  readonly onRefusal: (refusal: RefusalView) => void;
};

/** Keeps answers on the server as they come. */
export type Autosave = {
  /** Remembers an answer; it goes out when typing pauses. */
  readonly change: (apiId: string, value: AnswerValue) => void;
  /** Sends at once what has not been sent; `leaving` lets the call outlive the page. */
  readonly flush: (leaving?: "leaving") => Promise<void>;
  /** Nothing goes out until the next `change`. Waits for the call under way. */
  readonly rest: () => Promise<void>;
};

/** Keeps the server's copy of the answers close behind the signer. One call at a time; a failed one is repeated with growing delay. */
export function startAutosave({ save, onTrouble, onRefusal }: AutosaveOptions): Autosave {
  let unsaved: Record<string, AnswerValue> = {};
  let underWay: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const later = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), delay);
  };

  const send = async (keepalive: boolean) => {
    const answers = unsaved;
    unsaved = {};
    const reply = await save(answers, keepalive);

    if (reply === "unreachable" || isPassing(reply)) {
      unsaved = { ...answers, ...unsaved };
      failures += 1;
      if (failures === 1) onTrouble(true);
      later(Math.min(1000 * 2 ** failures, limits.answerRetryMostMs));
      return;
    }
    if (failures > 0) onTrouble(false);
    failures = 0;
    if ("ok" in reply) onRefusal(reply);
  };

  const flush = async (leaving?: "leaving") => {
    clearTimeout(timer);
    if (underWay && !leaving) await underWay;
    if (Object.keys(unsaved).length === 0) return;
    underWay = send(leaving === "leaving").finally(() => {
      underWay = null;
    });
    await underWay;
  };

  return {
    change: (apiId, value) => {
      unsaved = { ...unsaved, [apiId]: value };
      later(limits.answerSaveMs);
    },
    flush,
    rest: async () => {
      clearTimeout(timer);
      await underWay;
      clearTimeout(timer);
    },
  };
}
