import { listApps } from "../../accounts/apps.ts";
import { limits } from "../../base/limits.ts";
import { deliveryStates } from "../../callbacks/log-deliveries.ts";
import type { EventFilter } from "../../callbacks/log-filter.ts";
import { eventKinds } from "../../events/catalog.ts";
import { readSearch } from "../../requests/search.ts";
import { type Html, html } from "../html.ts";
import { namesOfApps } from "./app-names.ts";
import { choice, moment, timeIn } from "./filter-fields.ts";
import type { Fields, Visit } from "./visit.ts";
import { deliveryState } from "./words.ts";

/** What a query string asks of the list; `isAny` when it leaves something out. What cannot be is as if it were not there. */
export type AskedEvents = {
  readonly filter: EventFilter;
  readonly isAny: boolean;
  readonly before: string | null;
  /** As it was typed. */
  readonly text: string;
};

/**
 * Reads the filters `text`, `type`, `state`, `app`, `request`, `from` and `to` (UTC, to the minute or the second), and the place `before`
 * that the page begins at. Throws `bad_request` for a text that is too long to be searched for.
 */
export function readFilter(query: Fields): AskedEvents {
  const type = query.get("type");
  const state = deliveryStates.find((one) => one === query.get("state"));
  const clientId = query.get("app");
  const requestId = query.get("request")?.trim();
  const endpointId = query.get("endpoint");
  const text = query.get("text")?.trim() ?? "";
  const words = readSearch(text);
  const [since, until] = [timeIn(query.get("from")), timeIn(query.get("to"))];
  const filter: EventFilter = {
    ...(type !== undefined && Object.hasOwn(eventKinds, type) ? { type } : {}),
    ...(state === undefined ? {} : { state }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(endpointId === undefined ? {} : { endpointId }),
    ...(words.length === 0 ? {} : { words }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
  const before = query.get("before") ?? "";
  const place = /^[0-9a-f-]{36}$/.test(before) ? before : null;
  return { filter, isAny: Object.keys(filter).length > 0, before: place, text };
}

/** The form that filters the list: plain GET, so that an address says what is shown. */
export async function renderFilters({ house, account }: Visit, { filter, isAny, text }: AskedEvents): Promise<Html> {
  const { rows: apps } = await listApps(house.store.read, {
    accountId: account.account_id,
    page: 1,
    pageSize: limits.pageSizeMost,
  });
  const types = Object.keys(eventKinds).map((type) => [type, type] as const);
  const states = deliveryStates.map((state) => [state, deliveryState(state).words] as const);
  return html`<form class="card filters" action="/app/events" method="get" role="search" aria-label="Filter events">
<div class="long"><label for="text">Search</label><input id="text" type="search" name="text" value="${text}" maxlength="${limits.searchLength}" placeholder="Title, name, e-mail, file, error" autocomplete="off" spellcheck="false"></div>
${choice({ name: "type", label: "Type", any: "All types", chosen: filter.type, options: types })}
${choice({ name: "state", label: "Callback state", any: "Any state", chosen: filter.state, options: states })}
${choice({ name: "app", label: "App", any: "All requests", chosen: filter.clientId, options: namesOfApps(apps) })}
<div><label for="request">Request id</label><input id="request" name="request" value="${filter.requestId}" autocomplete="off" spellcheck="false"></div>
${moment({ name: "from", label: "From (UTC)", at: filter.since })}
${moment({ name: "to", label: "To (UTC)", at: filter.until })}
${filter.endpointId === undefined ? null : html`<input type="hidden" name="endpoint" value="${filter.endpointId}">`}<div class="row wide"><button>Filter</button>${isAny ? html`<a href="/app/events">Clear</a>` : null}</div>
</form>`;
}
