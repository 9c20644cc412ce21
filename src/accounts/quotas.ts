// What an account has used of what its operator lets it use: one row a kind, which counts the month that it names. Where there is no quota
// nothing is written or read, so that no account has a row that all its requests wait for.

import { sql } from "kysely";
import { Fault } from "../base/faults.ts";
import type { MonthlyKind, QuotaKind, Quotas } from "../base/quotas.ts";
import type { Work } from "../events/work.ts";
import type { Db } from "../storage/store.ts";

/** Of what, for which account, and how much. */
export type Use = { readonly accountId: string; readonly kind: MonthlyKind; readonly count: number };

/**
 * Counts a use in this very commit, and answers whether the quota has room for all of it; where it has not, nothing is counted. Two that ask at
 * once come one after the other.
 */
export async function countUse(work: Work, { accountId, kind, count }: Use): Promise<boolean> {
  const most = work.quotas[kind];
  if (most === null || count === 0) return true;
  if (count > most) return false;
  // A clock that is a little behind at the turn of the month counts in the new one.
  const { rows } = await sql<{ readonly used: number }>`
    insert into quota_uses as u (account_id, kind, month, used)
    values (${accountId}, ${kind}, ${monthOf(work.at)}, ${count})
    on conflict (account_id, kind) do update set
      used = case when u.month < excluded.month then excluded.used else u.used + excluded.used end,
      month = case when u.month < excluded.month then excluded.month else u.month end
    where u.month < excluded.month or u.used + excluded.used <= ${most}
    returning used`.execute(work.tx);
  return rows.length === 1;
}

/** Takes back what was counted at `at` and came to nothing, if that month still runs. */
export async function uncountUse(
  work: Work,
  { accountId, kind, count, at }: Use & { readonly at: number },
): Promise<void> {
  if (work.quotas[kind] === null || count === 0) return;
  await work.tx
    .updateTable("quota_uses")
    .set((eb) => ({ used: eb("used", "-", count) }))
    .where("account_id", "=", accountId)
    .where("kind", "=", kind)
    .where("month", "=", monthOf(at))
    .where("used", ">=", count)
    .execute();
}

/** Counts a use, or throws `payment_required` in words that say which quota is used up and when it opens again. */
export async function needUse(work: Work, use: Use): Promise<void> {
  if (!(await countUse(work, use))) throw new Fault("payment_required", `${upgrade} ${await usedUpWords(work, use)}`);
}

/** Throws `payment_required` where nothing is left of a kind. */
export async function needSomeLeft(work: Work, { accountId, kind }: Omit<Use, "count">): Promise<void> {
  const most = work.quotas[kind];
  if (most === null || (await findUsed(work, { accountId, kind })) < most) return;
  throw new Fault("payment_required", `${upgrade} ${await usedUpWords(work, { accountId, kind, count: 1 })}`);
}

/** Throws `payment_required` where the account may hold no further template. One that is a test, or has failed, takes no room. */
export async function needTemplateRoom(
  work: Work,
  { accountId, testMode }: { readonly accountId: string; readonly testMode: boolean },
): Promise<void> {
  const most = work.quotas.templates;
  if (most === null || testMode) return;
  // Whoever makes a template holds this row until its commit: what is counted next is all that there is.
  await work.tx
    .insertInto("quota_uses")
    .values({ account_id: accountId, kind: "templates" satisfies QuotaKind, month: 0, used: 0 })
    .onConflict((conflict) => conflict.columns(["account_id", "kind"]).doUpdateSet({ used: 0 }))
    .execute();
  const held = (await countTemplates(work.tx, [accountId])).get(accountId) ?? 0;
  if (held < most) return;
  throw new Fault(
    "payment_required",
    `${upgrade} The account holds ${held} of at most ${most} templates: another can be made once one is deleted.`,
  );
}

const upgrade = "You must upgrade to make additional requests.";

/** Says which quota has no room for a use, and when it opens again. */
export async function usedUpWords(work: Work, { accountId, kind, count }: Use): Promise<string> {
  const most = work.quotas[kind] ?? 0;
  const left = Math.max(0, most - (await findUsed(work, { accountId, kind })));
  const again = new Date(monthOf(work.at, 1)).toISOString().replace(".000Z", "Z");
  const quota = `${most} ${nouns[kind]} a month`;
  return left === 0
    ? `The account's quota of ${quota} is used up: it opens again at ${again}.`
    : `This takes ${count} ${nouns[kind]}, and ${left} of the account's quota of ${quota} are left until ${again}.`;
}

const nouns: Readonly<Record<MonthlyKind, string>> = {
  requests: "signature requests",
  codes: "codes by text message",
  faxPages: "fax pages",
};

async function findUsed(work: Work, { accountId, kind }: Omit<Use, "count">): Promise<number> {
  const row = await work.tx
    .selectFrom("quota_uses")
    .select("used")
    .where("account_id", "=", accountId)
    .where("kind", "=", kind)
    .where("month", ">=", monthOf(work.at))
    .executeTakeFirst();
  return row?.used ?? 0;
}

/** What an account has left of each kind; null: as much as it likes. */
export type Left = Quotas & {
  /** How many templates it may hold, those that it holds among them. */
  readonly templatesTotal: number | null;
};

/** What is left to an account. */
export type LeftOf = (accountId: string) => Left;

/** What of everything is left to each of these accounts at a time. The house is asked only for what is bounded. */
export async function findLeft(db: Db, asked: LeftAsk): Promise<LeftOf> {
  const { quotas, at, accountIds } = asked;
  const isMonthly = [quotas.requests, quotas.codes, quotas.faxPages].some((most) => most !== null);
  const uses = isMonthly && accountIds.length > 0 ? await findUses(db, { at, accountIds }) : [];
  const used = new Map(uses.map((use) => [`${use.kind} ${use.account_id}`, use.used]));
  const held = quotas.templates === null ? new Map<string, number>() : await countTemplates(db, accountIds);
  return (accountId) => {
    const usedOf = (kind: MonthlyKind) => used.get(`${kind} ${accountId}`) ?? 0;
    return {
      requests: leftOf(quotas.requests, usedOf("requests")),
      codes: leftOf(quotas.codes, usedOf("codes")),
      faxPages: leftOf(quotas.faxPages, usedOf("faxPages")),
      templates: leftOf(quotas.templates, held.get(accountId) ?? 0),
      templatesTotal: quotas.templates,
    };
  };
}

/** Of which accounts, at what time (UTC milliseconds), in a house with which quotas. */
export type LeftAsk = { readonly quotas: Quotas; readonly at: number; readonly accountIds: readonly string[] };

function leftOf(most: number | null, used: number): number | null {
  return most === null ? null : Math.max(0, most - used);
}

function findUses(db: Db, { at, accountIds }: Pick<LeftAsk, "at" | "accountIds">) {
  return db
    .selectFrom("quota_uses")
    .select(["account_id", "kind", "used"])
    .where("account_id", "in", accountIds)
    .where("month", ">=", monthOf(at))
    .execute();
}

async function countTemplates(db: Db, accountIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (accountIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("templates")
    .select((eb) => ["account_id", eb.fn.countAll<number>().as("held")])
    .where("account_id", "in", accountIds)
    .where("test_mode", "=", 0)
    .where("state", "<>", "error")
    .groupBy("account_id")
    .execute();
  return new Map(rows.map(({ account_id: id, held }) => [id, Number(held)]));
}

/** When the calendar month of a time begins in UTC, or the one that comes so many later. */
export function monthOf(at: number, later = 0): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1);
}
