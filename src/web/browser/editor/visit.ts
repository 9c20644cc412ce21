/**
 * One opening of the editor page, from the first message to the last, without any picture of it: who is asked what, in
 * which order. The page shows `visit.view` and calls the rest.
 */
import { limits } from "../../../base/limits.ts";
import type { DraftKind, EditorFinished, EditorSaved, EditorView } from "../../../wire/editor-view.ts";
import type { RefusalView } from "../../../wire/session.ts";
import { type Autosave, startAutosave } from "../sign/autosave.ts";
import type { Host } from "../sign/host.ts";
import type { Reply } from "../sign/knock.ts";
import { meetHost } from "../sign/meeting.ts";
import { say, speak } from "../sign/say.ts";
import * as calls from "./calls.ts";
import { asSent, type Draft } from "./draft.ts";
import { doneMessage, withOutcome } from "./host-words.ts";
import { claimOf, type EditorOpening } from "./opening.ts";
import { tell } from "./words.ts";

/** Where a visit stands. */
export type Stage =
  | { readonly kind: "opening"; readonly note: string }
  | { readonly kind: "refused"; readonly message: string; readonly mayTryAgain: boolean }
  /** `opened` counts the openings: each brings a desk of its own. */
  | { readonly kind: "editing"; readonly draft: EditorView; readonly opened: number }
  | { readonly kind: "over"; readonly how: DraftKind | "held" }
  | { readonly kind: "leaving" };

/** Whether what is shown is kept on the server; `failing` while it cannot be reached. */
export type Keeping =
  | { readonly kind: "kept" | "behind" | "failing" }
  | { readonly kind: "refused"; readonly flaw: string };

/** What the page shows of a visit. */
export type VisitView = {
  readonly stage: Stage;
  /** Whether the page draws its own "Cancel": the host allows it. */
  readonly allowCancel: boolean;
  readonly keeping: Keeping;
  /** Another window has changed the draft: nothing can be kept here. */
  readonly isOutdated: boolean;
};

/** One visit, from opening to closing. */
export type Visit = {
  readonly opening: EditorOpening;
  /** Called after every change of `view`. */
  readonly onChange: () => void;
  view: VisitView;
  host: Host | null;
  isInitialized: boolean;
  session: string;
  revision: number;
  opened: number;
  autosave: Autosave<Draft> | null;
  /** Settles when the server has answered the finish under way. */
  decision: Promise<unknown>;
};

/** A visit before its first step. */
export function prepareVisit(opening: EditorOpening, onChange: () => void): Visit {
  const stage = { kind: "opening", note: "" } as const;
  return {
    opening,
    onChange,
    view: { stage, allowCancel: false, keeping: { kind: "kept" }, isOutdated: false },
    host: null,
    isInitialized: false,
    session: "",
    revision: 0,
    opened: 0,
    autosave: null,
    decision: Promise.resolve(),
  };
}

/** Meets the host where there is one, then claims the link. May be called again: after a refusal that allows it, and to see what another window has done. */
export async function openVisit(visit: Visit): Promise<void> {
  show(visit, { stage: { kind: "opening", note: "" }, isOutdated: false, keeping: { kind: "kept" } });
  const { isFramed, isEmbedded } = visit.opening;
  if ((isFramed || isEmbedded) && !visit.isInitialized && !(await enterHost(visit))) return;
  await enter(visit, await calls.claim(claimOf(visit.opening), troubled(visit)));
}

/** Waits until the pages are ready after their files have changed, and opens the draft anew. Answers words when the files were not taken. */
export async function reopen(visit: Visit, change: () => Promise<Reply<calls.Opened>>): Promise<string | null> {
  await visit.autosave?.flush();
  const reply = await change();
  if (reply === "unreachable") return say("trouble.gaveUp");
  if (!reply.ok && (reply.code === "invalid_answer" || reply.code === "draft_preparing")) return speak(reply.says);
  await enter(visit, reply);
  return null;
}

/** Leaves without an end: the host removes the frame. What was done is kept. */
export async function cancelVisit(visit: Visit): Promise<void> {
  await visit.autosave?.flush("leaving");
  visit.host?.post({ type: "hellosign:userCancelRequest" });
}

/** Changes what the page shows. */
export function show(visit: Visit, changes: Partial<VisitView>): void {
  visit.view = { ...visit.view, ...changes };
  visit.onChange();
}

/** Ends the visit with words, and tells the host. */
export function refuse(visit: Visit, { code, says }: Pick<RefusalView, "code" | "says">): void {
  const isOldLink = code === "sign_url_invalid" || code === "sign_url_expired";
  const isSilent = says.key === "refused.hostSilent";
  const message = isOldLink ? tell("refused.badLink") : isSilent ? tell("refused.hostSilent") : speak(says);
  const payload = { signatureId: visit.opening.signatureId, code, message };
  if (visit.isInitialized) visit.host?.post({ type: "hellosign:error", payload });
  visit.autosave = null;
  show(visit, { stage: { kind: "refused", message, mayTryAgain: code === "unavailable" } });
}

/** True when the page may show itself in this host; else it has said why not. */
async function enterHost(visit: Visit): Promise<boolean> {
  const { host, isInitialized, refusal } = await meetHost(visit.opening, {
    greeting: {},
    onConfigure: ({ allowCancel }) => show(visit, { allowCancel }),
    onCancelAsked: () => void answerCancel(visit),
  });
  visit.host = host;
  visit.isInitialized = isInitialized;
  if (refusal) refuse(visit, refusal);
  return refusal === null;
}

/** The host's X. While the server decides, the answer waits for the decision. */
async function answerCancel(visit: Visit): Promise<void> {
  await visit.decision;
  const { kind } = visit.view.stage;
  if (kind === "over" || kind === "leaving") visit.host?.post({ type: "hellosign:userFinishRequest" });
  else await cancelVisit(visit);
}

async function enter(visit: Visit, first: Reply<calls.Opened>): Promise<void> {
  let reply = first;
  while (reply !== "unreachable" && reply.ok && reply.state === "preparing") {
    const { session } = reply;
    show(visit, { stage: { kind: "opening", note: tell("opening.preparing") } });
    await new Promise((resolve) => setTimeout(resolve, limits.editorAskMs));
    reply = await calls.look(session, troubled(visit));
  }
  if (reply === "unreachable") return refuse(visit, { code: "unavailable", says: { key: "refused.unreachable" } });
  if (!reply.ok) return refuse(visit, reply);
  if (reply.state === "open") begin(visit, reply);
  // A tab that is loaded anew may not have heard the answer, and its host neither.
  else if (reply.state === "done") endVisit(visit, { done: reply, draft: null, target: null });
}

function troubled(visit: Visit) {
  return { onTrouble: () => show(visit, { stage: { kind: "opening", note: say("opening.noAnswer") } }) };
}

function begin(visit: Visit, draft: EditorView): void {
  visit.session = draft.session;
  visit.revision = draft.revision;
  visit.opened += 1;
  visit.autosave = keepDraft(visit);
  show(visit, { stage: { kind: "editing", draft, opened: visit.opened } });
}

function keepDraft(visit: Visit): Autosave<Draft> {
  return startAutosave<Draft, EditorSaved>({
    save: (draft, keepalive) =>
      calls.save(visit.session, { draft: { ...asSent(draft), revision: visit.revision }, keepalive }),
    join: (_, newer) => newer,
    onTrouble: (isFailing) => keep(visit, { kind: isFailing ? "failing" : "behind" }),
    onSaved: ({ revision }) => {
      visit.revision = revision;
      if (visit.view.stage.kind === "editing") keep(visit, { kind: "kept" });
    },
    onRefusal: (refusal) => {
      if (visit.view.stage.kind !== "editing") return;
      if (refusal.code === "draft_behind") outdate(visit);
      else if (refusal.code === "invalid_answer") keep(visit, { kind: "refused", flaw: speak(refusal.says) });
      else refuse(visit, refusal);
    },
  });
}

/** The draft has become something: tells the host, then goes on to `target`, or lets the host take the frame away. */
export function endVisit(
  visit: Visit,
  { done, draft, target }: { readonly done: EditorFinished; readonly draft: Draft | null; readonly target: URL | null },
): void {
  visit.autosave = null;
  visit.host?.post(doneMessage(done, draft));
  if (target) {
    show(visit, { stage: { kind: "leaving" } });
    window.location.assign(withOutcome(target, done));
    return;
  }
  show(visit, { stage: { kind: "over", how: done.kind } });
  visit.host?.post({ type: "hellosign:userFinishRequest" });
}

/** Another window was faster: nothing more goes out from here. */
export function outdate(visit: Visit): void {
  visit.autosave = null;
  show(visit, { isOutdated: true });
}

function keep(visit: Visit, keeping: Keeping): void {
  show(visit, { keeping });
}

/** Remembers how the draft stands now; it goes out when there is a pause. */
export function keepLater(visit: Visit, draft: Draft): void {
  visit.autosave?.change(draft);
  if (visit.view.keeping.kind === "kept" || visit.view.keeping.kind === "refused") keep(visit, { kind: "behind" });
}
