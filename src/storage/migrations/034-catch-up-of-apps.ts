import type { Statement } from "../statement.ts";

/** What an app's endpoint was to hear is caught up along the app's events, in the order in which they became final. */
export const statements: readonly Statement[] = [
  "create index events_client_position on events (client_id, position, event_id) where client_id is not null",
];
