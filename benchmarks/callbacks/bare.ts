import type { Contesting } from "./contestant.ts";
import { openPeer } from "./peer.ts";

/** The business change alone, nothing owed to anybody: what no engine can go below. */
export const bare: Contesting = {
  settings: ["the row of the request in a transaction of its own, no event, no delivery"],
  open: async (ground) => {
    const peer = await openPeer(ground);
    return {
      enqueue: (order) => peer.transact(order, async () => {}),
      start: async () => {},
      stop: async () => {},
      close: peer.close,
      attempts: peer.attempts,
    };
  },
};
