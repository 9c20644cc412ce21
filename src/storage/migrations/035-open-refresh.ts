import type { Statement } from "../statement.ts";

/** Refreshing without the app's secret is the default now, as the published call has none: nobody who had the other default had chosen it. */
export const statements: readonly Statement[] = [
  "update api_apps set refresh_open = 1",
  { postgres: "alter table api_apps alter column refresh_open set default 1" },
];
