import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { Store } from "../../src/storage/store.ts";
import { ask, type Desk, failing, openDesk, take } from "../callbacks/desk.ts";
import { grounds } from "../support/house.ts";
import { isEvent } from "../support/receiver.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      desk = await openDesk(ground);
    });

    after(() => desk.close());

    // A server that dies leaves what was committed last: so what holds of every commit survives every death.
    test("no commit holds a change without its event, an event without its deliveries, or a promise without its job", async () => {
      const { house, receiver } = desk;
      const states = new Set<string>();
      let looks = 0;
      let isOver = false;
      const watch = async () => {
        for (; !isOver; looks += 1) {
          const broken = await findBroken(house.store);
          assert.deepEqual(broken, []);
          for (const state of await statesOf(house.store)) states.add(state);
          await setImmediate();
        }
      };
      const live = async () => {
        await Promise.all([sign(desk), sign(desk), decline(desk), cancel(desk), ask(desk, { emails: [failing] })]);
        await house.quiet();
        isOver = true;
      };
      await Promise.all([watch(), live()]);

      assert.ok(looks > 50, `${looks} looks`);
      for (const state of ["processing", "awaiting", "sealing", "complete", "declined", "canceled", "error"])
        assert.ok(states.has(state), `${state} was seen`);
      assert.equal(receiver.heard.length, 2 + 2 * (5 + 5 + 3 + 2 + 1));
    });
  });
}

async function statesOf({ read }: Store): Promise<readonly string[]> {
  const rows = await read.selectFrom("signature_requests").select("state").distinct().execute();
  return rows.map(({ state }) => state);
}

/** What must never be so in a committed state, each looked for by one statement. */
async function findBroken({ read }: Store): Promise<readonly object[]> {
  const event = (type: string) =>
    sql`exists (select 1 from events e where e.request_id = r.request_id and e.type = ${type})`;
  const job = (kind: string) =>
    sql`exists (select 1 from jobs j where j.request_id = r.request_id and j.kind = ${kind} and j.state = 'pending')`;
  const errors = sql`(${event("file_error")} or ${event("signature_request_invalid")} or ${event("unknown_error")})`;
  const { rows } = await sql<object>`
    select request_id as about, 'a sequence without its event' as what from signature_requests r
    where last_seq <> (select count(*) from events e where e.request_id = r.request_id)
    union all select event_id, 'an event without its deliveries' from events e
    where request_id is not null and 2 <> (select count(*) from deliveries d where d.event_id = e.event_id)
    union all select request_id, 'processing that nobody has promised' from signature_requests r
    where (state = 'processing') <> ${job("prepare")}
    union all select request_id, 'a seal that nobody has promised' from signature_requests r
    where (state = 'sealing') <> ${job("complete")}
    union all select request_id, 'an end without its event, or an event without its end' from signature_requests r
    where (state = 'complete') <> (${event("signature_request_all_signed")} and ${event("signature_request_downloadable")})
      or (state = 'complete') <> (sealed_blob is not null)
      or (state = 'canceled') <> ${event("signature_request_canceled")}
      or (state = 'declined') <> ${event("signature_request_declined")}
      or (state = 'error') <> ${errors}
      or (state in ('processing', 'error')) = ${event("signature_request_sent")}
    union all select signature_id, 'a signature without its event' from signatures s
    where (state = 'signed') <> exists (
      select 1 from events e where e.related_signature_id = s.signature_id and e.type = 'signature_request_signed')
    union all select d.delivery_id, 'an outcome without its attempt' from deliveries d
    where tries <> (select count(*) from attempts a where a.delivery_id = d.delivery_id)`.execute(read);
  return rows;
}

async function begin(desk: Desk) {
  const { signature_request_id: id, signatures } = await ask(desk, { fields: { allow_decline: "1" } });
  await desk.receiver.waitFor(isEvent("signature_request_sent", id));
  return { id, signature: signatures[0]?.signature_id ?? "" };
}

async function sign(desk: Desk): Promise<void> {
  const { signature } = await begin(desk);
  const pen = await take(desk, signature);
  await pen.finish();
}

async function decline(desk: Desk): Promise<void> {
  const { signature } = await begin(desk);
  const pen = await take(desk, signature);
  await pen.decline("No.");
}

async function cancel(desk: Desk): Promise<void> {
  const { id } = await begin(desk);
  await desk.house.call("POST", `/signature_request/cancel/${id}`);
}
