import type { Clock } from "../base/clock.ts";
import { noQuotas, type Quotas } from "../base/quotas.ts";
import type { Secret } from "../base/secrets.ts";
import type { EventType } from "../events/catalog.ts";
import { type Transact, theHouse, type Work } from "../events/work.ts";
import type { Store } from "../storage/store.ts";

/** What reacts to the events of a transaction before it commits: it writes what is owed into the same commit. */
export type Reaction = (work: Work) => Promise<void>;

/** What transactions are made of. */
export type TransactParts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly secret: Secret;
  /** What accounts may use; none: as much as they like. */
  readonly quotas?: Quotas;
  /** When it is told that a document can be downloaded; at the end unless said. */
  readonly downloadable?: Work["downloadable"];
  readonly reactions: readonly Reaction[];
  /** Called after the commit with the loops that have new work, and the accounts that something happened to. */
  readonly wake: (loops: ReadonlySet<"jobs" | "deliveries">, accountIds: ReadonlySet<string>) => void;
  /** Called after the commit with each event that happened in it. */
  readonly count?: (type: EventType) => void;
};

/** The one way to change anything: the change, its events and what they owe are one commit; after it the loops are woken. */
export function makeTransact({
  store,
  clock,
  secret,
  quotas = noQuotas,
  downloadable = "end",
  reactions,
  wake,
  count,
}: TransactParts): Transact {
  return async (change, actor = theHouse) => {
    let wakes: ReadonlySet<"jobs" | "deliveries"> = new Set();
    let accountIds: ReadonlySet<string> = new Set();
    let happened: Work["happened"] = [];
    const result = await store.transact(async (tx) => {
      const work: Work = {
        tx,
        kind: store.kind,
        at: clock(),
        now: store.now,
        position: store.position,
        secret,
        quotas,
        downloadable,
        actor,
        happened: [],
        heard: new Set(),
        letters: [],
        notices: [],
        wakes: new Set(),
      };
      const answer = await change(work);
      for (const reaction of reactions) await reaction(work);
      wakes = work.wakes;
      happened = work.happened;
      accountIds = new Set([...work.happened.map(({ accountId }) => accountId), ...work.heard]);
      return answer;
    });
    wake(wakes, accountIds);
    for (const { type } of happened) count?.(type);
    return result;
  };
}
