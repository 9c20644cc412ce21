import { limits } from "../../base/limits.ts";
import type { RequestRecord } from "../../requests/find.ts";
import { timestampKind } from "../../signing/timestamp.ts";
import { type Html, html } from "../html.ts";
import type { Visit } from "./visit.ts";
import { time } from "./words.ts";

/** How far the document of a completed request is sealed, and what its time-stamp waits for. */
export async function renderSeal({ house }: Visit, { request }: RequestRecord): Promise<Html | null> {
  if (request.seal_level === null) return null;
  const job = await house.store.read
    .selectFrom("jobs")
    .select(["state", "tries", "next_at", "last_error"])
    .where("request_id", "=", request.request_id)
    .where("kind", "=", timestampKind)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  const isWaiting = job?.state === "pending" && request.seal_level !== "B-LTA";
  const isGivenUp = job?.state === "buried" && request.seal_level !== "B-LTA";
  return html`<dt>Seal</dt><dd>PAdES ${request.seal_level}${request.test_mode === 1 ? ", by the certificate for tests" : words[request.seal_level]}
${isWaiting && html`<span class="under">${job.tries === 0 ? "Its time-stamp for the long term is on its way." : html`No time-stamp for the long term yet: tried ${job.tries} times, next ${time(job.next_at)}. ${job.last_error}`}</span>`}
${isGivenUp && html`<span class="under fault">No time-stamp for the long term: given up after ${limits.patientTries} tries. ${job.last_error}</span>`}</dd>`;
}

const words: Readonly<Record<string, string>> = {
  "B-B": ": sealed by this server",
  "B-T": ": sealed by this server, with a time-stamp",
  "B-LTA": ": with a time-stamp, and with what it is checked with in years",
};
