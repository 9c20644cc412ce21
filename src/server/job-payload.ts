// What jobs carry, read back. A payload that lacks what its kind needs is a defect of the house.

import { assert } from "../base/assert.ts";
import { reportTypes } from "../requests/report.ts";

/** Which reports, of whom, of which days. */
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

/** A text that a job carries. */
export function readText(payload: unknown, name: string): string {
  const value: unknown = Object(payload)[name];
  assert(typeof value === "string", `a job names its ${name}`);
  return value;
}

/** A number that a job carries. */
export function readNumber(payload: unknown, name: string): number {
  const value: unknown = Object(payload)[name];
  assert(typeof value === "number", `a job says its ${name}`);
  return value;
}

/** A time-stamp token that came already; null: none has. */
export function readToken(payload: unknown): Uint8Array | null {
  const { token }: { readonly token?: unknown } = Object(payload);
  return typeof token === "string" ? Buffer.from(token, "base64") : null;
}

/** Of which endpoint, since when. */
export function readAlert(payload: unknown): { readonly endpointId: string; readonly since: number } {
  return { endpointId: readText(payload, "endpointId"), since: readNumber(payload, "since") };
}
