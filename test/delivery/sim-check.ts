import type { AttemptRow, DeliveryRow, EventRow } from "../../src/storage/promise-tables.ts";
import type { Post } from "./sim-receiver.ts";
import type { Aftermath } from "./sim-story.ts";
import { schedule } from "./sim-world.ts";

type Books = Aftermath & {
  readonly events: readonly EventRow[];
  readonly deliveries: readonly DeliveryRow[];
  readonly attempts: ReadonlyMap<string, readonly AttemptRow[]>;
  readonly posts: ReadonlyMap<string, readonly Post[]>;
};

/** Compares what was promised, what is written and what arrived; answers what does not fit, in words. */
export async function checkAftermath(aftermath: Aftermath): Promise<readonly string[]> {
  const { read } = aftermath.world.store;
  const attempts = await read.selectFrom("attempts").selectAll().orderBy("n").execute();
  const books: Books = {
    ...aftermath,
    events: await read.selectFrom("events").selectAll().orderBy("seq").execute(),
    deliveries: await read.selectFrom("deliveries").selectAll().execute(),
    attempts: Map.groupBy(attempts, (row) => row.delivery_id),
    posts: Map.groupBy(aftermath.world.receiver.posts, (post) => post.deliveryId),
  };
  const alerts = await read.selectFrom("jobs").select("job_id").where("kind", "=", "alert").execute();
  const isOwed = books.deliveries.some(({ state }) => state === "exhausted");
  return [
    ...checkChanges(books),
    ...checkSequences(books),
    ...books.deliveries.flatMap((delivery) => checkDelivery(books, delivery)),
    ...checkRoads(books),
    ...(isOwed && alerts.length === 0 ? ["nobody is told of what was given up"] : []),
  ];
}

function checkChanges({ changes, events, deliveries, world }: Books): readonly string[] {
  const written = new Map(events.map((event) => [event.message ?? "", event]));
  return changes.flatMap(({ marks, outcome }) =>
    marks.flatMap((mark) => {
      const event = written.get(mark);
      const isTold = world.receiver.posts.some(({ body }) => body.includes(mark));
      if (outcome === "rolled back" && (event || isTold)) return [`I2: ${mark} was rolled back and is told`];
      if (outcome === "committed" && !event) return [`I1: ${mark} was committed and is not written`];
      const isOwed = deliveries.some(({ event_id }) => event_id === event?.event_id);
      return event && !isOwed ? [`I1: ${mark} is owed to nobody`] : [];
    }),
  );
}

function checkSequences({ events }: Books): readonly string[] {
  return [...Map.groupBy(events, ({ request_id }) => request_id)].flatMap(([request, list]) =>
    list.every(({ seq }, index) => seq === index + 1)
      ? []
      : [`${request}: its events are numbered ${list.map(({ seq }) => seq).join()}`],
  );
}

function checkDelivery(books: Books, delivery: DeliveryRow): readonly string[] {
  const { delivery_id: id, state, tries } = delivery;
  const name = `${delivery.endpoint_id} ${delivery.request_id} ${delivery.seq}`;
  const attempts = books.attempts.get(id) ?? [];
  const posts = books.posts.get(id) ?? [];
  const wrong: string[] = [];
  if (state === "pending") wrong.push(`I1, I5: ${name} is left pending`);
  if (state === "delivered" && !posts.some(({ acked }) => acked)) wrong.push(`I3: ${name} was never acknowledged`);
  if (state === "delivered" && attempts.at(-1)?.outcome !== "acked")
    wrong.push(`I3: ${name} is delivered by no attempt`);
  if (state === "exhausted" && tries !== schedule.length + 1)
    wrong.push(`I1: ${name} was given up after ${tries} tries`);
  if (attempts.length !== tries || attempts.some(({ n }, index) => n !== index + 1))
    wrong.push(`I6: ${name} has attempts ${attempts.map(({ n }) => n).join()} and ${tries} tries`);
  if (new Set(posts.map(({ body }) => body)).size > 1) wrong.push(`I4: ${name} came with other bytes`);
  return [
    ...wrong,
    ...checkRepeats(books, { name, posts, attempts }),
    ...(books.world.wasAhead ? [] : checkLadder({ name, posts })),
  ];
}

type Named = { readonly name: string; readonly posts: readonly Post[] };

/** Only trouble of the worker makes an attempt twice, and an attempt that was settled is not made again. */
function checkRepeats(
  { processes, world }: Books,
  { name, posts, attempts }: Named & { readonly attempts: readonly AttemptRow[] },
): readonly string[] {
  // Where two share a database, a clock that leaps forward ends the leases of both.
  const troubled =
    (world.shared && world.wasAhead) || processes.some(({ isAlive, wasFrozen }) => !isAlive || wasFrozen);
  return [...Map.groupBy(posts, ({ attempt }) => attempt)].flatMap(([attempt, list]) => {
    if (list.length > 1 && !troubled) return [`I4: ${name} was tried ${list.length} times as attempt ${attempt}`];
    return attempt > attempts.length ? [`I9: ${name} was tried as attempt ${attempt} of ${attempts.length}`] : [];
  });
}

/** The receiver is asked again no sooner than the ladder says. A clock that was set forward shortens waits. */
function checkLadder({ name, posts }: Named): readonly string[] {
  return posts.flatMap((post) => {
    const before = posts.filter(({ attempt, begun }) => attempt === post.attempt - 1 && begun < post.begun).at(0);
    const step = schedule[post.attempt - 2];
    if (!before || step === undefined || post.begun - before.begun >= step) return [];
    return [`ladder: ${name} attempt ${post.attempt} came after ${post.begun - before.begun} ms`];
  });
}

/** Per endpoint and request one at a time; a strict endpoint hears nothing before all earlier ones have ended. */
function checkRoads({ world, strict, processes, deliveries }: Books): readonly string[] {
  const frozen = new Set(processes.filter(({ wasFrozen }) => wasFrozen).map(({ name }) => name));
  const diedAt = new Map(processes.filter(({ isAlive }) => !isAlive).map(({ name }) => [name, true]));
  const steady = world.receiver.posts.filter(({ worker }) => !frozen.has(worker));
  const roads = Map.groupBy(steady, ({ endpoint, request }) => `${endpoint} ${request}`);
  const replayed = new Set(deliveries.filter(({ replay_no }) => replay_no > 0).map(({ delivery_id }) => delivery_id));
  return [...roads].flatMap(([road, posts]) => {
    const overlaps = posts.some((post, index) =>
      posts
        .slice(0, index)
        .some((other) => other.worker === post.worker && !diedAt.has(other.worker) && (other.ended ?? 0) > post.begun),
    );
    const isStrict = strict.includes(road.split(" ")[0] ?? "");
    const firsts = posts
      .filter(({ deliveryId, attempt }) => attempt === 1 && !replayed.has(deliveryId))
      .map(({ seq }) => seq);
    const inOrder = firsts.every((seq, index) => index === 0 || seq >= (firsts[index - 1] ?? 0));
    return [
      ...(overlaps ? [`I7: two at once for ${road}`] : []),
      ...(isStrict && frozen.size === 0 && !inOrder ? [`I7: ${road} heard ${firsts.join()}`] : []),
    ];
  });
}
