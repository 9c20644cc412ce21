/** A statement of a migration: it runs on SQLite and on PostgreSQL, or on one of them only. */
export type Statement = string | { readonly sqlite?: string; readonly postgres?: string };
