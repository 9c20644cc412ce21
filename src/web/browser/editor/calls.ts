/** Calls of `/editor-api`. */
import { limits } from "../../../base/limits.ts";
import type {
  EditorClaim,
  EditorFaults,
  EditorFinished,
  EditorSaved,
  EditorSent,
  EditorView,
  PreparingView,
} from "../../../wire/editor-view.ts";
import { type Knock, knock, mayMend, type Patience, patiently, type Reply } from "../sign/knock.ts";

/** The draft, that its pages are not ready, or what has become of it. */
export type Opened = EditorView | PreparingView | EditorFinished;

/** Claims the link for this tab. */
export function claim(body: EditorClaim, patience: Patience): Promise<Reply<Opened>> {
  return patiently(() => call<Opened>({ url: "claim", method: "POST", body }), patience);
}

/** Asks how the draft stands. */
export function look(session: string, patience: Patience): Promise<Reply<Opened>> {
  return patiently(() => call<Opened>({ url: "draft", method: "GET", session }), patience);
}

/** Saves the draft as it is; one try, the caller repeats. */
export function save(
  session: string,
  { draft, keepalive }: { readonly draft: EditorSent; readonly keepalive: boolean },
): Promise<Reply<EditorSaved>> {
  return call({ url: "draft", method: "PUT", session, body: draft, keepalive });
}

/** Sends the request, or keeps the template. */
export function finish(
  session: string,
  { draft, onTrouble }: { readonly draft: EditorSent } & Patience,
): Promise<Reply<EditorFinished | EditorFaults>> {
  const ask = () => call<EditorFinished | EditorFaults>({ url: "finish", method: "POST", session, body: draft });
  return patiently(ask, { onTrouble });
}

/** Brings files; they stand behind those that are there. */
export function addFiles(session: string, files: readonly File[]): Promise<Reply<Opened>> {
  const body = new FormData();
  for (const file of files) body.append("file[]", file, file.name);
  return call({ url: "files", method: "POST", session, body, ms: limits.attachmentMs });
}

/** Puts the files in another order: where each of them stood before. */
export function orderFiles(session: string, order: readonly number[]): Promise<Reply<Opened>> {
  return call({ url: "files/order", method: "POST", session, body: { order } });
}

/** Takes a file away, with its pages and what stands on them. */
export function removeFile(session: string, file: number): Promise<Reply<Opened>> {
  return call({ url: "files/remove", method: "POST", session, body: { file } });
}

async function call<T extends object>(asked: Knock): Promise<Reply<T>> {
  const heard = await knock({ ...asked, url: `/editor-api/${asked.url}` });
  if (heard === null) return "unreachable";
  const reply = heard.value as T & { readonly ok?: unknown; readonly code?: unknown; readonly name?: unknown };
  const isKnown = typeof reply.code === "string" || reply.name === "draft_invalid";
  if (reply.ok === true || (reply.ok === false && isKnown)) return reply;
  if (mayMend(heard.status)) return "unreachable";

  // A fault of the server's door: what we sent is not what it takes, now or later.
  if (asked.url === "claim") return { ok: false, code: "sign_url_invalid", says: { key: "refused.badLink" } };
  return { ok: false, code: "invalid_answer", says: { key: "trouble.notTaken" } };
}
