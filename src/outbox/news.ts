import { limits } from "../base/limits.ts";
import type { Wakes } from "../storage/store.ts";

/**
 * Says of accounts that something of theirs has changed, to whoever looks at it just now. It carries no more than that: who hears
 * it reads again. It may come late, twice or, between processes, not at all.
 */
export type News = {
  /** After a commit: events of these accounts happened, or deliveries of theirs ended. */
  readonly tell: (accountIds: Iterable<string>) => void;
  /** Calls `hear` whenever something of an account has changed, until the answered function is called. */
  readonly follow: (accountId: string, hear: () => void) => () => void;
};

const prefix = "news ";
const everybody = "*";

/** Opens the news of this process; with `wakes` the other processes on the same database tell and hear them too. */
export function openNews(wakes: Pick<Wakes, "announce" | "onAnnounced"> | null): News {
  const followers = new Map<string, Set<() => void>>();
  let gathered = new Set<string>();
  let isSending = false;

  const hearHere = (accountId: string) => {
    const those = accountId === everybody ? [...followers.values()] : [followers.get(accountId) ?? new Set()];
    for (const one of those) for (const hear of one) hear();
  };

  const send = () => {
    const names = gathered.size > limits.newsNames ? [everybody] : [...gathered];
    gathered = new Set();
    isSending = false;
    wakes?.announce(new Set(names.map((name) => prefix + name)));
  };

  wakes?.onAnnounced((name) => {
    if (name.startsWith(prefix)) hearHere(name.slice(prefix.length));
  });

  return {
    tell(accountIds) {
      for (const accountId of accountIds) {
        hearHere(accountId);
        if (wakes !== null) gathered.add(accountId);
      }
      if (gathered.size === 0 || isSending) return;
      isSending = true;
      setTimeout(send, limits.newsGatherMs).unref();
    },
    follow(accountId, hear) {
      const those = followers.get(accountId) ?? new Set();
      followers.set(accountId, those.add(hear));
      return () => {
        those.delete(hear);
        if (those.size === 0) followers.delete(accountId);
      };
    },
  };
}
