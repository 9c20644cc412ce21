import type { Statement } from "../statement.ts";

/** Gates before the signing page: access codes and codes by text message. */
export const statements: readonly Statement[] = [];
