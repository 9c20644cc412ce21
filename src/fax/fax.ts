import type { FaxStanding } from "../providers/fax.ts";
import type { FaxFileRow, FaxRow, FaxTransmissionRow } from "../storage/fax-tables.ts";

/** A fax with its files and its transmissions, each in order. */
export type Fax = {
  readonly row: FaxRow;
  readonly files: readonly FaxFileRow[];
  readonly transmissions: readonly FaxTransmissionRow[];
};

/** What a cover page says. */
export type FaxCover = { readonly to: string | null; readonly from: string | null; readonly message: string | null };

/** How a transmission stands, `status_code` on the wire. Contract: objects.md. */
export const faxStatuses = [
  "success",
  "transmitting",
  "error_could_not_fax",
  "error_unknown",
  "error_busy",
  "error_no_answer",
  "error_disconnected",
  "error_bad_destination",
] as const;
/** One of them. */
export type FaxStatus = (typeof faxStatuses)[number];

/** The types of events that tell how a transmission went. */
export type FaxEnding = "fax_sent" | "fax_busy" | "fax_no_answer" | "fax_disconnected" | "fax_blacklisted";

type Failing = Extract<FaxStanding, { state: "failed" }>["why"];

/** What each failure is on the wire, and which event tells it: v3 has none for a fax that could not be made or failed for no reason that is known. */
export const failings: Readonly<Record<Failing, { readonly status: FaxStatus; readonly event: FaxEnding | null }>> = {
  busy: { status: "error_busy", event: "fax_busy" },
  no_answer: { status: "error_no_answer", event: "fax_no_answer" },
  disconnected: { status: "error_disconnected", event: "fax_disconnected" },
  blacklisted: { status: "error_bad_destination", event: "fax_blacklisted" },
  bad_destination: { status: "error_bad_destination", event: "fax_blacklisted" },
  could_not_fax: { status: "error_could_not_fax", event: null },
  unknown: { status: "error_unknown", event: null },
};

/** A status as a row holds it. */
export function statusOf({ status }: Pick<FaxTransmissionRow, "status">): FaxStatus {
  return faxStatuses.find((one) => one === status) ?? "error_unknown";
}

/** What the cover page of a fax says; null: there is none. */
export function coverOf({ cover_json: json }: Pick<FaxRow, "cover_json">): FaxCover | null {
  return json === null ? null : (JSON.parse(json) as FaxCover);
}

/** Whether a recipient is an e-mail address, which gets a letter. */
export function isMailed(recipient: string): boolean {
  return recipient.includes("@");
}

/** The words across every page of a fax that is a test. */
export const faxWatermark = "TEST FAX · NOT LEGALLY BINDING";
