// What jobs are told in their payloads.

import { assert } from "../base/assert.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import { reportTypes } from "../requests/report.ts";

/** The bulk send that a job is about. */
export function bulkSendOf({ payload }: ClaimedJob): string {
  return readText(payload, "bulkSendJobId");
}

/** Which reports of whose requests, of what time. */
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

/** A text that the payload of a job must have. */
export function readText(payload: unknown, name: string): string {
  const value: unknown = Object(payload)[name];
  assert(typeof value === "string", `a job names its ${name}`);
  return value;
}

/** A number that it must have. */
export function readNumber(payload: unknown, name: string): number {
  const value: unknown = Object(payload)[name];
  assert(typeof value === "number", `a job says its ${name}`);
  return value;
}

/** The time-stamp token of a job that has fetched one; else null. */
export function readToken(payload: unknown): Uint8Array | null {
  const { token }: { readonly token?: unknown } = Object(payload);
  return typeof token === "string" ? Buffer.from(token, "base64") : null;
}

/** Of which endpoint an alert tells, and since when. */
export function readAlert(payload: unknown): { readonly endpointId: string; readonly since: number } {
  return { endpointId: readText(payload, "endpointId"), since: readNumber(payload, "since") };
}
