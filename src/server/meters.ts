import { type Counter, openCounter } from "../base/counter.ts";
import { eventKinds } from "../events/catalog.ts";

/** What this process has done since its start. */
export type Meters = {
  /** Attempts of callbacks: acknowledged, failed. */
  readonly attempts: Counter;
  /** Calls of the API by the class of their status: 2xx, 3xx, 4xx, 5xx. */
  readonly calls: Counter;
  /** Events by their type. */
  readonly events: Counter;
};

/** Opens the meters, all at 0. */
export function openMeters(): Meters {
  return {
    attempts: openCounter(["acknowledged", "failed"]),
    calls: openCounter(["2xx", "3xx", "4xx", "5xx"]),
    events: openCounter(Object.keys(eventKinds)),
  };
}
