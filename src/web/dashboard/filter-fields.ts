// The fields of forms that filter a list, and what they hold.

import { type Html, html } from "../html.ts";

/** A list to choose one of, or none: what is sent and what is read of each. */
export type Choice = {
  readonly name: string;
  readonly label: string;
  readonly any: string;
  readonly chosen: string | undefined;
  readonly options: readonly (readonly [value: string, words: string])[];
};

/** Shows it. */
export function choice({ name, label, any, chosen, options }: Choice): Html {
  const rows = options.map(
    ([value, words]) => html`<option value="${value}"${value === chosen ? html` selected` : null}>${words}</option>`,
  );
  return html`<div><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">${any}</option>${rows}</select></div>`;
}

/** A moment that bounds the list, in UTC milliseconds; undefined where there is no bound. */
export type Moment = { readonly name: string; readonly label: string; readonly at: number | undefined };

/** Shows its date and time. */
export function moment({ name, label, at }: Moment): Html {
  const value = at === undefined ? undefined : new Date(at).toISOString().replace(/(:00)?\.000Z$|Z$/, "");
  const step = value !== undefined && value.length > 16 ? html` step="any"` : null;
  return html`<div class="moment"><label for="${name}">${label}</label><input id="${name}" type="datetime-local" name="${name}" value="${value}"${step}></div>`;
}

/** UTC milliseconds of what a field for date and time holds; null for what is no time. */
export function timeIn(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)) return null;
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? null : at;
}
