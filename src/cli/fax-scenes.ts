// What brings each event of a fax about: a fax in test mode to one of the development provider's testing numbers.

import type { EventType } from "../events/catalog.ts";
import { onePage } from "./drive.ts";
import type { Server } from "./server.ts";
import { type Found, newestEvents, untilEvent } from "./until-event.ts";

/** The events that a fax brings about. */
export type FaxEvent = Extract<EventType, `fax_${string}`>;

const recipients: Readonly<Record<Exclude<FaxEvent, "fax_received">, string>> = {
  fax_sent: "+12095550100",
  fax_on_hold: "+12095559907",
  fax_busy: "+12095559901",
  fax_no_answer: "+12095559902",
  fax_disconnected: "+12095559903",
  fax_blacklisted: "+12095559904",
};

/** Whether it is the event of a fax. */
export function isFaxEvent(type: EventType): type is FaxEvent {
  return type === "fax_received" || Object.hasOwn(recipients, type);
}

/** Sends the fax that ends so, and waits for its event. What comes in goes to a line of the account; one is bought where it has none. */
export async function triggerFax(server: Server, type: FaxEvent): Promise<Found> {
  if (type !== "fax_received") return untilEvent(server, { id: await fax(server, recipients[type]), type });
  const number = await lineOf(server);
  const known = new Set((await newestEvents(server, { id: null, type })).map(({ event_id: id }) => id));
  await fax(server, number);
  return untilEvent(server, { id: null, type, known });
}

async function fax({ call }: Server, recipient: string): Promise<string> {
  const form = new FormData();
  form.append("test_mode", "1");
  form.append("title", "A test of callbacks");
  form.append("recipient", recipient);
  form.append("files[0]", new Blob([Buffer.from(onePage())]), "test.pdf");
  const { fax: made } = await call<{ readonly fax: { readonly fax_id: string } }>("POST", "/v3/fax/send", { form });
  return made.fax_id;
}

async function lineOf({ call }: Server): Promise<string> {
  type Line = { readonly number: string };
  const { fax_lines: lines } = await call<{ readonly fax_lines: readonly Line[] }>("GET", "/v3/fax_line/list");
  if (lines[0]) return lines[0].number;
  const body = { area_code: 209, country: "US" };
  return (await call<{ readonly fax_line: Line }>("POST", "/v3/fax_line/create", { body })).fax_line.number;
}
