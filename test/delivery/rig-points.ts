import { AsyncLocalStorage } from "node:async_hooks";
import type { KyselyPlugin } from "kysely";
import type { Outbound } from "../../src/http/outbound.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Deed, Line, OwnPoint } from "./rig-orders.ts";

/** Kills this very process where it is armed to. */
export type Fuse = {
  readonly arm: (point: OwnPoint, skip: number) => void;
  /** `change`: the change that is being made there. */
  readonly pass: (point: OwnPoint, change?: string | null) => void;
};

/** What the rig itself is doing in a transaction: the engine's own deeds are known by their statements. */
export const doing = new AsyncLocalStorage<{ readonly deed: Deed; readonly change: string | null }>();

/** Opens a fuse that writes the point down and then dies at it, after passing it `skip` times. */
export function openFuse(tell: (line: Line) => void): Fuse {
  let armed: { readonly point: OwnPoint; left: number } | null = null;
  return {
    arm(point, skip) {
      armed = { point, left: skip };
    },
    pass(point, change = null) {
      if (armed?.point !== point) return;
      armed.left -= 1;
      if (armed.left >= 0) return;
      tell({ tell: "hit", point, change });
      process.kill(process.pid, "SIGKILL");
      // Nothing more happens here, however long the signal takes.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  };
}

type Wiring = { readonly fuse: Fuse; readonly tell: (line: Line) => void };

/** The store, with kill points before and after each commit; what is committed is told before anything else happens. */
export function wireStore(store: Store, { fuse, tell }: Wiring): Store {
  return {
    kind: store.kind,
    read: store.read,
    get now() {
      return store.now;
    },
    position: store.position,
    horizon: store.horizon,
    wakes: store.wakes,
    ready: store.ready,
    close: store.close,
    async transact(change, options) {
      const ours = doing.getStore();
      const deeds = new Set<Deed>();
      const value = await store.transact(async (tx) => {
        deeds.clear();
        if (ours) deeds.add(ours.deed);
        const answer = await change(ours ? tx : tx.withPlugin(watching(deeds)));
        for (const deed of deeds) fuse.pass(`before the commit of ${deed}`, ours?.change);
        return answer;
      }, options);
      if (ours?.change && Array.isArray(value)) tell({ tell: "committed", change: ours.change, seqs: value });
      if (deeds.has("a settlement")) tell({ tell: "settled", pid: process.pid });
      for (const deed of deeds) fuse.pass(`after the commit of ${deed}`, ours?.change);
      return value;
    },
  };
}

/** The way out, with a kill point after each answer. */
export function wireOutbound(outbound: Outbound, { fuse }: Pick<Wiring, "fuse">): Outbound {
  return {
    ...outbound,
    async request(asked) {
      const result = await outbound.request(asked);
      fuse.pass("after the answer, before the settlement");
      return result;
    },
  };
}

const signs: readonly (readonly [Deed, RegExp])[] = [
  ["a claim", /update deliveries\s+set leased = 1/],
  ["a settlement", /update deliveries set state = v\.state/],
  ["a give-back", /update deliveries set leased = 0/],
];

/** Knows the engine's deeds by their statements. A claim that took nothing is none. */
function watching(deeds: Set<Deed>): KyselyPlugin {
  const claims = new WeakSet<object>();
  return {
    transformQuery({ node, queryId }) {
      const text = node.kind === "RawNode" ? node.sqlFragments.join("?") : "";
      const deed = signs.find(([, sign]) => sign.test(text))?.[0];
      if (deed === "a claim") claims.add(queryId);
      else if (deed) deeds.add(deed);
      return node;
    },
    async transformResult({ result, queryId }) {
      if (claims.has(queryId) && result.rows.length > 0) deeds.add("a claim");
      return result;
    },
  };
}
