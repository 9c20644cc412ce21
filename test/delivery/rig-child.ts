// The real engine in a process of its own, around which every interface is wrapped from outside. Started by rig.ts, or by
// it from a copy of the sources that was changed on purpose.
import { openSync, writeSync } from "node:fs";
import { pauseEndpoint, resumeEndpoint } from "../../src/accounts/endpoint-state.ts";
import { pause, steadyClock } from "../../src/base/clock.ts";
import { newUuid } from "../../src/base/ids.ts";
import { limits } from "../../src/base/limits.ts";
import { openLog } from "../../src/base/log.ts";
import { startDelivering } from "../../src/callbacks/deliver.ts";
import { planCallbacks } from "../../src/callbacks/plan.ts";
import { startReplay, stepReplay } from "../../src/callbacks/replay.ts";
import { append } from "../../src/events/append.ts";
import type { EventType } from "../../src/events/catalog.ts";
import type { Work } from "../../src/events/work.ts";
import { openOutbound } from "../../src/http/outbound.ts";
import { writeAlert } from "../../src/mail/alert.ts";
import { type ClaimedJob, claimJobs, finishJob, releaseAllLeases } from "../../src/outbox/jobs.ts";
import { leaseFor, renewLeases } from "../../src/outbox/leases.ts";
import { type Loop, startLoop } from "../../src/outbox/loop.ts";
import { reviveStranded } from "../../src/outbox/stranded.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { type Answer, account, type Change, type Line, type Order, type Setting, signer } from "./rig-orders.ts";
import { doing, openFuse, wireOutbound, wireStore } from "./rig-points.ts";

const setting = JSON.parse(process.env.COUNTERSIGN_RIG ?? "null") as Setting;
const ledger = openSync(setting.ledger, "a");
const tell = (line: Line) => {
  writeSync(ledger, `${JSON.stringify(line)}\n`);
};
let shift = 0;
const clock = () => Date.now() + shift;

const { database, schedule, timeoutMs } = setting;
const bare = await (database.kind === "sqlite" ? openSqlite({ file: database.file, clock }) : openPostgres(database));
if (bare.kind === "sqlite") await releaseAllLeases(bare);
await reviveStranded(bare, { longestMs: Math.max(timeoutMs, ...schedule) });

const fuse = openFuse(tell);
const store = wireStore(bare, { fuse, tell });
const way = openOutbound({ allow: ["127.0.0.0/8"], refuseTargets: [] });
const outbound = wireOutbound(way, { fuse });
const log = openLog("warn");
const loops = new Map<string, Loop>();
const doomed = new WeakSet<Work>();
const aDoom = new Error("This change is undone on purpose.");

const transact = makeTransact({
  store,
  clock,
  secret: account.secret,
  reactions: [
    (work) =>
      planCallbacks(work, {
        renderObject: async (_, { requestId }) => render(requestId),
        findHearing: async (_, { requestId }) => ({ accountIds: [signer.id], object: render(requestId) ?? "" }),
        appOverridesAccount: false,
      }),
    async (work) => {
      if (doomed.has(work)) throw aDoom;
    },
  ],
  wake: (names) => {
    for (const name of names) loops.get(name)?.wake();
  },
});
const parts = { store, log, workerId: `rig-${process.pid}-${newUuid(Date.now())}` };
loops.set("jobs", startJobs());
loops.set(
  "deliveries",
  startDelivering({
    ...parts,
    clock,
    steadyClock,
    pause,
    random: Math.random,
    secret: account.secret,
    outbound,
    schedule,
    timeoutMs,
    leaseMs: leaseFor(store, timeoutMs + limits.leaseMarginMs),
  }),
);

process.once("SIGTERM", () => void stop());
process.on("message", (message) => void hear(message as { readonly number: number; readonly order: Order }));
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
answer({ number: 0, became: "done" });

async function stop(): Promise<void> {
  await Promise.all([...loops.values()].map((loop) => loop.stop()));
  way.close();
  await bare.close();
  process.exit(0);
}

async function hear({ number, order }: { readonly number: number; readonly order: Order }): Promise<void> {
  answer({ number, ...(await obey(order)) });
}

function answer(said: Answer): void {
  process.send?.(said);
}

async function obey(order: Order): Promise<Omit<Answer, "number">> {
  try {
    await carryOut(order);
    return { became: "done" };
  } catch (error) {
    if (error === aDoom) return { became: "undone" };
    return { became: "failed", words: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function carryOut(order: Order): Promise<unknown> {
  switch (order.order) {
    case "arm":
      return fuse.arm(order.point, order.skip);
    case "shift clock":
      shift += order.by;
      return undefined;
    case "change":
      return makeChange(order);
    case "pause":
      return doing.run({ deed: "a pause", change: null }, () =>
        transact((work) => pauseEndpoint(work, { accountId: account.id, endpointId: order.endpoint })),
      );
    case "resume":
      return transact((work) =>
        resumeEndpoint(work, { accountId: account.id, endpointId: order.endpoint, held: "send" }),
      );
    case "replay":
      return transact((work) =>
        startReplay(work, {
          accountId: account.id,
          endpointId: order.endpoint,
          filter: { types: [], states: [] },
          perMinute: limits.replayPerMinuteMost,
        }),
      );
  }
}

const types: readonly EventType[] = [
  "signature_request_viewed",
  "signature_request_remind",
  "signature_request_signed",
];

/** A change as the house makes it; it answers the sequences of its events, which are told with the commit. */
async function makeChange({ change, request, client, isNew, events, isDoomed }: Change): Promise<void> {
  tell({ tell: "begun", change, request, client, isNew, events, isDoomed });
  const make = async (work: Work) => {
    if (isDoomed) doomed.add(work);
    if (isNew)
      await work.tx
        .insertInto("signature_requests")
        .values(rowOf({ request, client, at: work.at }))
        .execute();
    for (let n = 0; n < events; n += 1) {
      const type =
        isNew && n === 0 ? "signature_request_sent" : (types[n % types.length] ?? "signature_request_viewed");
      await append(work, { type, requestId: request, message: change });
    }
    return work.happened.map(({ seq }) => seq);
  };
  try {
    await doing.run({ deed: "an event", change }, () => transact(make));
  } catch (error) {
    if (error === aDoom) tell({ tell: "undone", change });
    throw error;
  }
}

function render(requestId: string | null): string | null {
  return requestId === null ? null : JSON.stringify({ signature_request_id: requestId, title: "An agreement" });
}

function rowOf({
  request,
  client,
  at,
}: {
  readonly request: string;
  readonly client: string | null;
  readonly at: number;
}) {
  return {
    request_id: request,
    account_id: account.id,
    client_id: client,
    state: "awaiting",
    is_embedded: 0,
    test_mode: 1,
    title: "An agreement",
    original_title: "An agreement",
    subject: null,
    message: null,
    metadata_json: "{}",
    cc_json: "[]",
    custom_fields_json: "[]",
    options_json: "{}",
    redirect_url: null,
    created_at: at,
    expires_at: null,
    completed_at: null,
    error_message: null,
    last_seq: 0,
    document_blob: null,
    pages_json: null,
    sealed_blob: null,
  };
}

/** The house's own work, as far as callbacks promise any: replays and alerts. */
function startJobs(): Loop {
  return startLoop<ClaimedJob>({
    name: "jobs",
    atOnce: limits.jobsAtOnce,
    slowMs: limits.slowJobMs,
    slowAtOnce: limits.slowJobsAtOnce,
    pollMs: limits.outboxPollMs,
    log,
    claim: (most) => claimJobs(store, { workerId: parts.workerId, most }),
    run: runJob,
    beat: async (jobs) => {
      const ids = jobs.map(({ jobId }) => jobId);
      const leaseMs = leaseFor(store, limits.jobLeaseMs);
      await renewLeases(store, { table: "jobs", workerId: parts.workerId, ids, leaseMs });
    },
  });
}

async function runJob(job: ClaimedJob): Promise<void> {
  const { replayId, endpointId, since } = Object(job.payload);
  const change = () =>
    transact(async (work) => {
      if (!(await finishJob(work.tx, job))) throw new Error("The job's lease was lost to another worker.");
      if (job.kind === "replay") await stepReplay(work, { replayId: String(replayId) });
      else await writeAlert(work, { endpointId, since, publicUrl: "http://127.0.0.1", way: "inbox" });
    });
  if (job.kind === "replay") await doing.run({ deed: "a replay's step", change: null }, change);
  else await change();
}
