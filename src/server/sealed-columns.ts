// Everything in the database that is encrypted with the house's secret, and how it is encrypted with another. A test walks every column of
// every table for what is missing here.

import { type RawBuilder, sql } from "kysely";
import { passwordLinkKind } from "../accounts/account-links.ts";
import { appSecretPurpose } from "../accounts/apps.ts";
import { earlierSecretsName } from "../accounts/earlier-secrets.ts";
import { credentialsPurpose } from "../accounts/endpoints.ts";
import { keyPurpose } from "../accounts/keys.ts";
import { webhookSecretPurpose } from "../accounts/webhook-secret.ts";
import { limits } from "../base/limits.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import { mailKind } from "../mail/post.ts";
import { orderPurpose, rowsPurpose } from "../requests/bulk.ts";
import { smsKind } from "../signing/gate.ts";
import { returnPurpose } from "../signing/identify.ts";
import { type ColumnType, rowsAs } from "../storage/rows.ts";
import type { Db, Store } from "../storage/store.ts";

type Place = {
  readonly table: string;
  /** The primary key. */
  readonly keys: Readonly<Record<string, ColumnType>>;
  readonly column: string;
  /** What a value is bound to: a word, or what stands in another column of the row. */
  readonly bound: string | { readonly column: string };
  /** Which rows; all where nothing is said. */
  readonly only?: RawBuilder<boolean>;
  /** The column is JSON, and the value its `cipher`. */
  readonly isJson?: true;
};

const jobKinds = [mailKind, smsKind, passwordLinkKind];
const endpointId = { endpoint_id: "text" } as const;

const places: readonly Place[] = [
  { table: "api_keys", keys: { key_hash: "text" }, column: "key_cipher", bound: keyPurpose },
  { table: "api_apps", keys: { client_id: "text" }, column: "secret_cipher", bound: appSecretPurpose },
  { table: "endpoints", keys: endpointId, column: "credentials_cipher", bound: credentialsPurpose },
  { table: "endpoints", keys: endpointId, column: "secret_cipher", bound: webhookSecretPurpose },
  { table: "endpoints", keys: endpointId, column: "old_secret_cipher", bound: webhookSecretPurpose },
  { table: "identifications", keys: { token_hash: "text" }, column: "return_cipher", bound: returnPurpose },
  { table: "bulk_send_jobs", keys: { bulk_send_job_id: "text" }, column: "order_cipher", bound: orderPurpose },
  {
    table: "bulk_send_rows",
    keys: { bulk_send_job_id: "text", first: "bigint" },
    column: "rows_cipher",
    bound: rowsPurpose,
  },
  {
    table: "jobs",
    keys: { job_id: "text" },
    column: "payload_json",
    bound: { column: "kind" },
    only: sql<boolean>`kind in (${sql.join(jobKinds)})`,
    isJson: true,
  },
  {
    table: "settings",
    keys: { name: "text" },
    column: "value",
    bound: { column: "name" },
    only: sql<boolean>`name like '%cipher' and name <> ${earlierSecretsName}`,
  },
];

/** From which secret to which. */
export type Rewrapping = { readonly kind: Store["kind"]; readonly from: Secret; readonly to: Secret };

/** Encrypts everything anew. Answers how many values of each table. Throws an Error that names the column of a value that cannot be read. */
export async function rewrapColumns(tx: Db, rewrapping: Rewrapping): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const place of places) {
    let count = 0;
    for (let after: Row | null = null; ; ) {
      const rows = await readBatch(tx, { place, after });
      if (rows.length === 0) break;
      after = rows.at(-1) ?? null;
      const anew = rows.flatMap((row) => rewrapRow(row, { place, ...rewrapping }));
      await writeBatch(tx, { place, rows: anew, kind: rewrapping.kind });
      count += anew.length;
    }
    counts.set(place.table, (counts.get(place.table) ?? 0) + count);
  }
  return counts;
}

type Row = Readonly<Record<string, string | number>>;

async function readBatch(
  tx: Db,
  { place, after }: { readonly place: Place; readonly after: Row | null },
): Promise<readonly Row[]> {
  const { table, keys, column, bound, only = sql<boolean>`1 = 1` } = place;
  const names = Object.keys(keys);
  const columns = [...new Set([...names, column, ...(typeof bound === "string" ? [] : [bound.column])])];
  const refs = (some: readonly string[]) => sql.join(some.map((name) => sql.ref(name)));
  const behind = after === null ? sql`` : sql`and (${refs(names)}) > (${sql.join(names.map((name) => after[name]))})`;
  const { rows } = await sql<Row>`
    select ${refs(columns)} from ${sql.table(table)} where ${sql.ref(column)} is not null and ${only} ${behind}
    order by ${refs(names)} limit cast(${limits.rewrapBatch} as integer)`.execute(tx);
  return rows;
}

/** The row with its value anew; none where nothing in it is encrypted. */
function rewrapRow(row: Row, { place, from, to }: Rewrapping & { readonly place: Place }): readonly Row[] {
  const { table, column, bound, isJson } = place;
  const purpose = typeof bound === "string" ? bound : String(row[bound.column]);
  const kept = String(row[column]);
  const payload = isJson ? (JSON.parse(kept) as Readonly<Record<string, unknown>>) : null;
  const sealed = payload === null ? kept : payload.cipher;
  if (typeof sealed !== "string") return [];
  const cipher = encrypt(to, { purpose, text: openedOr(`${table}.${column}`, { secret: from, purpose, sealed }) });
  return [{ ...row, [column]: payload === null ? cipher : JSON.stringify({ ...payload, cipher }) }];
}

function openedOr(
  where: string,
  { secret, purpose, sealed }: { readonly secret: Secret; readonly purpose: string; readonly sealed: string },
): string {
  // Orders of bulk sends that were under way when they came to be encrypted.
  if (purpose === orderPurpose && sealed.startsWith("{")) return sealed;
  try {
    return decrypt(secret, { purpose, sealed });
  } catch (error) {
    throw new Error(`A value in ${where} cannot be read with the present secret; nothing was changed`, {
      cause: error,
    });
  }
}

async function writeBatch(
  tx: Db,
  { place, rows, kind }: { readonly place: Place; readonly rows: readonly Row[]; readonly kind: Store["kind"] },
): Promise<void> {
  if (rows.length === 0) return;
  const { table, keys, column } = place;
  const names = Object.keys(keys);
  const values = rowsAs(
    { kind },
    {
      columns: { ...keys, [column]: "text" },
      rows: rows.map((row) => Object.fromEntries([...names, column].map((name) => [name, row[name]]))),
    },
  );
  const fits = sql.join(
    names.map((name) => sql`${sql.ref(`${table}.${name}`)} = ${sql.ref(`v.${name}`)}`),
    sql` and `,
  );
  await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(`v.${column}`)} from ${values} where ${fits}`.execute(
    tx,
  );
}
