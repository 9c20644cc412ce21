/** How a visit ends by what its signer decides: signed, declined, handed over. The host hears of it only after the server's yes. */
import type { Saying } from "../../../language/saying.ts";
import type { FinishedView, FinishRequest, ReassignRequest, SessionView } from "../../../wire/session.ts";
import * as calls from "./calls.ts";
import type { Reply } from "./knock.ts";
import { redirectTarget } from "./opening.ts";
import { say, speak, spokenLocale } from "./say.ts";
import { type Outcome, refuse, show, type Visit } from "./visit.ts";

/** Signs. The host hears of it only after the server's yes; then this frame moves on where a redirect is wanted. */
export function finishVisit(
  visit: Visit,
  { answers, hands, onTrouble }: Pick<FinishRequest, "answers" | "hands"> & { onTrouble: () => void },
): Promise<Outcome> {
  return decide(visit, async (session) => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const body = { answers, hands, consentVersion: versionOf(session), timeZone };
    const outcome = settle(visit, await calls.finish(session.session, { body, onTrouble }));
    if (outcome) return outcome;

    const { signatureId } = session;
    visit.host?.post({ type: "hellosign:userSignRequest", payload: { signatureId } });
    const target = redirectTarget(visit.opening, session);
    show(visit, { stage: target ? { kind: "leaving" } : { kind: "over", how: "signed" } });
    if (target) window.location.assign(target);
    return null;
  });
}

/** The version of the consent in the language in which it was shown. */
function versionOf({ consent: { version } }: SessionView): string {
  const locale = spokenLocale();
  return locale === "en" ? version : `${version}-${locale}`;
}

/** Declines, with the signer's reason. */
export function declineVisit(
  visit: Visit,
  { reason, onTrouble }: { reason: string; onTrouble: () => void },
): Promise<Outcome> {
  return decide(visit, async (session) => {
    const outcome = settle(visit, await calls.decline(session.session, { body: { reason }, onTrouble }));
    if (outcome) return outcome;

    const { signatureId } = session;
    visit.host?.post({ type: "hellosign:userDeclineRequest", payload: { signatureId, reason } });
    show(visit, { stage: { kind: "over", how: "declined" } });
    return null;
  });
}

/** Hands over to somebody else. */
export function reassignVisit(
  visit: Visit,
  { to, onTrouble }: { to: ReassignRequest; onTrouble: () => void },
): Promise<Outcome> {
  return decide(visit, async (session) => {
    const outcome = settle(visit, await calls.reassign(session.session, { body: to, onTrouble }));
    if (outcome) return outcome;

    const { signatureId } = session;
    visit.host?.post({ type: "hellosign:userReassignRequest", payload: { signatureId, ...to } });
    show(visit, { stage: { kind: "over", how: "reassigned" } });
    return null;
  });
}

async function decide(visit: Visit, act: (session: SessionView) => Promise<Outcome>): Promise<Outcome> {
  const { session, autosave } = visit;
  if (!session) return null;
  const held = async () => {
    await autosave?.hold();
    const outcome = await act(session);
    if (outcome !== null) void autosave?.release();
    return outcome;
  };
  const decision = held();
  visit.decision = decision;
  return decision;
}

function settle(visit: Visit, reply: Reply<FinishedView>): Outcome {
  if (reply === "unreachable") return { message: say("trouble.gaveUp"), fields: {} };
  if (reply.ok) return null;
  const mayMend = reply.code === "invalid_answer" || reply.code === "unavailable";
  if (mayMend) return { message: speak(reply.says), fields: spoken(reply.fields) };
  refuse(visit, reply);
  return { message: speak(reply.says), fields: {} };
}

function spoken(fields: Readonly<Record<string, Saying>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([apiId, says]) => [apiId, speak(says)]));
}
