import { fork } from "node:child_process";
import { join } from "node:path";

/** What the receiver is asked. */
export type Asked =
  | { readonly kind: "mode"; readonly mode: "ack" | "hold" }
  | { readonly kind: "reset" }
  | { readonly kind: "await"; readonly count: number }
  | { readonly kind: "ledger" };

/** What the receiver tells. Times are of `tick`. */
export type Told =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "reached"; readonly at: number }
  | { readonly kind: "ledger"; readonly arrivals: readonly (readonly [string, number])[]; readonly posts: number };

/** First arrivals by request, and how many posts there were in all. */
export type Ledger = { readonly arrivals: ReadonlyMap<string, number>; readonly posts: number };

/** The receiving process. */
export type Receiver = {
  readonly url: string;
  readonly pid: number;
  /** `hold`: takes everything, answers nothing. Changing the mode cuts what was held. */
  readonly answer: (mode: "ack" | "hold") => void;
  readonly reset: () => void;
  /** Resolves once callbacks of so many requests have come. Rejects after `withinMs`. */
  readonly reach: (count: number, withinMs?: number) => Promise<void>;
  readonly ledger: () => Promise<Ledger>;
  readonly close: () => void;
};

/** Starts the receiver. */
export async function startReceiver(): Promise<Receiver> {
  const child = fork(join(import.meta.dirname, "receiver-child.ts"), { serialization: "advanced" });
  const ask = (asked: Asked) => child.send(asked);

  function told<K extends Told["kind"]>(kind: K, withinMs: number): Promise<Extract<Told, { kind: K }>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.off("message", look);
        reject(new Error(`The receiver did not tell "${kind}" within ${withinMs / 1000} s`));
      }, withinMs);
      function look(message: unknown) {
        const told = message as Told;
        if (told.kind !== kind) return;
        clearTimeout(timer);
        child.off("message", look);
        resolve(told as Extract<Told, { kind: K }>);
      }
      child.on("message", look);
    });
  }

  const { port } = await told("listening", 10_000);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    answer: (mode) => ask({ kind: "mode", mode }),
    reset: () => ask({ kind: "reset" }),
    reach: async (count, withinMs = 300_000) => {
      const reached = told("reached", withinMs);
      ask({ kind: "await", count });
      await reached;
    },
    ledger: async () => {
      const answer = told("ledger", 60_000);
      ask({ kind: "ledger" });
      const { arrivals, posts } = await answer;
      return { arrivals: new Map(arrivals), posts };
    },
    close: () => void child.kill(),
  };
}
