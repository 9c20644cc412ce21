import { type Contesting, postsAtOnce } from "./contestant.ts";
import { type Due, objectOf } from "./payload.ts";
import { openPost } from "./peer.ts";

/** What one process can post at all: undici from memory, nothing stored, nothing to lose. */
export const limit: Contesting = {
  settings: [`${postsAtOnce} posts at once from an array in memory, the same bytes, hashes and check of the answer`],
  open: async ({ receiverUrl }) => {
    const post = openPost(receiverUrl);
    const waiting: Due[] = [];
    let underWay = 0;
    let acked = 0;
    let isOpen = false;
    let idle = Promise.withResolvers<void>();

    function go(): void {
      while (isOpen && underWay < postsAtOnce) {
        const due = waiting.pop();
        if (!due) break;
        underWay += 1;
        void post.send(due).then(({ outcome }) => {
          underWay -= 1;
          if (outcome === "acked") acked += 1;
          go();
        });
      }
      if (underWay === 0) idle.resolve();
    }

    return {
      enqueue: async (order) => {
        const stored = { key: order.requestId, lane: order.lane, at: Date.now(), object: objectOf(order) };
        waiting.push({ stored, tries: 0 });
        if (isOpen) go();
      },
      start: async () => {
        isOpen = true;
        go();
      },
      stop: async () => {
        isOpen = false;
        idle = Promise.withResolvers();
        go();
        await idle.promise;
      },
      close: () => post.close(),
      attempts: async () => acked,
    };
  },
};
