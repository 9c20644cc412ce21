/** How a visit ends: the request goes out, the template is kept. The host hears of it only after the server's yes. */
import type { EditorFaults, EditorView } from "../../../wire/editor-view.ts";
import { webAddress } from "../sign/opening.ts";
import { say, speak } from "../sign/say.ts";
import * as calls from "./calls.ts";
import { asSent, type Draft } from "./draft.ts";
import { endVisit, outdate, refuse, show, type Visit } from "./visit.ts";

/** What stands in the way of the end: faults by place, or one sentence; null when it is done. */
export type Obstacle = { readonly faults: EditorFaults["faults"] } | { readonly words: string } | null;

/** Finishes with the draft as it is shown. */
export function finishVisit(
  visit: Visit,
  { view, draft, onTrouble }: { readonly view: EditorView; readonly draft: Draft; readonly onTrouble: () => void },
): Promise<Obstacle> {
  const decide = async (): Promise<Obstacle> => {
    await visit.autosave?.rest();
    const body = { ...asSent(draft), revision: visit.revision };
    const reply = await calls.finish(visit.session, { draft: body, onTrouble });
    if (reply === "unreachable") return { words: say("trouble.gaveUp") };
    if (reply.ok) {
      const { isFramed, redirectUrl } = visit.opening;
      const target = webAddress((isFramed ? redirectUrl : null) ?? view.redirectUrl);
      endVisit(visit, { done: reply, draft, target });
      if (!target && view.isHeld) show(visit, { stage: { kind: "over", how: "held" } });
      return null;
    }
    if ("faults" in reply) return reply;
    if (reply.code === "draft_behind") {
      outdate(visit);
      return { words: "" };
    }
    if (reply.code !== "invalid_answer" && reply.code !== "unavailable") refuse(visit, reply);
    return { words: speak(reply.says) };
  };
  const decision = decide();
  visit.decision = decision;
  return decision;
}
