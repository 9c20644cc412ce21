import { limits } from "../../base/limits.ts";
import type { Query } from "../../requests/query.ts";
import { readSearch } from "../../requests/search.ts";
import type { Place } from "../../requests/walk.ts";
import { type Html, html } from "../html.ts";
import { choice, moment, timeIn } from "./filter-fields.ts";
import type { Fields } from "./visit.ts";
import { requestStates } from "./words.ts";

/** What a query string asks of the list; `isAny` when it leaves something out. What cannot be is as if it were not there. */
export type AskedRequests = {
  readonly query: Query;
  readonly isAny: boolean;
  readonly before: Place | null;
  /** As it was typed. */
  readonly text: string;
  readonly state: string | undefined;
  readonly since: number | null;
  readonly until: number | null;
};

/**
 * Reads the filters `text`, `state`, `from` and `to` (UTC, to the minute or the second), and the place `before` that the page begins at.
 * Throws `bad_request` for a text that is too long to be searched for.
 */
export function readRequestFilter(fields: Fields): AskedRequests {
  const text = fields.get("text")?.trim() ?? "";
  const state = requestStates.map(([name]) => name).find((one) => one === fields.get("state"));
  const [since, until] = [timeIn(fields.get("from")), timeIn(fields.get("to"))];
  const of: readonly Query[] = [
    ...readSearch(text).map((word) => ({ kind: "text", field: "any", text: word, isWhole: false }) as const),
    ...(state === undefined ? [] : [{ kind: "state", state } as const]),
    ...(since === null && until === null ? [] : [{ kind: "created", since, until } as const]),
  ];
  const query: Query = { kind: "and", of };
  return { query, isAny: of.length > 0, before: readPlace(fields.get("before")), text, state, since, until };
}

function readPlace(text: string | undefined): Place | null {
  const [, at = "", requestId = ""] = /^(\d{1,15})\.([0-9a-f]{40})$/.exec(text ?? "") ?? [];
  return requestId === "" ? null : { at: Number(at), requestId };
}

/** The form that filters the list: plain GET, so that an address says what is shown. */
export function renderRequestFilters({ text, state, since, until, isAny }: AskedRequests): Html {
  return html`<form class="card filters" action="/app/requests" method="get" role="search" aria-label="Filter requests">
<div class="long"><label for="text">Search</label><input id="text" type="search" name="text" value="${text}" maxlength="${limits.searchLength}" placeholder="Title, name, e-mail, file, error" autocomplete="off" spellcheck="false"></div>
${choice({ name: "state", label: "State", any: "Any state", chosen: state, options: requestStates })}
${moment({ name: "from", label: "From (UTC)", at: since ?? undefined })}
${moment({ name: "to", label: "To (UTC)", at: until ?? undefined })}
<div class="row wide"><button>Filter</button>${isAny ? html`<a href="/app/requests">Clear</a>` : null}</div>
</form>`;
}
