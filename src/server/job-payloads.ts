import { assert } from "../base/assert.ts";
import { reportTypes } from "../requests/report.ts";

/** What a report is asked for with. Throws, as for a bug, for a payload that is none. */
export function readReport(payload: unknown) {
  const { types }: { readonly types?: unknown } = Object(payload);
  assert(Array.isArray(types), "a report says of what");
  return {
    accountId: readText(payload, "accountId"),
    since: readNumber(payload, "since"),
    until: readNumber(payload, "until"),
    types: reportTypes.filter((type) => types.includes(type)),
  };
}

/** A text that a job's payload names. Throws, as for a bug, where it does not. */
export function readText(payload: unknown, name: string): string {
  const value: unknown = Object(payload)[name];
  assert(typeof value === "string", `a job names its ${name}`);
  return value;
}

/** A number that a job's payload says. Throws, as for a bug, where it does not. */
export function readNumber(payload: unknown, name: string): number {
  const value: unknown = Object(payload)[name];
  assert(typeof value === "number", `a job says its ${name}`);
  return value;
}

/** The end that a reminder was promised before, in UTC milliseconds; null where an earlier version promised it, which did not say. */
export function readEnd(payload: unknown): number | null {
  return Object.hasOwn(Object(payload), "expiresAt") ? readNumber(payload, "expiresAt") : null;
}

/** The time-stamp token that a job carries; null while it has none. */
export function readToken(payload: unknown): Uint8Array | null {
  const { token }: { readonly token?: unknown } = Object(payload);
  return typeof token === "string" ? Buffer.from(token, "base64") : null;
}

/** The endpoint that an alert is about, and since when. Throws, as for a bug, for a payload that is none. */
export function readAlert(payload: unknown): { readonly endpointId: string; readonly since: number } {
  return { endpointId: readText(payload, "endpointId"), since: readNumber(payload, "since") };
}
