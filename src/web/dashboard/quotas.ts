import { findLeft } from "../../accounts/quotas.ts";
import type { QuotaKind } from "../../base/quotas.ts";
import { type Html, html } from "../html.ts";
import type { Visit } from "./visit.ts";

/** What the account has left of its quotas, in a line; null where the operator has set none. */
export async function renderQuotas({ house, account }: Visit): Promise<Html | null> {
  const { quotas, store, clock } = house;
  if (kinds.every(([kind]) => quotas[kind] === null)) return null;
  const { account_id: accountId } = account;
  const left = (await findLeft(store.read, { quotas, at: clock(), accountIds: [accountId] }))(accountId);
  const parts = kinds.flatMap(([kind, words]) =>
    quotas[kind] === null ? [] : [`${left[kind] ?? 0} of ${quotas[kind]} ${words}`],
  );
  return html`<p class="soft" id="quotas">Left to this account: ${parts.join(", ")}. What is counted by the month begins anew on its first day, UTC; test mode is free.</p>`;
}

const kinds: readonly (readonly [kind: QuotaKind, words: string])[] = [
  ["requests", "signature requests this month"],
  ["templates", "templates"],
  ["codes", "codes by text message this month"],
  ["faxPages", "fax pages this month"],
];
