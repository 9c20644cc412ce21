import type { Statement } from "../statement.ts";

/** What an app's endpoint was to hear is found along the app's events, whichever account's they are. */
export const statements: readonly Statement[] = [
  "create index events_client on events (client_id, event_id) where client_id is not null",
];
