/**
 * One opening of the signing page, from the first message to the last, without any picture of it: who is asked what, in
 * which order. The page shows `visit.view` and calls the rest.
 */

import type { Saying } from "../../../language/saying.ts";
import { identifiedMark } from "../../../wire/identification.ts";
import type { AnswerValue, GateView, RefusalView, SessionView } from "../../../wire/session.ts";
import { type Autosave, startAutosave } from "./autosave.ts";
import * as calls from "./calls.ts";
import { enterHost, type Guest } from "./meeting.ts";
import { claimOf, type Opening } from "./opening.ts";
import { say, speak } from "./say.ts";

/** Where a visit stands. */
export type Stage =
  | { readonly kind: "opening"; readonly note: string }
  | { readonly kind: "refused"; readonly message: string; readonly mayTryAgain: boolean }
  | { readonly kind: "gate"; readonly gate: GateView }
  | { readonly kind: "signing"; readonly session: SessionView }
  | { readonly kind: "over"; readonly how: "signed" | "declined" | "reassigned" }
  | { readonly kind: "leaving" }
  | { readonly kind: "closed" };

/** What the page shows of a visit. */
export type VisitView = {
  readonly stage: Stage;
  /** Whether the page draws its own "Cancel": the host allows it. */
  readonly allowCancel: boolean;
  /** Whether saving fails just now, or has just recovered; null when there is nothing to tell. */
  readonly saving: "failing" | "back" | null;
};

/** What came of "I agree" or "Decline": null when it is done, else words, and flaws by field where there are some. */
export type Outcome = { readonly message: string; readonly fields: Readonly<Record<string, string>> } | null;

/** One visit of a signer, from opening to closing. */
export type Visit = Guest<Opening> & {
  /** Called after every change of `view`. */
  readonly onChange: () => void;
  view: VisitView;
  session: SessionView | null;
  autosave: Autosave<Readonly<Record<string, AnswerValue>>> | null;
};

/** A visit before its first step. */
export function prepareVisit(opening: Opening, onChange: () => void): Visit {
  return {
    opening,
    onChange,
    view: { stage: { kind: "opening", note: "" }, allowCancel: false, saving: null },
    host: null,
    isInitialized: false,
    session: null,
    autosave: null,
    decision: Promise.resolve(),
  };
}

/** Meets the host where there is one, then claims the link. May be called again after a refusal that allows it. */
export async function openVisit(visit: Visit): Promise<void> {
  // The first time nothing is drawn before the calls are on their way.
  if (visit.view.stage.kind !== "opening") show(visit, { stage: { kind: "opening", note: "" } });
  if (visit.opening.kind === "embedded" && !visit.isInitialized && !(await meet(visit))) return;

  const onTrouble = () => show(visit, { stage: { kind: "opening", note: say("opening.noAnswer") } });
  const reply = await calls.claim(claimOf(visit.opening), { onTrouble });
  if (reply === "unreachable") return refuse(visit, { code: "unavailable", says: { key: "refused.unreachable" } });
  if (!reply.ok) return refuse(visit, reply);
  const proof = broughtBack();
  if (reply.state === "gate" && reply.needs === "eid" && proof !== null) await comeBack(visit, { gate: reply, proof });
  else enter(visit, reply);
}

/** Who comes back identified has the gate opened; until that is done the proof stays in the address, for the next try. */
async function comeBack(visit: Visit, { gate, proof }: { gate: GateView; proof: string }): Promise<void> {
  const reply = await calls.enterCode(gate.session, { code: proof });
  if (reply === "unreachable") return refuse(visit, { code: "unavailable", says: { key: "refused.unreachable" } });
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, "", pathname + search);
  if (reply.ok) enter(visit, reply);
  else if (atGate(visit, reply) !== null) enter(visit, { ...gate, notice: reply.says });
}

/** The proof that the way back has left in the address. */
function broughtBack(): string | null {
  const { hash } = window.location;
  return hash.startsWith(`#${identifiedMark}`) ? hash.slice(identifiedMark.length + 1) : null;
}

/** Enters a code before the gate. Answers what is wrong with it; null when the way is open, or the next gate is there. */
export async function enterCode(
  visit: Visit,
  { gate, code }: { gate: GateView; code: string },
): Promise<Saying | null> {
  const reply = await calls.enterCode(gate.session, { code });
  if (reply === "unreachable") return { key: "trouble.gaveUp" };
  if (!reply.ok) return atGate(visit, reply);
  enter(visit, reply);
  return null;
}

/** Asks for another code. Answers what came of it; null when that ended the visit. */
export async function sendCode(visit: Visit, gate: GateView): Promise<Saying | null> {
  const reply = await calls.sendCode(gate.session);
  if (reply === "unreachable") return { key: "trouble.gaveUp" };
  return reply.ok ? { key: "gate.sent" } : atGate(visit, reply);
}

/** Leads the browser away to be identified; it comes back to this page. Answers why not, in words; null once it goes. */
export async function goToIdentify(visit: Visit, gate: GateView): Promise<string | null> {
  const { pathname, search } = window.location;
  const reply = await calls.identify(gate.session, { returnTo: pathname + search });
  if (reply === "unreachable") return say("trouble.gaveUp");
  if (!reply.ok) {
    const told = atGate(visit, reply);
    return told && speak(told);
  }
  window.location.assign(reply.url);
  return null;
}

/** What the gate itself can tell is told there; everything else ends the visit. */
function atGate(visit: Visit, refusal: RefusalView): Saying | null {
  const { code, says } = refusal;
  if (code === "wrong_code" || code === "code_locked" || code === "unavailable") return says;
  refuse(visit, refusal);
  return null;
}

function enter(visit: Visit, reply: SessionView | GateView): void {
  if (reply.state === "gate") show(visit, { stage: { kind: "gate", gate: reply } });
  else begin(visit, reply);
}

/** Leaves without signing: the host removes the frame. What was typed is saved. */
export function cancelVisit(visit: Visit): void {
  void visit.autosave?.flush("leaving");
  visit.host?.post({ type: "hellosign:userCancelRequest" });
}

/** Leaves after the end: the host removes the frame; without a host the page says that it may be closed. */
export function closeVisit(visit: Visit): void {
  visit.host?.post({ type: "hellosign:userFinishRequest" });
  if (!visit.host) show(visit, { stage: { kind: "closed" } });
}

/** Changes what the page shows. */
export function show(visit: Visit, changes: Partial<VisitView>): void {
  visit.view = { ...visit.view, ...changes };
  visit.onChange();
}

/** Ends the visit with words, and tells the host. */
export function refuse(visit: Visit, { code, says }: Pick<RefusalView, "code" | "says">): void {
  // In another tab, or on another device.
  if (code === "already_signed") {
    show(visit, { stage: { kind: "over", how: "signed" } });
    return;
  }
  const message = speak(says);
  const { signatureId } = visit.opening;
  if (visit.isInitialized) visit.host?.post({ type: "hellosign:error", payload: { signatureId, code, message } });
  show(visit, { stage: { kind: "refused", message, mayTryAgain: code === "unavailable" } });
}

function meet(visit: Visit): Promise<boolean> {
  const { signatureId } = visit.opening;
  return enterHost(visit, {
    greeting: { signatureId },
    onConfigure: ({ allowCancel }) => show(visit, { allowCancel }),
    onRefused: (refusal) => refuse(visit, refusal),
    onCancelAsked: () => {
      const { kind } = visit.view.stage;
      if (kind === "over" || kind === "leaving") closeVisit(visit);
      else cancelVisit(visit);
    },
  });
}

function begin(visit: Visit, session: SessionView): void {
  visit.session = session;
  visit.autosave = startAutosave({
    save: (answers: Readonly<Record<string, AnswerValue>>, keepalive) =>
      calls.saveAnswers(session.session, { answers, keepalive }),
    join: (older, newer) => ({ ...older, ...newer }),
    onTrouble: (failing) => show(visit, { saving: failing ? "failing" : "back" }),
    onRefusal: (refusal) => {
      // A wrong value is told at its field; everything else ends the visit.
      if (refusal.code !== "invalid_answer" && visit.view.stage.kind === "signing") refuse(visit, refusal);
    },
  });

  const flush = () => void visit.autosave?.flush("leaving");
  window.addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  show(visit, {
    stage:
      session.state === "open"
        ? { kind: "signing", session: withNames(session) }
        : { kind: "over", how: session.state },
  });
}

/** A field without a name is called what it is. */
function withNames(session: SessionView): SessionView {
  const fields = session.fields.map((field) =>
    field.name === "" ? { ...field, name: say(`kind.${field.type}`) } : field,
  );
  return { ...session, fields };
}
