import { type Fax, type FaxStatus, statusOf } from "../../fax/fax.ts";
import type { FaxTransmissionRow } from "../../storage/fax-tables.ts";
import type { Html } from "../html.ts";
import { badge, type Tone } from "./words.ts";

const statusWords: Readonly<Record<FaxStatus, { readonly tone: Tone; readonly words: string }>> = {
  success: { tone: "ok", words: "Sent" },
  transmitting: { tone: "wait", words: "On its way" },
  error_could_not_fax: { tone: "bad", words: "Cannot be faxed" },
  error_unknown: { tone: "bad", words: "Failed" },
  error_busy: { tone: "bad", words: "Line busy" },
  error_no_answer: { tone: "bad", words: "No answer" },
  error_disconnected: { tone: "bad", words: "Disconnected" },
  error_bad_destination: { tone: "bad", words: "Number takes no faxes" },
};

/** How a transmission stands, as a badge. */
export function transmissionBadge(one: FaxTransmissionRow): Html {
  const status = statusOf(one);
  return badge(
    status === "transmitting" && one.on_hold === 1 ? { tone: "wait", words: "Put off" } : statusWords[status],
  );
}

/** How a fax stands: what came in is either being read or there. */
export function faxBadges({ row, transmissions }: Fax): readonly Html[] {
  if (row.state === "processing") return [badge({ tone: "wait", words: "Being prepared" })];
  if (row.direction === "received" && row.state === "ready") return [badge({ tone: "ok", words: "Received" })];
  if (row.state === "failed") return [badge({ tone: "bad", words: "Cannot be faxed" })];
  return transmissions.map(transmissionBadge);
}

/** A fax's title; it may be empty. */
export function titleOf({ row }: Fax): string {
  return row.title || "A fax without a title";
}

/** From where to where, in a line. */
export function wayOf({ row, transmissions }: Fax): string {
  const to = transmissions.map(({ recipient }) => recipient).join(", ");
  if (row.direction === "received") return `from ${row.sender ?? "an unknown number"} to ${to}`;
  return row.sender === null ? `to ${to}` : `from ${row.sender} to ${to}`;
}
