import { limits } from "../../src/base/limits.ts";
import type { AttemptRow, DeliveryRow } from "../../src/storage/promise-tables.ts";
import type { Store } from "../../src/storage/store.ts";
import { account, type Change, type Line, type RigEndpoint, signer } from "./rig-orders.ts";
import type { Post } from "./rig-receiver.ts";

/** A promise of the engine that was broken: its number in the suite (I1 to I9), and what was found. */
export type Violation = { readonly law: string; readonly words: string };

/** What both sides have written down, once everything that could go has gone. */
export type Books = {
  readonly store: Store;
  readonly lines: readonly Line[];
  readonly posts: readonly Post[];
  readonly endpoints: readonly RigEndpoint[];
  readonly schedule: readonly number[];
  /** How often a worker died, froze, or lost its database: as often may an attempt be made again. */
  readonly losses: number;
  /**
   * Where two attempts of one request may be under way at once: `everywhere` when a worker was frozen, or a database lost what it
   * had claimed, so that its attempt goes on after its lease; at best-effort endpoints, out of sequence too, when a clock
   * jumped, for that ends leases. The order of what arrives first at a strict endpoint is always kept.
   */
  readonly mayOverlap?: "everywhere" | "best_effort";
};

type Case = Books & {
  readonly deliveries: readonly DeliveryRow[];
  readonly attempts: ReadonlyMap<string, readonly AttemptRow[]>;
  readonly postsOf: ReadonlyMap<string, readonly Post[]>;
};

/** Compares the ledgers of the producer and of the receiver with what the engine has written down. Empty: all is well. */
export async function reckon(books: Books): Promise<readonly Violation[]> {
  const deliveries = await books.store.read.selectFrom("deliveries").selectAll().execute();
  const attempts = await books.store.read.selectFrom("attempts").selectAll().orderBy("n").execute();
  const one: Case = {
    ...books,
    deliveries,
    attempts: Map.groupBy(attempts, (row) => row.delivery_id),
    postsOf: Map.groupBy(books.posts, ({ deliveryId }) => deliveryId),
  };
  return [
    ...(await committedArrives(one)),
    ...undoneStays(one),
    ...deliveredWasAcked(one),
    ...repeatsAreBounded(one),
    ...(await nothingLeft(one)),
    ...attemptsAreWhole(one),
    ...inSequence(one),
    ...fenceHolds(one),
  ];
}

const broken = (law: string) => (words: string) => ({ law, words });

async function committedArrives({ store, lines, endpoints, deliveries, postsOf, attempts, schedule }: Case) {
  const events = await store.read
    .selectFrom("events")
    .select(["event_id", "account_id", "request_id", "seq"])
    .where("request_id", "is not", null)
    .execute();
  const eventOf = new Map(events.map((row) => [`${row.account_id} ${row.request_id} ${row.seq}`, row.event_id]));
  const deliveryOf = new Map(deliveries.map((row) => [`${row.event_id} ${row.endpoint_id} ${row.replay_no}`, row]));
  const begun = new Map(lines.flatMap((line) => (line.tell === "begun" ? [[line.change, line] as const] : [])));
  const wrong: string[] = [];
  for (const line of lines) {
    if (line.tell !== "committed") continue;
    const change = begun.get(line.change);
    if (!change) continue;
    for (const seq of line.seqs)
      for (const { id, isSigners } of concerned(endpoints, change)) {
        const whose = isSigners ? signer.id : account.id;
        const row = deliveryOf.get(`${eventOf.get(`${whose} ${change.request} ${seq}`)} ${id} 0`);
        const about = `${line.change}, sequence ${seq}, to ${id}`;
        if (!row) wrong.push(`${about}: committed, and owed to nobody`);
        else if (row.state === "exhausted" && attempts.get(row.delivery_id)?.length !== schedule.length + 1)
          wrong.push(`${about}: given up without all its attempts`);
        else if (row.state !== "exhausted" && !postsOf.get(row.delivery_id)?.some(({ answer }) => answer === "acked"))
          wrong.push(`${about}: ${row.state}, and never accepted`);
      }
  }
  const requests = await store.read.selectFrom("signature_requests").select(["request_id", "last_seq"]).execute();
  const counts = Map.groupBy(events, (row) => `${row.account_id} ${row.request_id}`);
  for (const { request_id: id, last_seq: last } of requests)
    for (const whose of [account.id, signer.id]) {
      const count = counts.get(`${whose} ${id}`)?.length ?? 0;
      if (count !== last) wrong.push(`${id}: ${last} changes, ${count} events of ${whose}`);
    }
  return wrong.map(broken("I1"));
}

function concerned(endpoints: readonly RigEndpoint[], { client }: Change): readonly RigEndpoint[] {
  return endpoints.filter((endpoint) => endpoint.client === null || endpoint.client === client);
}

function undoneStays({ lines, posts }: Case): readonly Violation[] {
  const known = new Set<string>();
  const undone = new Set<string>();
  for (const line of lines) {
    if (line.tell === "begun") known.add(line.change);
    if (line.tell === "undone") undone.add(line.change);
    if (line.tell === "hit" && line.point === "before the commit of an event" && line.change) undone.add(line.change);
  }
  return posts
    .filter(({ change }) => change !== null && (undone.has(change) || !known.has(change)))
    .map(({ change }) => broken("I2")(`${change} was undone, and posted`));
}

function deliveredWasAcked({ deliveries, postsOf }: Case): readonly Violation[] {
  return deliveries
    .filter(({ state }) => state === "delivered")
    .filter(({ delivery_id: id }) => !postsOf.get(id)?.some(({ answer }) => answer === "acked"))
    .map(({ delivery_id: id }) => broken("I3")(`${id} is delivered, and was never acknowledged`));
}

function repeatsAreBounded({ posts, postsOf, losses }: Case): readonly Violation[] {
  const wrong: string[] = [];
  let repeats = 0;
  for (const [id, all] of postsOf) {
    if (new Set(all.map(({ hash, eventId }) => `${hash} ${eventId}`)).size !== 1)
      wrong.push(`${id} came in two versions`);
    // A kept connection that ends unanswered looks like one that had ended before: that POST goes out once more.
    const counted = all.filter(({ answer }) => answer !== "reset");
    for (const [attempt, same] of Map.groupBy(counted, (post) => post.attempt)) {
      repeats += same.length - 1;
      if (same.length > 1 + losses) wrong.push(`attempt ${attempt} of ${id} came ${same.length} times`);
    }
  }
  if (repeats > losses * limits.deliveriesInHands) wrong.push(`${repeats} of ${posts.length} are repeats`);
  return wrong.map(broken("I4"));
}

async function nothingLeft({ store, deliveries }: Case): Promise<readonly Violation[]> {
  const rows = await store.read.selectFrom("endpoints").select(["endpoint_id", "state"]).execute();
  const open = new Set(rows.filter(({ state }) => state === "active").map((row) => row.endpoint_id));
  return deliveries
    .filter((row) => row.state === "pending" && open.has(row.endpoint_id))
    .map((row) => broken("I5")(`${row.delivery_id} is left behind after ${row.tries} tries`));
}

function attemptsAreWhole({ deliveries, attempts, postsOf }: Case): readonly Violation[] {
  const wrong: string[] = [];
  for (const { delivery_id: id, tries, state } of deliveries) {
    const rows = attempts.get(id) ?? [];
    const numbers = rows.map(({ n }) => n).join();
    if (numbers !== Array.from({ length: tries }, (_, n) => n + 1).join())
      wrong.push(`${id} has the attempts ${numbers} after ${tries} tries`);
    const acked = rows.filter(({ outcome }) => outcome === "acked");
    if (acked.length !== (state === "delivered" ? 1 : 0))
      wrong.push(`${id} is ${state}, acknowledged ${acked.length} times`);
    for (const { n } of acked)
      if (!postsOf.get(id)?.some(({ attempt, answer }) => attempt === n && answer === "acked"))
        wrong.push(`attempt ${n} of ${id} is acknowledged, not so in the receiver's ledger`);
  }
  return wrong.map(broken("I6"));
}

function inSequence({ endpoints, posts, deliveries, attempts, mayOverlap }: Case): readonly Violation[] {
  const originals = new Set(deliveries.filter((row) => row.replay_no === 0).map((row) => row.delivery_id));
  const strict = new Set(endpoints.filter(({ ordering }) => ordering === "strict").map(({ id }) => id));
  const told = posts.filter(({ requestId }) => requestId !== null);
  const wrong: string[] = [];
  for (const [line, all] of Map.groupBy(told, ({ endpoint, requestId }) => `${endpoint} ${requestId}`)) {
    const byArrival = all.toSorted((a, b) => a.from - b.from);
    const first = [...new Set(byArrival.filter((post) => originals.has(post.deliveryId)).map(({ seq }) => seq))];
    const hasFailed = all.some(
      ({ answer, deliveryId }) =>
        answer === "refused" || attempts.get(deliveryId)?.some(({ outcome }) => outcome !== "acked"),
    );
    const isStrict = strict.has(all[0]?.endpoint ?? "");
    const mayMix = !isStrict && (hasFailed || mayOverlap === "best_effort");
    if (!mayMix && first.join() !== first.toSorted((a, b) => a - b).join())
      wrong.push(`${line} came in the order ${first.join()}`);
    if (mayOverlap === "everywhere" || (mayOverlap && !isStrict)) continue;
    for (const [index, post] of byArrival.entries()) {
      const next = byArrival[index + 1];
      // Of an attempt that was broken off the receiver may hear late.
      if (next && post.answer !== "lost" && (post.until ?? 0) > next.from)
        wrong.push(`${line}: sequence ${next.seq} came while ${post.seq} was under way`);
    }
  }
  return wrong.map(broken("I7"));
}

/** Each attempt was made under a lease of its own, later than the one before, and none that the delivery never gave. */
function fenceHolds({ deliveries, attempts }: Case): readonly Violation[] {
  const wrong: string[] = [];
  for (const { delivery_id: id, lease_no: last } of deliveries) {
    const leases = (attempts.get(id) ?? []).map((row) => row.lease_no);
    if (leases.some((lease, index) => lease > last || lease <= (leases[index - 1] ?? 0)))
      wrong.push(`${id} has attempts under the leases ${leases.join()} of ${last}`);
  }
  return wrong.map(broken("I9"));
}
