import { limits } from "../../src/base/limits.ts";
import type { Books } from "./sim-check.ts";
import { isAnswered, type Post, retryAfter } from "./sim-receiver.ts";
import { count, schedule, type World } from "./sim-world.ts";

/** Per endpoint and request one at a time, the earlier before the later, and where the order is strict nothing before all earlier have ended. */
export function checkRoads(books: Books): readonly string[] {
  const { deliveries, strict, world } = books;
  const again = new Set(deliveries.filter(({ replay_no }) => replay_no > 0).map(({ delivery_id }) => delivery_id));
  const told = world.receiver.posts.filter(({ request }) => request !== "");
  const roads = Map.groupBy(told, ({ endpoint, request }) => `${endpoint} ${request}`);
  return [...roads].flatMap(([road, posts]) => {
    const isStrict = strict.includes(posts[0]?.endpoint ?? "");
    const owed = posts.filter(({ deliveryId }) => !again.has(deliveryId));
    const pairs = owed.flatMap((later, index) => owed.slice(0, index).map((earlier) => [earlier, later] as const));
    const isAhead = ([earlier, later]: readonly [Post, Post]) =>
      later.seq < earlier.seq && (isStrict || isFirst(later, posts)) && !isExcused(books, { earlier, later });
    if (isStrict && posts.some(({ attempt }) => attempt > 1) && new Set(owed.map(({ seq }) => seq)).size > 1)
      count(world.met, "strict roads that waited");
    return [
      ...findOverlaps(books, posts).map((at) => `I7: two at once for ${road} at ${at}`),
      ...pairs.filter(isAhead).map(([a, b]) => `I7: ${road} heard ${a.seq} at ${a.begun} and ${b.seq} at ${b.begun}`),
    ];
  });
}

function isFirst({ deliveryId, begun }: Post, posts: readonly Post[]): boolean {
  return !posts.some((other) => other.deliveryId === deliveryId && other.begun < begun);
}

function findOverlaps(books: Books, posts: readonly Post[]): readonly number[] {
  return posts.flatMap((later, index) =>
    posts
      .slice(0, index)
      .filter((earlier) => (earlier.ended ?? Infinity) > later.begun && !isExcused(books, { earlier, later }))
      .map(() => later.begun),
  );
}

type Pair = { readonly earlier: Post; readonly later: Post };

/** A worker that was dead or frozen had lost its lease to another; where two share a database, a clock that leaps forward ends leases. */
function isExcused({ workers, world }: Books, { earlier, later }: Pair): boolean {
  const [one, other] = [workers.get(earlier.worker), workers.get(later.worker)];
  if (one !== other && one?.wasKilled && (one.diedAt ?? Infinity) <= later.begun) return true;
  const isCold = [one, other].some((worker) => (worker?.frozenAt ?? Infinity) <= later.begun);
  return (isCold || world.wasAhead) && world.shared;
}

/** Each next attempt comes no sooner than the ladder and a busy receiver say, and where nothing is in its way no later. */
export function checkWaits(books: Books): readonly string[] {
  const { posts, world, processes } = books;
  if (world.wasAhead || (world.wasBack && processes.some(({ diedAt }) => diedAt !== null))) return [];
  return [...posts].flatMap(([, list]) =>
    list.flatMap((post) => {
      const before = list.filter(
        ({ attempt, ended }) => attempt === post.attempt - 1 && (ended ?? Infinity) <= post.begun,
      );
      const waited = before.map((one) => ({ is: post.begun - (one.ended ?? 0), least: leastWait(one) }));
      if (before.some(({ way }) => way === "busy")) count(world.met, "waits that a receiver asked for");
      const name = `${post.endpoint} ${post.request} ${post.seq} attempt ${post.attempt}`;
      if (waited.length > 0 && waited.every(({ is, least }) => is < least))
        return [`ladder: ${name} came after ${waited.map(({ is }) => is).join()} ms`];
      const [only] = before;
      return only && isCalm(books, post.endpoint) && isLate(world, { earlier: only, later: post })
        ? [`I5: ${name} came at ${post.begun}, the one before ended at ${only.ended}`]
        : [];
    }),
  );
}

function leastWait({ attempt, way }: Post): number {
  const step = schedule[attempt - 1] ?? 0;
  return Math.max(step, way === "busy" ? Math.min(retryAfter * 1000, 2 * step) : 0);
}

/** Nothing was wrong but receivers, and nobody did anything to the endpoint. */
function isCalm({ processes, held, strict, world, isFlooded }: Books, endpoint: string): boolean {
  if (isFlooded || world.timeoutMs > limits.slowAttemptMs) return false;
  if (
    processes.some(
      ({ diedAt, frozenAt, isLeaving }) => (diedAt !== null && !isLeaving) || isLeaving || frozenAt !== null,
    )
  )
    return false;
  return !(
    world.wasAhead ||
    world.wasBack ||
    held.has(endpoint) ||
    strict.includes(endpoint) ||
    breakerOf(world, endpoint)
  );
}

/** What a poll may add, and others of the request that were under way. */
function isLate({ receiver }: World, { earlier, later }: Pair): boolean {
  const due =
    (earlier.ended ?? 0) + Math.ceil(Math.max((schedule[earlier.attempt - 1] ?? 0) * 1.1, leastWait(earlier)));
  const before = receiver.posts.filter(
    ({ endpoint, request, begun, ended }) =>
      endpoint === later.endpoint && request === later.request && begun < later.begun && (ended ?? 0) > due,
  );
  const taken = before.reduce((sum, { begun, ended }) => sum + (ended ?? 0) - Math.max(begun, due), 0);
  return later.begun > due + limits.outboxPollMs + taken;
}

/** The attempt with which an endpoint's breaker opened, for that many in a row had reached nobody, and those until it closed. */
type Breaker = { readonly opening: Post; readonly probes: readonly Post[] };

function breakerOf({ receiver, shared }: World, name: string): Breaker | null {
  const posts = receiver.posts.filter(({ endpoint }) => endpoint === name);
  const ended = posts.toSorted((a, b) => a.endedAs - b.endedAs);
  let failures = 0;
  for (const opening of ended) {
    failures = isAnswered(opening) ? 0 : failures + 1;
    if (failures < limits.breakerFailures) continue;
    const closing = ended.find((one) => isAnswered(one) && one.endedAs > opening.endedAs);
    // Another worker may have claimed before this one wrote it down.
    const isAfter = ({ begun, begunAs }: Post) =>
      begunAs > opening.endedAs && (!shared || begun > (opening.ended ?? Infinity));
    const probes = posts.filter((post) => isAfter(post) && post.begunAs < (closing?.endedAs ?? Infinity));
    return { opening, probes };
  }
  return null;
}

/** While a breaker is open, one probe at a time goes out, each a wait after the one before. */
export function checkBreaker(books: Books): readonly string[] {
  const { endpoints, world, held, processes } = books;
  const isTroubled = processes.some(({ diedAt, frozenAt }) => diedAt !== null || frozenAt !== null);
  return endpoints.flatMap((endpoint) => {
    const breaker = breakerOf(world, endpoint);
    if (!breaker) return [];
    count(world.met, "breakers that opened");
    count(world.met, "probes that failed", breaker.probes.filter((post) => !isAnswered(post)).length);
    count(world.met, "probes that closed a breaker", breaker.probes.filter(isAnswered).length);
    if (isTroubled || held.has(endpoint) || world.wasAhead) return [];
    const waitMs = Math.min(limits.breakerWaitMs, limits.breakerWaitMostMs, ...schedule);
    const ends = [breaker.opening, ...breaker.probes].map(({ ended }) => ended ?? Infinity);
    return breaker.probes.flatMap(({ begun }, index) =>
      begun < (ends[index] ?? 0) + waitMs
        ? [`breaker: ${endpoint} was asked at ${begun}, ${ends[index]} was the last`]
        : [],
    );
  });
}
