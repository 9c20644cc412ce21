/** How a visit's draft is kept on the server, and when nothing of it may change. */
import { limits } from "../../../base/limits.ts";
import type { EditorSaved, EditorSent } from "../../../wire/editor-view.ts";
import type { RefusalView } from "../../../wire/session.ts";
import { type Autosave, startAutosave } from "../sign/autosave.ts";
import * as calls from "./calls.ts";
import { asSent, type Draft } from "./draft.ts";
import { show, type Visit } from "./visit.ts";

/** Keeps the draft of a visit that has just been opened. */
export function startKeeping(visit: Visit, onRefusal: (refusal: RefusalView) => void): Autosave<Draft> {
  return startAutosave<Draft, EditorSaved>({
    save: (draft, keepalive) => {
      const id = crypto
        .getRandomValues(new Uint32Array(4))
        .reduce((hex, word) => hex + word.toString(16).padStart(8, "0"), "");
      const sent = { ...sentNow(visit, draft), id };
      visit.unheard = [...visit.unheard, id].slice(-limits.editorUnheard);
      return calls.save(visit.session, { draft: sent, keepalive });
    },
    join: (_, newer) => newer,
    onTrouble: (isFailing) => show(visit, { keeping: { kind: isFailing ? "failing" : "behind" } }),
    onSaved: ({ revision }, isAll) => {
      visit.revision = revision;
      visit.unheard = [];
      show(visit, { keeping: { kind: isAll ? "kept" : "behind" } });
    },
    onRefusal,
  });
}

/** The draft as it goes out now, with what the page knows of those before it. */
export function sentNow({ revision, unheard }: Visit, draft: Draft): EditorSent {
  return { ...asSent(draft), revision, unheard };
}

/** Remembers how the draft stands now; it goes out when there is a pause. */
export function keepLater(visit: Visit, draft: Draft): void {
  visit.autosave?.change(draft);
  const { kind } = visit.view.keeping;
  if (kind === "kept" || kind === "refused") show(visit, { keeping: { kind: "behind" } });
}

/** Whether something of what is shown is not on the server, and could still come there. */
export function isUnkept({ autosave, view }: Visit): boolean {
  return autosave !== null && (autosave.isBehind() || view.keeping.kind === "refused");
}

/** Lets nobody change the draft, and sends nothing of it. Waits for the call under way. */
export async function freeze(visit: Visit): Promise<void> {
  show(visit, { isFrozen: true });
  await visit.autosave?.hold();
}

/** Goes on as before `freeze`, and keeps what has waited. */
export function thaw(visit: Visit): void {
  show(visit, { isFrozen: false });
  void visit.autosave?.release();
}

/** Keeps nothing any more. */
export function stopKeeping(visit: Visit): void {
  visit.autosave?.stop();
  visit.autosave = null;
}
