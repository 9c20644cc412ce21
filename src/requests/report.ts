// What reports say, read in pages as they are downloaded: nothing is kept of them, so that nothing stays of what is destroyed.

import { sql } from "kysely";
import { limits } from "../base/limits.ts";
import { faxUsage } from "../fax/usage.ts";
import type { Db } from "../storage/store.ts";
import type { SignatureRequestRow } from "../storage/tables.ts";

/** The reports there are. */
export const reportTypes = ["user_activity", "document_status", "sms_activity", "fax_usage"] as const;

/** Which report. */
export type ReportType = (typeof reportTypes)[number];

/** An account's report over a time: `since` counts, `until` does not; UTC milliseconds. */
export type Report = {
  readonly accountId: string;
  readonly type: ReportType;
  readonly since: number;
  readonly until: number;
};

/** The rows of a report, its headings first. */
export function rowsOfReport(db: Db, report: Report): AsyncGenerator<readonly (string | number)[]> {
  const makers = {
    user_activity: userActivity,
    document_status: documentStatus,
    sms_activity: smsActivity,
    fax_usage: faxUsage,
  } as const;
  return makers[report.type](db, report);
}

type Rows = AsyncGenerator<readonly (string | number)[]>;

/** One row a request that was made in this time. */
async function* documentStatus(db: Db, report: Report): Rows {
  yield [
    "signature_request_id",
    "title",
    "status",
    "test_mode",
    "created_at",
    "completed_at",
    "expires_at",
    "signers",
    "signed",
  ];
  for await (const rows of pagesOf(db, report)) {
    const signers = await signersOf(db, rows);
    for (const row of rows) {
      const those = signers.get(row.request_id) ?? [];
      const names = row.state === "destroyed" ? "" : those.map(({ email }) => email).join("; ");
      const signed = those.filter(({ state }) => state === "signed").length;
      const times = [row.created_at, row.completed_at, row.expires_at].map(isoOf);
      yield [row.request_id, row.title, row.state, row.test_mode === 1 ? "yes" : "no", ...times, names, signed];
    }
  }
}

/** One row for the account: what it asked for in this time, and how that stands. */
async function* userActivity(db: Db, report: Report): Rows {
  yield ["email_address", "sent", "complete", "awaiting", "declined", "canceled", "expired", "failed", "destroyed"];
  const { email } = await db
    .selectFrom("accounts")
    .select("email")
    .where("account_id", "=", report.accountId)
    .executeTakeFirstOrThrow();
  const counts = new Map<string, number>();
  let sent = 0;
  for await (const rows of pagesOf(db, report))
    for (const { state } of rows) {
      sent += 1;
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
  const of = (...states: readonly string[]) => states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
  const waiting = of("awaiting", "held", "processing", "sealing");
  yield [
    email,
    sent,
    of("complete"),
    waiting,
    of("declined"),
    of("canceled"),
    of("expired"),
    of("error"),
    of("destroyed"),
  ];
}

/** One row a text message with a code that was sent in this time, for requests made up to a year before. */
async function* smsActivity(db: Db, report: Report): Rows {
  yield ["sent_at", "signature_request_id", "signature_id", "phone_number"];
  for await (const rows of pagesOf(db, { ...report, since: report.since - limits.reportSpanMs })) {
    const trail = await db
      .selectFrom("trail")
      .select(["at", "request_id", "signature_id", "facts_json"])
      .where("kind", "=", "code_sent")
      .where("at", ">=", report.since)
      .where("at", "<", report.until)
      .where("request_id", "in", idsOf(rows))
      .orderBy("at")
      .execute();
    for (const { at, request_id: id, signature_id: signatureId, facts_json: facts } of trail)
      yield [isoOf(at), id, signatureId ?? "", phoneIn(facts)];
  }
}

/** What is told of a request; the rest of its row may be large. */
const toldColumns = [
  "request_id",
  "title",
  "state",
  "test_mode",
  "created_at",
  "completed_at",
  "expires_at",
] as const satisfies readonly (keyof SignatureRequestRow)[];

type Told = Pick<SignatureRequestRow, (typeof toldColumns)[number]>;

/** The account's requests that were made in this time, oldest first, a page at a time. */
async function* pagesOf(db: Db, { accountId, since, until }: Omit<Report, "type">): AsyncGenerator<readonly Told[]> {
  let after = { at: since, id: "" };
  for (;;) {
    const rows = await db
      .selectFrom("signature_requests")
      .select(toldColumns)
      .where("account_id", "=", accountId)
      .where("created_at", "<", until)
      .where(sql<boolean>`(created_at, request_id) > (${after.at}, ${after.id})`)
      .orderBy("created_at")
      .orderBy("request_id")
      .limit(limits.reportPage)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = { at: last.created_at, id: last.request_id };
  }
}

type Signer = { readonly request_id: string; readonly email: string; readonly state: string };

async function signersOf(
  db: Db,
  requests: readonly Pick<Told, "request_id">[],
): Promise<ReadonlyMap<string, readonly Signer[]>> {
  const rows = await db
    .selectFrom("signatures")
    .select(["request_id", "email", "state"])
    .where("request_id", "in", idsOf(requests))
    .orderBy("position")
    .execute();
  return Map.groupBy(rows, (row) => row.request_id);
}

function idsOf(requests: readonly Pick<Told, "request_id">[]): readonly string[] {
  return requests.map((row) => row.request_id);
}

function phoneIn(facts: string): string {
  const { phone }: { readonly phone?: unknown } = Object(JSON.parse(facts));
  return typeof phone === "string" ? phone : "";
}

function isoOf(at: number | null): string {
  return at === null ? "" : new Date(at).toISOString();
}

/**
 * A line of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it: titles and addresses are
 * others' words.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  const written = cells.map((cell) => {
    if (typeof cell === "number") return String(cell);
    const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${written.join(",")}\r\n`;
}
