import { toSeconds } from "../base/clock.ts";
import { macOf, type Secret, sameText } from "../base/secrets.ts";
import { type Report, reportTypes } from "./report.ts";

type Shop = { readonly publicUrl: string; readonly secret: Secret };

/** An address that gives a report as CSV to whoever holds it, until `expiresAt` (milliseconds). */
export function makeReportLink(
  { publicUrl, secret }: Shop,
  { expiresAt, ...report }: Report & { readonly expiresAt: number },
): string {
  const expires = toSeconds(expiresAt);
  const { type, accountId, since, until } = report;
  const query = { account: accountId, since: String(since), until: String(until), expires: String(expires) };
  const key = keyOf(secret, { ...report, expires });
  return `${publicUrl}/reports/${type}?${new URLSearchParams({ ...query, key }).toString()}`;
}

/** The report that a link is for, or null for one that was not made here or whose time has passed. */
export function readReportLink(
  secret: Secret,
  { type, query, at }: { readonly type: string; readonly query: URLSearchParams; readonly at: number },
): Report | null {
  const known = reportTypes.find((one) => one === type);
  const [since, until, expires] = ["since", "until", "expires"].map((name) => Number(query.get(name) ?? "NaN"));
  if (known === undefined || since === undefined || until === undefined || expires === undefined) return null;
  const report = { type: known, accountId: query.get("account") ?? "", since, until };
  const isGood = sameText(query.get("key") ?? "", keyOf(secret, { ...report, expires })) && toSeconds(at) <= expires;
  return isGood ? report : null;
}

function keyOf(
  secret: Secret,
  { type, accountId, since, until, expires }: Report & { readonly expires: number },
): string {
  return macOf(secret, `report ${type} ${accountId} ${since} ${until} ${expires}`);
}
