import { resumeEndpoint } from "../../src/accounts/endpoint-state.ts";
import { setCallbackUrl } from "../../src/accounts/endpoints.ts";
import { accountId, clientOf, urlOf } from "./sim-ground.ts";
import type { Process } from "./sim-process.ts";
import type { World } from "./sim-world.ts";

/** A change that was asked for, and what its caller learnt; a crash leaves that open. */
export type Change = {
  readonly marks: readonly string[];
  readonly endpoints: readonly string[];
  outcome: "open" | "committed" | "rolled back";
};

/** What a seed has: endpoints, those that are served strictly in order, more at once than may be under way, and an endpoint at which nobody answers for a while. */
export type Cast = {
  readonly endpoints: readonly string[];
  readonly strict: readonly string[];
  readonly isFlooded: boolean;
  readonly dark: { readonly endpoint: string; readonly untilMs: number } | null;
};

/** What a seed has left behind. */
export type Aftermath = Cast & {
  readonly world: World;
  readonly changes: readonly Change[];
  readonly processes: readonly Process[];
  /** Endpoints that were paused or cleared, and those whose held deliveries were skipped. */
  readonly held: ReadonlySet<string>;
  readonly skipped: ReadonlySet<string>;
};

/** A seed under way. */
export type Stage = Cast & {
  readonly world: World;
  readonly changes: Change[];
  /** Those on duty, and those that have died and are not replaced yet. */
  readonly slots: Process[];
  readonly everybody: Process[];
  readonly held: Set<string>;
  readonly skipped: Set<string>;
};

/** Those who can be asked for something. */
export function onDuty({ slots }: Stage): readonly Process[] {
  return slots.filter(({ diedAt, isLeaving }) => diedAt === null && !isLeaving);
}

/** Lets an endpoint take callbacks again, however it was closed. */
export async function reopen(
  stage: Stage,
  { endpoint, held }: { readonly endpoint: string; readonly held: "send" | "skip" },
): Promise<void> {
  const [process] = onDuty(stage);
  if (held === "skip") stage.skipped.add(endpoint);
  await process?.transact(async (work) => {
    await resumeEndpoint(work, { accountId, endpointId: endpoint, held });
    await setCallbackUrl(work, { owner: { accountId, clientId: clientOf(endpoint) }, url: urlOf(endpoint) });
  });
}
