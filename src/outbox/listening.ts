import { sql } from "kysely";
import type { Db, Store } from "../storage/store.ts";
import { type ClaimedDelivery, claimedOf, takeDue } from "./deliveries.ts";

/** Who listens, and how much it takes. */
export type ListenerClaim = {
  readonly endpointId: string;
  readonly workerId: string;
  readonly leaseMs: number;
  readonly room: number;
  /** What the listener has in hand, when it says so: what else was handed to it never arrived, and is handed out again at once. */
  readonly inHand: readonly string[] | null;
};

/** Takes due deliveries for a listener, in the order of `claimDeliveries`. The engine leaves them alone: they have no address. */
export async function claimForListener(
  store: Store,
  { endpointId, workerId, leaseMs, room, inHand }: ListenerClaim,
): Promise<readonly ClaimedDelivery[]> {
  return store.transact(
    async (tx) => {
      const lock = store.kind === "postgres" ? sql`for no key update` : sql``;
      await sql`select 1 from endpoints where endpoint_id = ${endpointId} ${lock}`.execute(tx);
      if (inHand !== null) {
        const kept = inHand.length === 0 ? sql`` : sql`and delivery_id not in (${sql.join(inHand)})`;
        await sql`
          update deliveries set leased = 0, next_at = ${store.now}
          where endpoint_id = ${endpointId} and state = 'pending' and leased = 1 ${kept}`.execute(tx);
      }
      const takings = [{ endpoint_id: endpointId, room, strict: 0 }];
      return (await takeDue(tx, { store, takings, workerId, leaseMs })).map((row) => claimedOf(row, false));
    },
    { durability: "lazy" },
  );
}

/** A delivery in a listener's hands, if this is its lease. */
export async function findClaimed(
  db: Db,
  {
    deliveryId,
    leaseNo,
    endpointId,
  }: { readonly deliveryId: string; readonly leaseNo: number; readonly endpointId: string },
): Promise<ClaimedDelivery | null> {
  const row = await db
    .selectFrom("deliveries")
    .selectAll()
    .where("delivery_id", "=", deliveryId)
    .where("endpoint_id", "=", endpointId)
    .where("lease_no", "=", leaseNo)
    .where("state", "=", "pending")
    .executeTakeFirst();
  return row ? claimedOf(row, false) : null;
}
