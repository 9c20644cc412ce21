import type { Lane, Store } from "./store.ts";

/** The same database; its transactions take the connections of this lane unless they say another. */
export function onLane(store: Store, lane: Lane): Store {
  return {
    ...store,
    // Worked out anew each time.
    get now() {
      return store.now;
    },
    transact: (change, options) => store.transact(change, { lane, ...options }),
  };
}
