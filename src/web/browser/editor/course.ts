/** How a visit of the editor goes, from the first message to the last: who is asked what, in which order. */
import { limits } from "../../../base/limits.ts";
import type { EditorFinished, EditorView } from "../../../wire/editor-view.ts";
import type { RefusalView } from "../../../wire/session.ts";
import type { Reply } from "../sign/knock.ts";
import { enterHost } from "../sign/meeting.ts";
import { say, speak } from "../sign/say.ts";
import { within } from "../sign/within.ts";
import * as calls from "./calls.ts";
import type { Draft } from "./draft.ts";
import { doneMessage, withOutcome } from "./host-words.ts";
import { freeze, isUnkept, startKeeping, stopKeeping, thaw } from "./keeping.ts";
import { claimOf } from "./opening.ts";
import type { Step } from "./steps.ts";
import { show, type Visit } from "./visit.ts";
import { tell } from "./words.ts";

/** Meets the host where there is one, then claims the link. May be called again: after a refusal that allows it, and to see what another window has done. */
export async function openVisit(visit: Visit): Promise<void> {
  show(visit, { stage: { kind: "opening", note: "" }, isOutdated: false });
  const { isFramed, isEmbedded } = visit.opening;
  if ((isFramed || isEmbedded) && !visit.isInitialized && !(await meet(visit))) return;
  await enter(visit, { first: await calls.claim(claimOf(visit.opening), troubled(visit)), at: null });
}

function meet(visit: Visit): Promise<boolean> {
  return enterHost(visit, {
    greeting: {},
    onConfigure: ({ allowCancel }) => show(visit, { allowCancel }),
    onRefused: (refusal) => refuse(visit, refusal),
    onCancelAsked: () => cancelVisit(visit),
  });
}

/** Changes the files once all else is kept, waits until their pages are ready, and opens the draft anew at the fields. Answers words when the files were not taken. */
export async function reopen(visit: Visit, change: () => Promise<Reply<calls.Opened>>): Promise<string | null> {
  show(visit, { isFrozen: true });
  await visit.autosave?.flush();
  await freeze(visit);
  const flaw = isUnkept(visit) ? unkeptWords(visit) : visit.autosave && (await changeFiles(visit, change));
  if (flaw !== null) thaw(visit);
  return flaw;
}

/** Answers words when the server did not take them. */
async function changeFiles(visit: Visit, change: () => Promise<Reply<calls.Opened>>): Promise<string | null> {
  const reply = await change();
  if (reply === "unreachable") return say("trouble.gaveUp");
  if (!reply.ok && (reply.code === "invalid_answer" || reply.code === "draft_preparing")) return speak(reply.says);
  await enter(visit, { first: reply, at: "fields" });
  return null;
}

function unkeptWords({ view: { keeping } }: Visit): string {
  return keeping.kind === "refused" ? keeping.flaw : say("trouble.gaveUp");
}

/** Leaves without an end: the host removes the frame. What was done is kept. While the server decides, it is waited for: what is done cannot be left. */
export async function cancelVisit(visit: Visit): Promise<void> {
  await visit.decision;
  const { kind } = visit.view.stage;
  if (kind === "over" || kind === "leaving") {
    visit.host?.post({ type: "hellosign:userFinishRequest" });
    return;
  }
  // A network that does not answer holds nobody for long.
  await within(Promise.resolve(visit.autosave?.flush()), limits.editorLeaveMs);
  if (visit.autosave?.isBehind() === true) void visit.autosave.flush("leaving");
  visit.host?.post({ type: "hellosign:userCancelRequest" });
}

/** Ends the visit with words, and tells the host. */
export function refuse(visit: Visit, { code, says }: Pick<RefusalView, "code" | "says">): void {
  const isOldLink = code === "sign_url_invalid" || code === "sign_url_expired";
  const isSilent = says.key === "refused.hostSilent";
  const message = isOldLink ? tell("refused.badLink") : isSilent ? tell("refused.hostSilent") : speak(says);
  const payload = { signatureId: visit.opening.signatureId, code, message };
  if (visit.isInitialized) visit.host?.post({ type: "hellosign:error", payload });
  stopKeeping(visit);
  show(visit, { stage: { kind: "refused", message, mayTryAgain: code === "unavailable" } });
}

type Entering = { readonly first: Reply<calls.Opened>; readonly at: Step | null };

async function enter(visit: Visit, { first, at }: Entering): Promise<void> {
  let reply = first;
  while (reply !== "unreachable" && reply.ok && reply.state === "preparing") {
    const { session } = reply;
    show(visit, { stage: { kind: "opening", note: tell("opening.preparing") } });
    await new Promise((resolve) => setTimeout(resolve, limits.editorAskMs));
    reply = await calls.look(session, troubled(visit));
  }
  if (reply === "unreachable") return refuse(visit, { code: "unavailable", says: { key: "refused.unreachable" } });
  if (!reply.ok) return refuse(visit, reply);
  if (reply.state === "open") begin(visit, { draft: reply, at });
  // A tab that is loaded anew may not have heard the answer, and its host neither.
  else if (reply.state === "done") endVisit(visit, { done: reply, draft: null, target: null });
}

function troubled(visit: Visit) {
  return { onTrouble: () => show(visit, { stage: { kind: "opening", note: say("opening.noAnswer") } }) };
}

function begin(visit: Visit, { draft, at }: { readonly draft: EditorView; readonly at: Step | null }): void {
  stopKeeping(visit);
  visit.session = draft.session;
  visit.revision = draft.revision;
  visit.unheard = [];
  visit.opened += 1;
  visit.autosave = startKeeping(visit, (refusal) => takeRefusal(visit, refusal));
  const stage = { kind: "editing", draft, opened: visit.opened, at } as const;
  show(visit, { stage, keeping: { kind: "kept" }, isFrozen: false });
}

/** What the server says to a save that it does not take. */
function takeRefusal(visit: Visit, refusal: RefusalView): void {
  const { code, says } = refusal;
  if (code === "draft_behind" || code === "draft_preparing") outdate(visit);
  else if (code === "invalid_answer") show(visit, { keeping: { kind: "refused", flaw: speak(says) } });
  else if (code === "draft_closed") void learnEnd(visit);
  else refuse(visit, refusal);
}

/** It is finished: by another window, or by a finish of ours that was not answered. */
async function learnEnd(visit: Visit): Promise<void> {
  stopKeeping(visit);
  await enter(visit, { first: await calls.look(visit.session, troubled(visit)), at: null });
}

/** The draft has become something: tells the host, then goes on to `target`, or lets the host take the frame away. */
export function endVisit(
  visit: Visit,
  { done, draft, target }: { readonly done: EditorFinished; readonly draft: Draft | null; readonly target: URL | null },
): void {
  stopKeeping(visit);
  visit.host?.post(doneMessage(done, draft));
  if (target) {
    show(visit, { stage: { kind: "leaving" } });
    window.location.assign(withOutcome(target, done));
    return;
  }
  show(visit, { stage: { kind: "over", how: done.isHeld ? "held" : done.kind } });
  visit.host?.post({ type: "hellosign:userFinishRequest" });
}

/** Another window was faster: nothing more goes out from here. */
export function outdate(visit: Visit): void {
  stopKeeping(visit);
  show(visit, { isOutdated: true });
}
