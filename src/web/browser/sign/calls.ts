/** Calls of `/sign-api`. */
import { limits } from "../../../base/limits.ts";
import type { IdentifyRequest, IdentifyView } from "../../../wire/identification.ts";
import type {
  AnswersRequest,
  ClaimRequest,
  CodeRequest,
  DeclineRequest,
  FinishedView,
  FinishRequest,
  GateView,
  HandRequest,
  PageText,
  PhoneLinkView,
  PhoneRequest,
  PhoneView,
  ReassignRequest,
  SessionView,
} from "../../../wire/session.ts";
import { knock, mayMend, type Patience, patiently, type Reply } from "./knock.ts";

type Call = {
  readonly path:
    | "claim"
    | "code"
    | "code/send"
    | "identify"
    | "answers"
    | "hand"
    | "hand/phone"
    | "hand/look"
    | "hand/from-phone"
    | "attachment/remove"
    | "finish"
    | "decline"
    | "reassign";
  readonly body:
    | ClaimRequest
    | CodeRequest
    | IdentifyRequest
    | AnswersRequest
    | HandRequest
    | PhoneRequest
    | FinishRequest
    | DeclineRequest
    | ReassignRequest
    | { readonly attachment_id: string }
    | Record<string, never>;
  readonly session?: string;
  /** Lets the call outlive the page. */
  readonly keepalive?: boolean;
};

/** Claims the link for this tab. */
export function claim(body: ClaimRequest, patience: Patience): Promise<Reply<SessionView | GateView>> {
  return callPatiently<SessionView | GateView>({ path: "claim", body }, patience);
}

/** Enters a code before a gate; one try, the signer repeats. */
export function enterCode(session: string, body: CodeRequest): Promise<Reply<SessionView | GateView>> {
  return callOnce({ path: "code", body, session });
}

/** Asks for another code by text message. */
export function sendCode(session: string): Promise<Reply<GateView>> {
  return callOnce({ path: "code/send", body: {}, session });
}

/** Asks where the signer goes to be identified. */
export function identify(session: string, body: IdentifyRequest): Promise<Reply<IdentifyView>> {
  return callOnce({ path: "identify", body, session });
}

/** Saves some answers; one try, the caller repeats. */
export function saveAnswers(
  session: string,
  { answers, keepalive }: AnswersRequest & { readonly keepalive: boolean },
): Promise<Reply<{ readonly saved: true }>> {
  return callOnce({ path: "answers", body: { answers }, session, keepalive });
}

/** Keeps how a signature looks. */
export function saveHand(
  session: string,
  { body, onTrouble }: { body: HandRequest } & Patience,
): Promise<Reply<{ readonly saved: true }>> {
  return callPatiently<{ readonly saved: true }>({ path: "hand", body, session }, { onTrouble });
}

/** Asks for a link that leads a phone to a pad. */
export function openPhone(session: string): Promise<Reply<PhoneLinkView>> {
  return callOnce({ path: "hand/phone", body: {}, session });
}

/** Looks whether something has come from the phone. */
export function lookAtPhone(session: string): Promise<Reply<PhoneView>> {
  return callOnce({ path: "hand/look", body: {}, session });
}

/** Sends from the phone what was drawn there. */
export function sendFromPhone(body: PhoneRequest, patience: Patience): Promise<Reply<{ readonly saved: true }>> {
  return callPatiently<{ readonly saved: true }>({ path: "hand/from-phone", body }, patience);
}

/** Takes a file away that was brought. */
export function dropFile(session: string, attachmentId: string): Promise<Reply<{ readonly saved: true }>> {
  return callOnce({ path: "attachment/remove", body: { attachment_id: attachmentId }, session });
}

/** Signs. */
export function finish(
  session: string,
  { body, onTrouble }: { body: FinishRequest } & Patience,
): Promise<Reply<FinishedView>> {
  return callPatiently<FinishedView>({ path: "finish", body, session }, { onTrouble });
}

/** Declines. */
export function decline(
  session: string,
  { body, onTrouble }: { body: DeclineRequest } & Patience,
): Promise<Reply<FinishedView>> {
  return callPatiently<FinishedView>({ path: "decline", body, session }, { onTrouble });
}

/** Hands over to somebody else. */
export function reassign(
  session: string,
  { body, onTrouble }: { body: ReassignRequest } & Patience,
): Promise<Reply<FinishedView>> {
  return callPatiently<FinishedView>({ path: "reassign", body, session }, { onTrouble });
}

/** The signer's copy as a file; null: it is not there yet, or does not come. */
export async function readCopy(session: string): Promise<Blob | null> {
  try {
    const response = await fetch("/sign-api/copy", {
      method: "POST",
      headers: { authorization: `Bearer ${session}` },
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(limits.copyMs),
    });
    const isFile = response.headers.get("content-type")?.startsWith("application/pdf") ?? false;
    return response.ok && isFile ? await response.blob() : null;
  } catch {
    return null;
  }
}

/** The text of a page from its immutable address, or null when there is no answer just now. */
export async function readPageText(url: string): Promise<PageText | null> {
  try {
    const response = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(limits.pageCallMs) });
    return response.ok ? ((await response.json()) as PageText) : null;
  } catch {
    // The page can be signed without it; the picture's own loading tells of a network that is gone.
    return null;
  }
}

function callPatiently<T extends object>(call: Call, patience: Patience): Promise<Reply<T>> {
  return patiently(() => callOnce<T>(call), patience);
}

async function callOnce<T extends object>({ path, body, session, keepalive = false }: Call): Promise<Reply<T>> {
  const method = path === "answers" || path === "hand" ? "PUT" : "POST";
  const heard = await knock({ url: `/sign-api/${path}`, method, body, session, keepalive });
  return heard === null ? "unreachable" : readReply<T>(heard.value, { path, status: heard.status });
}

function readReply<T extends object>(
  value: unknown,
  { path, status }: Pick<Call, "path"> & { status: number },
): Reply<T> {
  const reply = value as T & { readonly ok?: unknown; readonly saved?: unknown; readonly code?: unknown };
  if (reply.ok === true || reply.saved === true || (reply.ok === false && typeof reply.code === "string")) return reply;
  if (mayMend(status)) return "unreachable";

  // A fault of the server's door: what we sent is not what it takes, now or later.
  if (path === "claim") return { ok: false, code: "sign_url_invalid", says: { key: "refused.badLink" } };
  return { ok: false, code: "invalid_answer", says: { key: "trouble.notTaken" } };
}
