import { type RawBuilder, sql } from "kysely";
import type { Store } from "./store.ts";

/** A column's type, named alike in both databases. */
export type ColumnType = "text" | "bigint";

/**
 * Many rows as one parameter of a statement, as the table `v`: the text of the statement stays the same however many there are. A value
 * that a row does not have is null. PostgreSQL's JSON takes no NUL and no half of a surrogate pair: both must be gone before.
 */
export function rowsAs<const Columns extends Readonly<Record<string, ColumnType>>>(
  { kind }: Pick<Store, "kind">,
  {
    columns,
    rows,
  }: { readonly columns: Columns; readonly rows: readonly { readonly [C in keyof Columns]: unknown }[] },
): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  const names = Object.entries(columns);
  if (kind === "postgres") {
    const typed = names.map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`);
    return sql`jsonb_to_recordset(${json}::jsonb) as v(${sql.join(typed)})`;
  }
  const read = names.map(([name]) => sql`value ->> ${sql.lit(`$.${name}`)} as ${sql.ref(name)}`);
  return sql`(select ${sql.join(read)} from json_each(${json})) as v`;
}
