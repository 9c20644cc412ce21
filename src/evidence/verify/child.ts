// The process in which files that somebody wants to have checked are read: without files, network or keys, as the workshop's children.

import type { Report, VerifyOrder } from "./report.ts";
import { verifyDocument } from "./verify.ts";

/** What the child says: that it has come up, or a report; null when it stumbled. */
export type FromVerifier = "ready" | { readonly report: Report | null };

process.on("disconnect", () => process.exit(0));
process.on("message", (order: VerifyOrder) => void answer(order));
say("ready");

async function answer(order: VerifyOrder): Promise<void> {
  say({ report: await verifyDocument(order).catch(() => null) });
}

function say(message: FromVerifier): void {
  process.send?.(message);
}
