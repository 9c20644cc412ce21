import { pause } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import { type EventType, eventKinds } from "../events/catalog.ts";
import type { Server } from "./server.ts";

/** An event as the server lists it. */
export type Found = {
  readonly event_id: string;
  readonly event_type: string;
  readonly signature_request_id: string | null;
  readonly template_id: string | null;
  readonly fax_id: string | null;
};

/** Which event is waited for: of the request, template or fax `id`, or, where it is null, one that is not `known` yet. */
export type Awaited = { readonly type: EventType } & (
  | { readonly id: string }
  | { readonly id: null; readonly known: ReadonlySet<string> }
);

/** Waits until there is this event. Throws, telling which came instead, when it does not come. */
export async function untilEvent(server: Server, awaited: Awaited): Promise<Found> {
  const end = Date.now() + limits.triggerMs;
  let came: readonly Found[] = [];
  while (Date.now() < end) {
    came = (await newestEvents(server, awaited)).filter((one) => isAbout(one, awaited));
    const found = came.find(({ event_type: one }) => one === awaited.type);
    if (found) return found;
    await pause(limits.listenerPollMs);
  }
  const instead = came.map(({ event_type: one }) => one).join(", ") || "nothing";
  const hint =
    awaited.type === "signature_request_email_bounce"
      ? " It needs COUNTERSIGN_SMTP_URL, and a --signer whose mail comes back."
      : "";
  throw new Error(`${awaited.type} did not come; of ${awaited.id ?? "what was done"} came: ${instead}.${hint}`);
}

/** The newest events, of the request where it is one that is waited for. */
export async function newestEvents(
  server: Server,
  { id, type }: { readonly id: string | null; readonly type: EventType },
): Promise<readonly Found[]> {
  const isOfRequest = id !== null && eventKinds[type].about === "request";
  const which = isOfRequest ? `signature_request_id=${id}` : `limit=${limits.pageSizeMost}`;
  return (await server.call<{ readonly events: readonly Found[] }>("GET", `/api/events?${which}`)).events;
}

function isAbout(one: Found, awaited: Awaited): boolean {
  if (awaited.id === null) return !awaited.known.has(one.event_id);
  return [one.signature_request_id, one.template_id, one.fax_id].includes(awaited.id);
}
