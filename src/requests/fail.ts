import { keptWords } from "../documents/make.ts";
import { append } from "../events/append.ts";
import type { EventType } from "../events/catalog.ts";
import type { Work } from "../events/work.ts";
import { record } from "../evidence/trail.ts";
import type { RequestRecord } from "./find.ts";
import { dropParts } from "./parts.ts";
import { keepWords } from "./words.ts";

/**
 * What is wrong with a request: the event that tells, the guilty signatures' status_code, and the words. `guilty`: the
 * positions of these signatures; all are where it is left out or names none of them. Contract: events.md 8.1.
 */
export type Failure = {
  readonly event: Extract<EventType, "file_error" | "signature_request_invalid" | "unknown_error">;
  readonly status: "error_file" | "error_text_tag" | "error_component_position" | "error_unknown";
  readonly message: string;
  readonly guilty?: readonly number[];
};

/**
 * Ends a request that cannot be signed, with the one event that says why. Signatures that are not to blame stay as they
 * are. Its row is held by the caller.
 */
export async function failRequest(
  work: Work,
  { found, failure }: { readonly found: RequestRecord; readonly failure: Failure },
): Promise<void> {
  const requestId = found.request.request_id;
  const message = keptWords(failure.message);
  await work.tx
    .updateTable("signature_requests")
    .set({ state: "error", error_message: message })
    .where("request_id", "=", requestId)
    .execute();
  await work.tx
    .updateTable("signatures")
    .set({ state: failure.status, error: message })
    .where("request_id", "=", requestId)
    .where("position", "in", guiltyOf(found, failure))
    .execute();
  await dropParts(work, requestId);
  await record(work, { requestId, kind: "failed", facts: { message } });
  await append(work, { type: failure.event, requestId, message });
  await keepWords(work, requestId);
}

function guiltyOf({ signatures }: RequestRecord, { guilty = [] }: Failure): readonly number[] {
  const all = signatures.map(({ position }) => position);
  const those = all.filter((position) => guilty.includes(position));
  return those.length === 0 ? all : those;
}
