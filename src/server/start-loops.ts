import { hostname } from "node:os";
import { pause, steadyClock, systemClock } from "../base/clock.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Secret } from "../base/secrets.ts";
import { startDelivering } from "../callbacks/deliver.ts";
import type { Smtp } from "../mail/smtp.ts";
import { leaseFor } from "../outbox/leases.ts";
import type { Loop } from "../outbox/loop.ts";
import type { News } from "../outbox/news.ts";
import type { Completer } from "../signing/sealing.ts";
import { onLane } from "../storage/lane.ts";
import type { Store } from "../storage/store.ts";
import type { Walk } from "../storage/walk.ts";
import { openCompleter } from "./completer.ts";
import type { Config } from "./config.ts";
import { startWorking } from "./jobs.ts";
import { startKeeping } from "./keeper.ts";
import type { Meters } from "./meters.ts";
import type { Providers } from "./providers.ts";
import { openSms } from "./sms.ts";

/** What a server stands on before its rooms open. */
export type Ground = {
  readonly news: News;
  readonly sealerFor: Completer["sealerFor"];
  readonly config: Config;
  readonly log: Log;
  readonly secret: Secret;
  readonly store: Store;
  readonly dataFolder: string;
  readonly meters: Meters;
};

/** What the loops work with. */
export type Engines = Pick<
  Parameters<typeof startWorking>[0]["preparer"],
  "transact" | "blobs" | "workshop" | "office" | "outbound"
> & {
  readonly loops: Map<string, Loop>;
  readonly orphans: readonly Walk[];
  readonly smtp: Smtp | null;
  readonly fax: Providers["fax"];
};

/** The longest wait of the callbacks' ladder, in milliseconds. */
export function longestWaitOf({ callbackTimeoutMs, callbackSchedule }: Config): number {
  return Math.max(callbackTimeoutMs, ...callbackSchedule);
}

/** Starts what the house does by itself: keeping, jobs, deliveries. */
export function startLoops(
  { config, log, secret, sealerFor, news, meters, ...ground }: Ground,
  { loops, ...engines }: Engines,
): void {
  ground.store.wakes?.onAnnounced((loop) => loops.get(loop)?.wake());
  const store = onLane(ground.store, "jobs");
  const workerId = `${hostname()}-${process.pid}-${newUuid(Date.now())}`;
  const parts = { store, log, workerId, ...engines };
  const preparer = { ...parts, bounds: config.documents, tagErrorEvent: config.tagErrorEvent };
  const completer = openCompleter({ ...parts, config, sealerFor });
  const { orphans } = engines;
  loops.set("keeper", startKeeping({ store, log, orphans, keeping: config.keeping, longestMs: longestWaitOf(config) }));
  const { publicUrl, smsUrl } = config;
  loops.set("jobs", startWorking({ ...parts, preparer, completer, publicUrl, sms: openSms(smsUrl) }));
  loops.set(
    "deliveries",
    startDelivering({
      ...parts,
      clock: systemClock,
      steadyClock,
      pause,
      random: Math.random,
      secret,
      tell: news.tell,
      count: meters.attempts.add,
      inFlight: config.callbacksInFlight,
      schedule: config.callbackSchedule,
      timeoutMs: config.callbackTimeoutMs,
      leaseMs: leaseFor(store, config.callbackTimeoutMs + limits.leaseMarginMs),
    }),
  );
}
