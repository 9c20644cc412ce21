import type { LoggedEvent } from "../../callbacks/log.ts";
import { trailLine } from "../../evidence/trail-line.ts";
import type { TrailRow } from "../../storage/tables.ts";
import { type Html, html } from "../html.ts";
import { deliveryBadges } from "./deliveries.ts";
import { tellsFailure, time } from "./words.ts";

/** What is known of a request: its events in their sequence, and its audit trail. */
export type History = { readonly events: readonly LoggedEvent[]; readonly trail: readonly TrailRow[] };

/** Shows what happened beside what was called back for it: what one change has caused stands in one line. */
export function renderTimeline({ events, trail }: History): Html {
  const trailAt = Map.groupBy(trail, ({ at }) => at);
  const eventsAt = Map.groupBy(events, ({ event }) => event.occurred_at);
  const times = [...new Set([...trailAt.keys(), ...eventsAt.keys()])].toSorted((a, b) => a - b);
  const rows = times.map(
    (at) => html`<li data-key="${at}"><div>${time(at)}</div>
<div>${trailAt.get(at)?.map(renderStep)}</div>
<div>${eventsAt.get(at)?.map(renderEvent)}</div></li>
`,
  );
  return html`<section class="card flush" aria-labelledby="timeline"><header><h2 id="timeline">Timeline</h2><p class="hint">oldest first</p></header>
<ol class="line"><li class="legend" aria-hidden="true"><span>Time</span><span>What happened</span><span>What was called back</span></li>${rows}</ol></section>`;
}

function renderStep(row: TrailRow): Html {
  const { what, detail, who, from } = trailLine(row);
  return html`<div class="step">${what}<span class="under">${[who, from].filter((part) => part !== "").join(" · ")}</span>${detail !== "" && html`<span class="under">${detail.replaceAll("\n", " · ")}</span>`}</div>`;
}

function renderEvent({ event, deliveries }: LoggedEvent): Html {
  const why = tellsFailure(event.type) ? event.message : null;
  return html`<div class="step"><a class="plain" href="/app/events/${event.event_id}">${event.type}</a>${why !== null && html`<span class="under fault">${why}</span>`}${deliveryBadges(deliveries)}</div>`;
}
