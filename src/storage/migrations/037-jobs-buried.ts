import type { Statement } from "../statement.ts";

/** Jobs that were given up are counted for whoever watches the house: they are few among those that were done. */
export const statements: readonly Statement[] = ["create index jobs_buried on jobs (kind) where state = 'buried'"];
