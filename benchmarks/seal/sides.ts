import { openLibpdf } from "./libpdf.ts";
import { openOurs } from "./ours.ts";
import { openSignpdf } from "./signpdf.ts";
import type { Side } from "./words.ts";

/** Who is measured. */
export const sides = {
  ours: openOurs,
  "pdf-lib + @signpdf": openSignpdf,
  "@libpdf/core, rewritten": openLibpdf,
} as const satisfies Readonly<Record<string, Side>>;

/** The name of a side. */
export type SideName = keyof typeof sides;
