import type { Hands } from "../../../wire/session.ts";
import * as calls from "./calls.ts";
import { say, speak } from "./say.ts";
import { type Outcome, refuse, type Visit } from "./visit.ts";

/** Keeps on the server what has changed of a hand's looks. Null when all is kept. */
export async function keepHand(
  visit: Visit,
  { before, looks }: { readonly before: Hands; readonly looks: Hands },
): Promise<Outcome> {
  for (const kind of ["name", "initials"] as const) {
    const ink = looks[kind] ?? null;
    if (JSON.stringify(ink) === JSON.stringify(before[kind] ?? null)) continue;
    const reply = await calls.saveHand(visit.session?.session ?? "", {
      body: { kind, ink },
      onTrouble: () => undefined,
    });
    if (reply === "unreachable") return { message: say("trouble.gaveUp"), fields: {} };
    if ("saved" in reply) continue;
    if (reply.code !== "invalid_answer" && reply.code !== "unavailable") refuse(visit, reply);
    return { message: speak(reply.says), fields: {} };
  }
  return null;
}
