import type { DeliveryCounts } from "../../accounts/endpoint-state.ts";
import type { EndpointRow } from "../../storage/account-tables.ts";
import { type Html, html } from "../html.ts";
import type { Dashboard } from "./visit.ts";

/** All that is shown of where callbacks go; `clientId` null: the account's. */
export type EndpointView = {
  readonly clientId: string | null;
  /** Null while no URL was ever set. */
  readonly endpoint: EndpointRow | null;
  readonly counts: DeliveryCounts | null;
  /** The webhook secrets, once their showing was asked for; else none. */
  readonly secrets: readonly string[];
  readonly at: number;
  readonly formKey: string;
  readonly tries: Dashboard["tries"];
  /** What was done last, by its short name. */
  readonly done: string | null;
  readonly typed: string;
  readonly fault: string | null;
  /** How a test went. */
  readonly test: Html | null;
};

/** The hidden field that says whose endpoint a form is about. */
export function appField(clientId: string | null): Html | null {
  return clientId === null ? null : html`<input type="hidden" name="app" value="${clientId}">`;
}
