import { minute } from "./units.ts";

/** Bounds of seals, timestamps, the audit trail and the gates before the signing page; part of `limits`. */
export const evidenceLimits = {
  trailRepeatMs: 1 * minute,
} as const;
