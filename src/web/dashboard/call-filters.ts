import type { CallFilter } from "../../accounts/calls.ts";
import { keyIdOf } from "../../accounts/keys.ts";
import { limits } from "../../base/limits.ts";
import type { ApiKeyRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import { choice, moment, timeIn } from "./filter-fields.ts";
import type { Fields } from "./visit.ts";

/** What a query string asks of the list of calls. What cannot be is as if it were not there. */
export type AskedCallPage = {
  readonly filter: CallFilter;
  readonly isAny: boolean;
  readonly before: string | null;
};

const methods = ["GET", "POST", "PUT", "DELETE"] as const;

/** Reads the filters `status`, `method`, `path`, `request`, `from`, `to` (UTC) and `api_key`, and the place `before` that the page begins at. */
export function readCallFilter(query: Fields): AskedCallPage {
  const status = query.get("status")?.trim();
  const method = methods.find((one) => one === query.get("method"));
  const path = query.get("path")?.trim().split("?")[0]?.slice(0, limits.callPathLength);
  const requestId = query.get("request")?.trim();
  const keyId = query.get("api_key");
  const [since, until] = [timeIn(query.get("from")), timeIn(query.get("to"))];
  const filter: CallFilter = {
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
    ...(status === "errors" ? { status } : /^[1-5]\d\d$/.test(status ?? "") ? { status: Number(status) } : {}),
    ...(method === undefined ? {} : { method }),
    ...(path ? { path } : {}),
    ...(requestId ? { requestId } : {}),
    ...(keyId === undefined ? {} : { keyId }),
  };
  const before = query.get("before") ?? "";
  return { filter, isAny: Object.keys(filter).length > 0, before: /^[0-9a-f-]{36}$/.test(before) ? before : null };
}

/** The form that filters the list: plain GET, so that an address says what is shown. */
export function renderCallFilters(filter: CallFilter, keys: readonly ApiKeyRow[]): Html {
  const names = keys.map((key) => [keyIdOf(key), key.name] as const);
  const { keyId, status } = filter;
  const isGone = keyId !== undefined && names.every(([id]) => id !== keyId);
  const exact = typeof status === "number" ? [[String(status), `${status} exactly`] as const] : [];
  return html`<form class="card filters calls" action="/app/calls" method="get" role="search" aria-label="Filter calls">
${choice({ name: "status", label: "Status", any: "Any status", chosen: status === undefined ? undefined : String(status), options: [["errors", "Errors: 400 and above"], ...exact, ...statuses.filter(([code]) => code !== String(status))] })}
${choice({ name: "method", label: "Method", any: "Any method", chosen: filter.method, options: methods.map((one) => [one, one] as const) })}
${choice({ name: "api_key", label: "API key", any: "Any key", chosen: keyId, options: isGone ? [...names, [keyId, `Revoked: ${keyId}`] as const] : names })}
<div><label for="path">Path contains</label><input id="path" name="path" value="${filter.path}" autocomplete="off" spellcheck="false" placeholder="signature_request"></div>
<div><label for="request">Request id</label><input id="request" name="request" value="${filter.requestId}" autocomplete="off" spellcheck="false"></div>
${moment({ name: "from", label: "From (UTC)", at: filter.since })}
${moment({ name: "to", label: "To (UTC)", at: filter.until })}
<div class="row wide"><button>Filter</button>${Object.keys(filter).length > 0 ? html`<a href="/app/calls">Clear</a>` : null}</div>
</form>`;
}

/** Those that the API answers with most. Any other can be asked for in the address. */
const statuses = [
  ["200", "200 done"],
  ["400", "400 bad request"],
  ["401", "401 unauthorized"],
  ["403", "403 forbidden"],
  ["404", "404 not found"],
  ["409", "409 conflict"],
  ["410", "410 destroyed"],
  ["499", "499 caller hung up"],
  ["500", "500 server failed"],
  ["503", "503 busy"],
] as const;
