import { parseArgs } from "node:util";
import type { Command } from "./command.ts";
import { type Server, serverHelp, serverOptions } from "./server.ts";
import { speak } from "./spoken.ts";
import { age, paint, table } from "./table.ts";

const help = `Shows events and what became of their callbacks; sends them again.

Usage: countersign events list [--type TYPE] [--request ID] [--app CLIENT_ID] [--state STATE] [--since TIME] [--until TIME]
                              [--text WORDS] [--limit N]
       countersign events show EVENT_ID
       countersign events resend EVENT_ID [--endpoint ID]
       countersign events replay --since TIME [--until TIME] [--types A,B] [--app CLIENT_ID | --endpoint ID] [--state STATE] [--yes]

  --state STATE     of a delivery: pending, retrying, held, delivered, exhausted or skipped
  --since, --until  a time such as 2026-11-29T10:00Z, or an age such as 2h or 7d
  --text WORDS      each in the type, or in what the request says: title, signers, file names, errors, metadata
  --limit N         how many (25)
  --yes             replay at once; without it only the number is told
  --json            prints what the server answered
${serverHelp}
Exit code: 0 done, 1 the server said no or cannot be reached, 2 an option cannot be used.

Examples
  countersign events list --state exhausted --since 24h
  countersign events show 01a228fc-f17a-73d0-ba3b-8bd1a5a43ee7
  countersign events replay --since 2h --state exhausted --yes
`;

/** `countersign events`. */
export const eventsCommand: Command = {
  name: "events",
  says: "show events and deliveries, send them again",
  help,
  run,
};

type Values = {
  readonly type?: string;
  readonly types?: string;
  readonly request?: string;
  readonly app?: string;
  readonly state?: string;
  readonly since?: string;
  readonly until?: string;
  readonly endpoint?: string;
  readonly text?: string;
  readonly limit: string;
  readonly yes: boolean;
  readonly json: boolean;
};

type Asked = { readonly server: Server; readonly values: Values; readonly id: string | undefined };

function run(words: readonly string[]): Promise<number> {
  return speak("events", () => {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...serverOptions,
        type: { type: "string" },
        types: { type: "string" },
        request: { type: "string" },
        app: { type: "string" },
        state: { type: "string" },
        since: { type: "string" },
        until: { type: "string" },
        endpoint: { type: "string" },
        text: { type: "string" },
        limit: { type: "string", default: "25" },
        yes: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const [action = "list", id] = positionals;
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (act === undefined) return `There is no events ${action}.`;
    if ((action === "show" || action === "resend") && id === undefined) return "Name the event's id.";
    if (action === "replay" && values.since === undefined) return "Say from when on: --since 2h.";
    return { given: values, act: (server) => act({ server, values, id }) };
  });
}

const actions: Readonly<Record<string, (asked: Asked) => Promise<string>>> = { list, show, resend, replay };

type Attempt = {
  readonly attempt: number;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly url: string;
  readonly status: number | null;
  readonly outcome: string;
  readonly explanation: string;
};
type Delivery = {
  readonly delivery_id: string;
  readonly url: string | null;
  readonly state: string;
  readonly attempt_count: number;
  readonly last_outcome: string | null;
  readonly next_attempt_at: number | null;
  readonly attempts?: readonly Attempt[];
};
type Event = {
  readonly event_id: string;
  readonly event_type: string;
  readonly event_time: number;
  readonly signature_request_id: string | null;
  readonly event_message: string | null;
  readonly deliveries: readonly Delivery[];
  readonly signature_request?: unknown;
};

async function list({ server, values }: Asked): Promise<string> {
  const query = new URLSearchParams();
  const add = (name: string, value: string | number | undefined) =>
    value !== undefined && query.set(name, String(value));
  add("type", values.type);
  add("signature_request_id", values.request);
  add("client_id", values.app);
  add("state", values.state);
  add("since", values.since && timeOf(values.since));
  add("until", values.until && timeOf(values.until));
  add("text", values.text);
  add("limit", values.limit);
  const page = await listed(server, { query, limit: Number(values.limit) });
  if (values.json) return `${JSON.stringify(page, null, 2)}\n`;
  if (page.events.length === 0) return "There are no such events.\n";
  return table(
    ["WHEN", "TYPE", "REQUEST", "DELIVERIES", "EVENT"],
    page.events.map((event) => [
      age(event.event_time),
      event.event_type,
      event.signature_request_id?.slice(0, 12) ?? "",
      event.deliveries.map(stateOf).join(", ") || paint("dim", "nobody asked"),
      event.event_id,
    ]),
  );
}

type Page = { readonly events: readonly Event[]; readonly next_cursor: string | null };

/** A server may cut a long search short: it is asked on until there are as many as are wanted, or no more. */
async function listed(
  server: Server,
  { query, limit }: { readonly query: URLSearchParams; readonly limit: number },
): Promise<Page> {
  const events: Event[] = [];
  for (;;) {
    const page = await server.call<Page>("GET", `/api/events?${query.toString()}`);
    events.push(...page.events);
    if (page.next_cursor === null || events.length >= limit) return { ...page, events };
    query.set("cursor", page.next_cursor);
    query.set("limit", String(limit - events.length));
  }
}

function stateOf({ state, attempt_count: tries, last_outcome: outcome }: Delivery): string {
  const colour = state === "delivered" ? "green" : state === "exhausted" ? "red" : "yellow";
  const why = outcome === null || outcome === "acked" ? "" : ` ${outcome}`;
  return paint(colour, `${state}${why}${tries > 1 ? ` (${tries} tries)` : ""}`);
}

async function show({ server, values, id }: Asked): Promise<string> {
  const answer = await server.call<{ event: Event }>("GET", `/api/events/${encodeURIComponent(id ?? "")}`);
  if (values.json) return `${JSON.stringify(answer, null, 2)}\n`;
  const { event } = answer;
  const heading = [
    `${event.event_type}  ${new Date(event.event_time * 1000).toISOString()}`,
    `event ${event.event_id}${event.signature_request_id === null ? "" : `, request ${event.signature_request_id}`}`,
    ...(event.event_message === null ? [] : [event.event_message]),
  ];
  const deliveries = event.deliveries.flatMap((delivery) => [
    "",
    `${stateOf(delivery)}  ${delivery.url ?? "no URL"}  delivery ${delivery.delivery_id}`,
    ...(delivery.attempts ?? []).flatMap(attemptLines),
    ...(delivery.next_attempt_at === null || delivery.state !== "retrying"
      ? []
      : [`  next try ${new Date(delivery.next_attempt_at * 1000).toISOString()}`]),
  ]);
  return `${[...heading, ...deliveries].join("\n")}\n`;
}

function attemptLines({
  attempt,
  started_at: at,
  duration_ms: ms,
  url,
  status,
  outcome,
  explanation,
}: Attempt): string[] {
  const line = `  #${attempt}  ${new Date(at * 1000).toISOString()}  ${status ?? "no answer"}  ${ms} ms  ${url}`;
  return outcome === "acked" ? [line] : [line, `      ${outcome}: ${explanation}`];
}

async function resend({ server, values, id }: Asked): Promise<string> {
  const body = values.endpoint === undefined ? {} : { endpoint_id: values.endpoint };
  const answer = await server.call<{ deliveries: readonly Delivery[] }>(
    "POST",
    `/api/events/${encodeURIComponent(id ?? "")}/resend`,
    { body },
  );
  if (values.json) return `${JSON.stringify(answer, null, 2)}\n`;
  return answer.deliveries
    .map(({ url, delivery_id: delivery }) => `Sent again to ${url ?? "a held endpoint"}, delivery ${delivery}\n`)
    .join("");
}

async function replay({ server, values }: Asked): Promise<string> {
  const range = {
    since: timeOf(values.since ?? ""),
    ...(values.until === undefined ? {} : { until: timeOf(values.until) }),
    ...(values.types === undefined ? {} : { types: values.types.split(",") }),
    ...(values.state === undefined ? {} : { states: [values.state] }),
    ...(values.app === undefined ? {} : { client_id: values.app }),
    ...(values.endpoint === undefined ? {} : { endpoint_id: values.endpoint }),
    ...(values.request === undefined ? {} : { signature_request_id: values.request }),
  };
  type Counted = { readonly count: number; readonly replay: { readonly replay_id: string } | null };
  const counted = await server.call<Counted>("POST", "/api/events/replays", { body: { ...range, dry_run: true } });
  if (!values.yes)
    return values.json
      ? `${JSON.stringify(counted, null, 2)}\n`
      : `${counted.count} events would be sent again. Add --yes to send them.\n`;
  const body = { ...range, expected_count: counted.count };
  const started = await server.call<Counted>("POST", "/api/events/replays", { body });
  if (values.json) return `${JSON.stringify(started, null, 2)}\n`;
  return `${started.count} events are being sent again, replay ${started.replay?.replay_id ?? ""}\n`;
}

/** Unix seconds of a time or an age. */
export function timeOf(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ""];
  if (count !== undefined && seconds !== undefined) return Math.floor(Date.now() / 1000) - Number(count) * seconds;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Error(`${text} is no time: write 2026-11-29T10:00Z, or an age such as 2h`);
  return Math.floor(time / 1000);
}
