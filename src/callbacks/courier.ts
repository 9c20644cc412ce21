import type { Clock, pause } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Secret } from "../base/secrets.ts";
import type { Store } from "../storage/store.ts";
import type { AttemptTools } from "./attempt.ts";

/** What the delivery engine works with. */
export type Courier = AttemptTools & {
  readonly store: Store;
  readonly steadyClock: Clock;
  readonly pause: typeof pause;
  readonly secret: Secret;
  readonly log: Log;
  /** Called with the accounts whose deliveries have just been settled. */
  readonly tell?: (accountIds: ReadonlySet<string>) => void;
  /** Called with each attempt once it is settled. */
  readonly count?: (outcome: "acknowledged" | "failed") => void;
  /** How many attempts at one endpoint may be under way at once; `limits.callbacksInFlightPerEndpoint` unless said. */
  readonly inFlight?: number;
  readonly workerId: string;
  /** Milliseconds for which a claim is good unless a beat renews it: see leaseFor. */
  readonly leaseMs: number;
};
