import type { Statement } from "../statement.ts";

/** What the requests of a bulk send have in common names people: it is encrypted. What is under way at the upgrade is read as it was written. */
export const statements: readonly Statement[] = ["alter table bulk_send_jobs rename column order_json to order_cipher"];
