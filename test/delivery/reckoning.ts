import assert from "node:assert/strict";
import { limits } from "../../src/base/limits.ts";
import type { Store } from "../../src/storage/store.ts";
import { type Arrival, isAcknowledged, type Ledger, tell } from "./ledger.ts";
import type { Promised, Teller } from "./stories.ts";
import type { Victim } from "./victim.ts";

/** Both ledgers, and the database when all is quiet. */
export type Books = Pick<Teller, "promised" | "unanswered" | "ledger" | "victim"> & { readonly store: Store };

const paths = ["/account", "/app"] as const;

/** Compares what was answered, what was heard and what is written down. Throws at the first thing that is not so. */
export async function reckon(books: Books): Promise<void> {
  const { promised, ledger } = books;
  for (const one of promised) {
    for (const path of paths) checkEvents(ledger, one, path);
    await checkState(books.victim, one);
  }
  checkCopies(ledger);
  checkRepeats(books);
  await checkStrangers(books);
  await checkRows(books);
}

/** Exactly the events of the story were acknowledged at a URL, numbered without gaps; both URLs heard the same ones. */
function checkEvents({ arrivals }: Ledger, { requestId, story, events, signatures }: Promised, path: string): void {
  const about = (at: string) => arrivals.filter((one) => one.requestId === requestId && one.path === at);
  const words = `${story} at ${path}: ${tell(arrivals, requestId)}`;
  const acknowledged = firstOfEach(about(path).filter(isAcknowledged));
  const expected = events.map(([type, index], at) => [at + 1, type, index === null ? null : signatures[index]]);

  assert.deepEqual(
    acknowledged.map(({ seq, type, related }) => [seq, type, related]),
    expected,
    words,
  );
  const eventIds = paths.map((at) => [...new Set(about(at).map(({ eventId }) => eventId))].toSorted());
  assert.deepEqual(eventIds[0], eventIds[1], words);
}

function firstOfEach(arrivals: readonly Arrival[]): readonly Arrival[] {
  const byEvent = new Map(arrivals.toReversed().map((one) => [one.eventId, one]));
  return [...byEvent.values()].toSorted((a, b) => a.seq - b.seq);
}

async function checkState({ server }: Victim, { requestId, story, ends }: Promised): Promise<void> {
  const { status, body } = await server.call("GET", `/signature_request/${requestId}`);
  if (ends === "canceled") return assert.equal(status, 410, story);
  const shown = body.signature_request as unknown as Readonly<Record<string, unknown>> | undefined;
  assert.equal(status, 200, story);
  assert.deepEqual(
    [shown?.is_complete, shown?.is_declined, shown?.has_error],
    [ends === "complete", ends === "declined", ends === "error"],
    story,
  );
}

/** Whatever comes again is the same: event, bytes and headers, but for the number of the attempt, its time and the signature over that. */
function checkCopies({ arrivals }: Ledger): void {
  for (const [first, ...again] of Map.groupBy(arrivals, ({ deliveryId }) => deliveryId).values()) {
    assert.ok(first);
    for (const copy of again) {
      assert.equal(copy.eventId, first.eventId);
      assert.ok(first.body.equals(copy.body), `${copy.type} ${copy.deliveryId} came again with other bytes`);
      assert.deepEqual(lasting(copy), lasting(first), `${copy.type} ${copy.deliveryId} came again with other headers`);
    }
  }
}

function lasting({ headers }: Arrival) {
  const passing = new Set(["countersign-attempt", "webhook-timestamp", "webhook-signature"]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !passing.has(name)));
}

/** What comes again after it was acknowledged was under way at a kill, and only so much can be under way. */
function checkRepeats({ ledger: { arrivals }, victim }: Books): void {
  const kills = [...victim.kills.values()].reduce((sum, count) => sum + count, 0);
  const seen = new Set<string>();
  let repeats = 0;
  for (const { deliveryId, answer } of arrivals) {
    if (seen.has(deliveryId)) repeats += 1;
    if (answer === "acknowledged") seen.add(deliveryId);
  }
  const bound = kills * paths.length * limits.callbacksInFlightPerEndpoint;
  assert.ok(repeats <= bound, `${repeats} repeats after ${kills} kills`);
}

/** Nothing was heard, and nothing exists, but what was answered and what may have been done before its answer was lost. */
async function checkStrangers({ ledger: { arrivals }, promised, unanswered, store }: Books): Promise<void> {
  const known = new Set(promised.map(({ requestId }) => requestId));
  const rows = await store.read.selectFrom("signature_requests").select(["request_id", "metadata_json"]).execute();
  const words = new Map(rows.map((row) => [row.request_id, (JSON.parse(row.metadata_json) as { word?: string }).word]));

  for (const { requestId, type } of arrivals) {
    if (requestId !== null) assert.ok(words.has(requestId), `${type} was heard of a request that does not exist`);
  }
  const strangers = rows.map((row) => row.request_id).filter((id) => !known.has(id));
  for (const id of strangers) assert.ok(unanswered.has(words.get(id) ?? ""), `${words.get(id)} exists unasked`);
  assert.equal(new Set(strangers.map((id) => words.get(id))).size, strangers.length, "one call made two requests");
  for (const id of known) assert.ok(words.has(id), `${id} was answered and does not exist`);
}

/** Everything is delivered, each delivery was truly acknowledged, attempts are numbered without gaps, no job is left. */
async function checkRows({ ledger: { arrivals }, store }: Books): Promise<void> {
  const acknowledged = new Set(arrivals.filter(isAcknowledged).map(({ deliveryId }) => deliveryId));
  const deliveries = await store.read.selectFrom("deliveries").selectAll().execute();
  const attempts = await store.read.selectFrom("attempts").selectAll().orderBy("n").execute();
  const numbers = Map.groupBy(attempts, (row) => row.delivery_id);

  for (const row of deliveries) {
    assert.deepEqual([row.state, row.leased], ["delivered", 0], row.delivery_id);
    assert.ok(acknowledged.has(row.delivery_id), "a delivery counts as delivered that nobody acknowledged");
    const rows = numbers.get(row.delivery_id) ?? [];
    assert.deepEqual(
      rows.map(({ n }) => n),
      Array.from({ length: row.tries }, (_, index) => index + 1),
    );
    assert.equal(rows.at(-1)?.outcome, "acked");
  }
  const events = await store.read.selectFrom("events").select("event_id").where("request_id", "is not", null).execute();
  const told = deliveries.filter((row) => row.request_id !== null);
  assert.equal(told.length, events.length * paths.length);
  const jobs = await store.read.selectFrom("jobs").select(["kind", "state"]).where("state", "!=", "done").execute();
  assert.deepEqual(jobs, []);
}
