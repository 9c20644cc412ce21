import type { ShownState } from "../../callbacks/log-deliveries.ts";
import { type Html, html } from "../html.ts";

/** The colour of a badge: done, failed, under way, neither. */
export type Tone = "ok" | "bad" | "wait" | "idle";

/** A state in words, with a colour that says the same. */
export function badge({ tone, words }: { readonly tone: Tone; readonly words: string }): Html {
  return html`<span class="badge ${tone}">${words}</span>`;
}

/** A time for reading, to the second, in UTC: the page says so once. */
export function time(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso}" class="nowrap">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** A length of time for reading: "850 ms", "12.3 s", "5 min", "2 h". */
export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** How large a file is, for reading: "850 bytes", "12 KB", "3.4 MB". */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** "1 delivery", "3 deliveries". */
export function count(number: number, [one, many]: readonly [one: string, many: string]): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

type Said = { readonly tone: Tone; readonly words: string };

const deliveryWords: Readonly<Record<ShownState, Said>> = {
  pending: { tone: "idle", words: "Pending" },
  retrying: { tone: "wait", words: "Retrying" },
  held: { tone: "wait", words: "Held" },
  delivered: { tone: "ok", words: "Delivered" },
  exhausted: { tone: "bad", words: "Gave up" },
  skipped: { tone: "idle", words: "Skipped" },
};

const requestWords: Readonly<Record<string, Said>> = {
  processing: { tone: "wait", words: "Processing" },
  awaiting: { tone: "wait", words: "Waiting for signatures" },
  held: { tone: "wait", words: "On hold" },
  sealing: { tone: "wait", words: "Being sealed" },
  complete: { tone: "ok", words: "Complete" },
  declined: { tone: "bad", words: "Declined" },
  canceled: { tone: "idle", words: "Withdrawn" },
  expired: { tone: "idle", words: "Expired" },
  error: { tone: "bad", words: "Failed" },
  destroyed: { tone: "idle", words: "Data destroyed" },
};

/** The states of a request with the words for each. */
export const requestStates: readonly (readonly [state: string, words: string])[] = Object.entries(requestWords).map(
  ([state, { words }]) => [state, words],
);

const signatureWords: Readonly<Record<string, Said>> = {
  on_hold_by_requester: { tone: "wait", words: "Not asked yet" },
  awaiting_signature: { tone: "wait", words: "Has not signed yet" },
  signed: { tone: "ok", words: "Signed" },
  success: { tone: "idle", words: "Not needed" },
  declined: { tone: "bad", words: "Declined" },
  expired: { tone: "idle", words: "Expired" },
  error_file: { tone: "bad", words: "File not usable" },
  error_text_tag: { tone: "bad", words: "Text tag malformed" },
  error_component_position: { tone: "bad", words: "Does not fit the document" },
  error_unknown: { tone: "bad", words: "Failed on the server" },
};

/** How a delivery stands, as a badge says it. */
export function deliveryState(state: ShownState): Said {
  return deliveryWords[state];
}

/** The badge of a state of a request or of a signature. */
export function stateBadge(of: "request" | "signature", state: string): Html {
  const table = of === "request" ? requestWords : signatureWords;
  return badge(table[state] ?? { tone: "idle", words: plainly(state) });
}

/** A state that is not in the table, as its name spelt out. */
function plainly(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Events that tell of a failure: their message is what the reader came for. */
export function tellsFailure(type: string): boolean {
  return type === "file_error" || type === "signature_request_invalid" || type === "unknown_error";
}
