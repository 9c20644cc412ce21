import assert from "node:assert/strict";
import type { ClaimedDelivery } from "../../src/outbox/deliveries.ts";
import type { Settlement } from "../../src/outbox/settle.ts";

/** An attempt that was acknowledged. */
export const attempt: Settlement["attempt"] = {
  started_at: 0,
  duration_ms: 1,
  url: "http://127.0.0.1:1/",
  status: 200,
  outcome: "acked",
  response_headers_json: null,
  response_body: null,
};

/** A settlement: acknowledged. */
export function delivered(claimed: ClaimedDelivery | undefined): Settlement {
  assert.ok(claimed);
  return { claimed, attempt, report: "acked", becomes: { state: "delivered" } };
}

/** A settlement: answered wrong, to be tried again. */
export function retryIn(claimed: ClaimedDelivery | undefined, delayMs: number): Settlement {
  assert.ok(claimed);
  const refused = { ...attempt, status: 500, outcome: "http_5xx" };
  return { claimed, attempt: refused, report: "wrong", becomes: { state: "pending", delayMs } };
}

/** A settlement: nobody answered. */
export function unreached(claimed: ClaimedDelivery | undefined): Settlement {
  return { ...retryIn(claimed, 300_000), report: "unreachable" };
}
