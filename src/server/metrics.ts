// GET /metrics: numbers for Prometheus, in its text format 0.0.4. Labels are words of the code, never of people.

import type { FastifyInstance } from "fastify";
import { recognise } from "../api/authenticate.ts";
import { apiPaths } from "../api/catalogue.ts";
import type { House } from "../api/operation.ts";
import { pause, steadyClock } from "../base/clock.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { type Backlog, findBacklog } from "../outbox/backlog.ts";
import { isOwnVisitor } from "../web/inbox.ts";
import type { Meters } from "./meters.ts";

/** What is measured, and who may see it: everybody here where only this machine reaches the server (`isPrivate`), else who has an API key. */
export type MetricsParts = {
  readonly house: Pick<House, "store" | "clock">;
  readonly meters: Meters;
  readonly isPrivate: boolean;
  readonly log: Log;
  readonly version: string;
};

/** Counts every call of the API. */
export function countCalls(app: FastifyInstance, { calls }: Pick<Meters, "calls">): void {
  app.addHook("onResponse", async (request, reply) => {
    if (apiPaths.some((path) => request.url.startsWith(path))) calls.add(`${Math.floor(reply.statusCode / 100)}xx`);
  });
}

/** Mounts `/metrics`. */
export function mountMetrics(app: FastifyInstance, parts: MetricsParts): void {
  const { house, isPrivate, log } = parts;
  const readBacklog = backlogReader({ store: house.store, log });
  app.get("/metrics", async (request, reply) => {
    if (!(isPrivate && isOwnVisitor(request))) {
      const caller = await recognise(house, request.headers.authorization);
      if (caller === null || caller.app !== null) {
        reply.header("www-authenticate", 'Basic realm="countersign metrics", charset="UTF-8"');
        throw new Fault("unauthorized", "The metrics want an API key: HTTP Basic, the key as user name.");
      }
    }
    const families = [...processFamilies(parts), ...backlogFamilies(await readBacklog())];
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(families.map(printed).join(""));
  });
}

/** What is owed, read at most once in `limits.metricsKeptMs` however many ask; null when the database takes longer than `limits.metricsMs`. */
function backlogReader({
  store,
  log,
}: Pick<MetricsParts, "log"> & Pick<House, "store">): () => Promise<Backlog | null> {
  let reading: Promise<Backlog | null> | null = null;
  let goodUntil = 0;
  return async () => {
    if (reading === null || steadyClock() > goodUntil) {
      goodUntil = Number.POSITIVE_INFINITY;
      reading = findBacklog(store)
        .catch((error: unknown) => {
          log.warn({ err: error }, "what is owed could not be counted for /metrics");
          return null;
        })
        .finally(() => {
          goodUntil = steadyClock() + limits.metricsKeptMs;
        });
    }
    const patience = new AbortController();
    const late = pause(limits.metricsMs, patience.signal).then(() => null);
    return Promise.race([reading, late]).finally(() => patience.abort());
  };
}

type Sample = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };
type Family = {
  readonly name: string;
  readonly kind: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
};

function processFamilies({ meters, version, house }: MetricsParts): readonly Family[] {
  const { attempts, calls, events } = meters;
  const counted = (label: string, counts: ReadonlyMap<string, number>): readonly Sample[] =>
    [...counts].map(([word, value]) => ({ labels: { [label]: word }, value }));
  return [
    {
      name: "countersign_build_info",
      kind: "gauge",
      help: "Always 1; its labels tell the version and the database.",
      samples: [{ labels: { version, database: house.store.kind }, value: 1 }],
    },
    {
      name: "countersign_callback_attempts_total",
      kind: "counter",
      help: "Attempts of callbacks that this process has made, by how they ended.",
      samples: counted("outcome", attempts.counts()),
    },
    {
      name: "countersign_api_calls_total",
      kind: "counter",
      help: "API calls that this process has answered, by the class of their status.",
      samples: counted("status", calls.counts()),
    },
    {
      name: "countersign_events_total",
      kind: "counter",
      help: "Events that happened in this process, by their type.",
      samples: counted("event", events.counts()),
    },
    {
      name: "process_resident_memory_bytes",
      kind: "gauge",
      help: "Memory of this process that is in RAM, without its children.",
      samples: [{ value: process.memoryUsage.rss() }],
    },
    {
      name: "process_start_time_seconds",
      kind: "gauge",
      help: "When this process started, in seconds since 1970.",
      samples: [{ value: Math.round(performance.timeOrigin) / 1000 }],
    },
  ];
}

function backlogFamilies(backlog: Backlog | null): readonly Family[] {
  const answers: Family = {
    name: "countersign_database_answers",
    kind: "gauge",
    help: "1 when the database has answered for this page; 0: the families that it counts are missing.",
    samples: [{ value: backlog === null ? 0 : 1 }],
  };
  if (backlog === null) return [answers];
  const { pending, held, exhausted, longestDueMs, jobs } = backlog;
  return [
    answers,
    {
      name: "countersign_deliveries",
      kind: "gauge",
      help: `Deliveries of callbacks that are not done, by state; each counted to ${limits.countedWaiting}.`,
      samples: Object.entries({ pending, held, exhausted }).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: "countersign_delivery_overdue_seconds",
      kind: "gauge",
      help: "For how long the delivery that waits longest has been due; 0 when none is.",
      samples: [{ value: longestDueMs / 1000 }],
    },
    {
      name: "countersign_jobs",
      kind: "gauge",
      help: `Jobs that wait for a worker (due) or were given up (buried), by kind; counted to ${limits.countedWaiting} in each state.`,
      samples: jobs.map(({ kind, state, count }) => ({ labels: { kind, state }, value: count })),
    },
  ];
}

function printed({ name, kind, help, samples }: Family): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, word]) => `${label}="${word.replace(/[\\"\n]/g, escaped)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
