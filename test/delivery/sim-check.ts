import type { AttemptRow, DeliveryRow, EventRow } from "../../src/storage/promise-tables.ts";
import type { Process } from "./sim-process.ts";
import type { Post } from "./sim-receiver.ts";
import { checkBreaker, checkRoads, checkWaits } from "./sim-roads.ts";
import type { Aftermath } from "./sim-stage.ts";
import { schedule } from "./sim-world.ts";

/** What was promised, what is written and what arrived. */
export type Books = Aftermath & {
  readonly events: readonly EventRow[];
  readonly deliveries: readonly DeliveryRow[];
  /** By delivery, in their order. */
  readonly attempts: ReadonlyMap<string, readonly AttemptRow[]>;
  readonly posts: ReadonlyMap<string, readonly Post[]>;
  /** Endpoints whose owners are told by letter. */
  readonly alerted: ReadonlySet<string>;
  /** By name. */
  readonly workers: ReadonlyMap<string, Process>;
};

/** Opens the books of a seed that is over. */
export async function openBooks(aftermath: Aftermath): Promise<Books> {
  const { world, processes } = aftermath;
  const { read } = world.store;
  const attempts = await read.selectFrom("attempts").selectAll().orderBy("n").execute();
  const alerts = await read.selectFrom("jobs").select("payload_json").where("kind", "=", "alert").execute();
  return {
    ...aftermath,
    events: await read.selectFrom("events").selectAll().orderBy("seq").execute(),
    deliveries: await read.selectFrom("deliveries").selectAll().execute(),
    attempts: Map.groupBy(attempts, (row) => row.delivery_id),
    posts: Map.groupBy(world.receiver.posts, (post) => post.deliveryId),
    alerted: new Set(
      aftermath.endpoints.filter((name) => alerts.some((row) => row.payload_json.includes(`"${name}"`))),
    ),
    workers: new Map(processes.map((process) => [process.name, process])),
  };
}

/** Compares the books; answers what does not fit, in words. */
export function checkBooks(books: Books): readonly string[] {
  return [
    ...checkChanges(books),
    ...checkSequences(books),
    ...books.deliveries.flatMap((delivery) => checkDelivery(books, delivery)),
    ...checkRoads(books),
    ...checkWaits(books),
    ...checkBreaker(books),
  ];
}

function checkChanges({ changes, events, deliveries, world }: Books): readonly string[] {
  const written = new Map(events.map((event) => [event.message ?? "", event]));
  return changes.flatMap(({ marks, endpoints, outcome }) =>
    marks.flatMap((mark) => {
      const event = written.get(mark);
      const isTold = world.receiver.posts.some(({ body }) => body.includes(mark));
      if (outcome === "rolled back" && (event || isTold)) return [`I2: ${mark} was rolled back and is told`];
      if (outcome === "committed" && !event) return [`I1: ${mark} was committed and is not written`];
      if (!event) return isTold ? [`I2: ${mark} is not written and is told`] : [];
      const owed = deliveries.filter(({ event_id, replay_no }) => event_id === event.event_id && replay_no === 0);
      const to = owed.map(({ endpoint_id }) => endpoint_id).toSorted();
      return to.join() === endpoints.toSorted().join()
        ? []
        : [`I1: ${mark} is owed to ${to.join()}, not ${endpoints.join()}`];
    }),
  );
}

function checkSequences({ events }: Books): readonly string[] {
  return [...Map.groupBy(events, ({ request_id }) => request_id)].flatMap(([request, list]) =>
    request === null || list.every(({ seq }, index) => seq === index + 1)
      ? []
      : [`${request}: its events are numbered ${list.map(({ seq }) => seq).join()}`],
  );
}

function checkDelivery(books: Books, delivery: DeliveryRow): readonly string[] {
  const { delivery_id: id, endpoint_id: endpoint, state, tries, single_attempt: isSingle } = delivery;
  const name = `${endpoint} ${delivery.request_id} ${delivery.seq}`;
  const attempts = books.attempts.get(id) ?? [];
  const posts = books.posts.get(id) ?? [];
  const wrong: string[] = [];
  if (state === "pending") wrong.push(`I1, I5: ${name} is left pending`);
  if (state === "skipped" && !books.skipped.has(endpoint)) wrong.push(`I1: ${name} was skipped by nobody`);
  if (state === "delivered" && !posts.some(({ acked, way }) => acked && way === "ack"))
    wrong.push(`I3: ${name} was never acknowledged`);
  if ((state === "delivered") !== (attempts.at(-1)?.outcome === "acked"))
    wrong.push(`I3: ${name} is ${state} and its last attempt ${attempts.at(-1)?.outcome}`);
  if (state === "exhausted" && tries !== (isSingle === 1 ? 1 : schedule.length + 1))
    wrong.push(`I1: ${name} was given up after ${tries} tries`);
  if (state === "exhausted" && isSingle === 0 && !books.alerted.has(endpoint))
    wrong.push(`${name} was given up and nobody is told`);
  if (attempts.length !== tries || attempts.some(({ n }, index) => n !== index + 1))
    wrong.push(`I6: ${name} has attempts ${attempts.map(({ n }) => n).join()} and ${tries} tries`);
  if (new Set(posts.map(({ body }) => body)).size > 1) wrong.push(`I4: ${name} came with other bytes`);
  return [...wrong, ...checkRepeats(books, { name, posts, attempts, state })];
}

type Named = {
  readonly name: string;
  readonly posts: readonly Post[];
  readonly attempts: readonly AttemptRow[];
  readonly state: string;
};

/** Only trouble of the worker makes an attempt twice, once for each trouble; an attempt that was settled is not made again. */
function checkRepeats({ processes, world }: Books, { name, posts, attempts, state }: Named): readonly string[] {
  const troubles = processes.filter(({ wasKilled, frozenAt }) => wasKilled || frozenAt !== null).length;
  // Where two share a database, a clock that leaps forward ends the leases of both.
  const most = 1 + troubles + (world.shared && world.wasAhead ? 2 : 0);
  return [...Map.groupBy(posts, ({ attempt }) => attempt)].flatMap(([attempt, list]) => {
    if (list.length > most) return [`I4: ${name} was tried ${list.length} times as attempt ${attempt}`];
    // Somebody may skip what a worker holds that has lost its lease.
    return attempt > attempts.length && state !== "skipped"
      ? [`I9: ${name} was tried as attempt ${attempt} of ${attempts.length}`]
      : [];
  });
}
