import { systemClock } from "../base/clock.ts";
import { askTimestamp } from "../evidence/timestamp.ts";
import { collectMaterial } from "../evidence/validation-material.ts";
import type { Outbound } from "../http/outbound.ts";
import { openOutbound } from "../http/outbound.ts";
import type { Completer, Stamp } from "../signing/sealing.ts";
import type { Config } from "./config.ts";

/** What the completer is made of, beside what it shares with all work. */
export type CompleterParts = Pick<Completer, "store" | "blobs" | "workshop" | "transact"> & {
  readonly config: Config;
  readonly sealerFor: Completer["sealerFor"];
  readonly outbound: Outbound;
};

/** Puts together what completes and seals. */
export function openCompleter({ config, outbound, ...parts }: CompleterParts): Completer {
  const { tsaRoots: known } = config;
  return {
    ...parts,
    clock: systemClock,
    stamp: openStamp(config),
    collect: (certificates) => collectMaterial(outbound, { certificates, known, at: systemClock() }),
    trail: config.auditTrail,
    publicUrl: config.publicUrl,
  };
}

/** The operator has named the authority: it may be anywhere, in a private network too. */
function openStamp({ tsaUrl, tsaRoots }: Config): Stamp | null {
  if (tsaUrl === null) return null;
  const outbound = openOutbound({ allow: ["0.0.0.0/0", "::/0"], refuseTargets: [] });
  return (digest) => askTimestamp({ outbound, url: tsaUrl, clock: systemClock, roots: tsaRoots }, digest);
}
