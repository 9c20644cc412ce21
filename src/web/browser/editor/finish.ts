/** How a visit ends: the request goes out, the template is kept. The host hears of it only after the server's yes. */
import type { EditorFaults, EditorView } from "../../../wire/editor-view.ts";
import { webAddress } from "../sign/opening.ts";
import { say, speak } from "../sign/say.ts";
import * as calls from "./calls.ts";
import { endVisit, outdate, refuse } from "./course.ts";
import type { Draft } from "./draft.ts";
import { freeze, sentNow, thaw } from "./keeping.ts";
import type { Visit } from "./visit.ts";

/** What stands in the way of the end: faults by place, or one sentence; null when it is done. */
export type Obstacle = { readonly faults: EditorFaults["faults"] } | { readonly words: string } | null;

type Finish = { readonly view: EditorView; readonly draft: Draft; readonly onTrouble: () => void };

/** Finishes with the draft as it is shown. Nothing of it can be changed until the server has answered. */
export function finishVisit(visit: Visit, finish: Finish): Promise<Obstacle> {
  const decide = async (): Promise<Obstacle> => {
    await freeze(visit);
    const obstacle = await ask(visit, finish);
    if (obstacle !== null) thaw(visit);
    return obstacle;
  };
  const decision = decide();
  visit.decision = decision;
  return decision;
}

async function ask(visit: Visit, { view, draft, onTrouble }: Finish): Promise<Obstacle> {
  const reply = await calls.finish(visit.session, { draft: sentNow(visit, draft), onTrouble });
  if (reply === "unreachable") return { words: say("trouble.gaveUp") };
  if (reply.ok) {
    const { isFramed, redirectUrl } = visit.opening;
    const target = webAddress((isFramed ? redirectUrl : null) ?? view.redirectUrl);
    endVisit(visit, { done: reply, draft, target });
    return null;
  }
  if ("faults" in reply) return reply;
  if (reply.code === "draft_behind") {
    outdate(visit);
    return { words: "" };
  }
  if (reply.code !== "invalid_answer" && reply.code !== "unavailable") refuse(visit, reply);
  return { words: speak(reply.says) };
}
