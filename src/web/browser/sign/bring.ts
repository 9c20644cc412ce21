/** Uploads a file that the sender asks for. Not by `fetch`: only the older call tells how far it has come. */
import { limits } from "../../../base/limits.ts";
import type { RefusalView } from "../../../wire/session.ts";
import * as calls from "./calls.ts";
import type { FieldActions } from "./field-props.ts";
import type { Form } from "./form.ts";
import { say, speak } from "./say.ts";
import { refuse, type Visit } from "./visit.ts";

type Bringing = { readonly attachmentId: string; readonly file: File; readonly onProgress: (percent: number) => void };

/** What the controls for files do: upload, take away, and keep the form in step. */
export function bringing(visit: Visit, form: Form): Pick<FieldActions, "bring" | "drop"> {
  return {
    bring: async ({ apiId }, brought) => {
      const flaw = await bringAttachment(visit, { attachmentId: apiId, ...brought });
      if (flaw === null) form.answer({ [apiId]: brought.file.name });
      return flaw;
    },
    drop: async ({ apiId }) => {
      const flaw = await dropAttachment(visit, apiId);
      if (flaw === null) form.answer({ [apiId]: "" });
      return flaw;
    },
  };
}

/** Words when the file is not there. */
async function bringAttachment(visit: Visit, bringing: Bringing): Promise<string | null> {
  return wordsOf(visit, await bringFile(visit.session?.session ?? "", bringing));
}

/** Words when the file is still there. */
async function dropAttachment(visit: Visit, attachmentId: string): Promise<string | null> {
  const reply = await calls.dropFile(visit.session?.session ?? "", attachmentId);
  return wordsOf(visit, typeof reply === "object" && "saved" in reply ? null : reply);
}

/** What cannot be mended ends the visit. */
function wordsOf(visit: Visit, reply: RefusalView | "unreachable" | null): string | null {
  if (reply === null) return null;
  if (reply === "unreachable") return say("attachment.failed");
  if (reply.code !== "invalid_answer" && reply.code !== "unavailable") refuse(visit, reply);
  return speak(reply.says);
}

function bringFile(session: string, { attachmentId, file, onProgress }: Bringing) {
  const body = new FormData();
  body.append("attachment_id", attachmentId);
  body.append("file", file, file.name);
  return new Promise<RefusalView | "unreachable" | null>((resolve) => {
    const call = new XMLHttpRequest();
    call.open("POST", "/sign-api/attachment");
    call.setRequestHeader("authorization", `Bearer ${session}`);
    call.responseType = "json";
    call.timeout = limits.attachmentMs;
    call.upload.onprogress = ({ loaded, total }) => onProgress(Math.floor((100 * loaded) / Math.max(total, 1)));
    call.onload = () => resolve(readReply(call.response));
    call.onerror = call.ontimeout = () => resolve("unreachable");
    call.send(body);
  });
}

function readReply(said: unknown): RefusalView | "unreachable" | null {
  const reply = (said ?? {}) as Partial<RefusalView> & { readonly saved?: unknown };
  if (reply.saved === true) return null;
  return typeof reply.code === "string" && reply.says ? (reply as RefusalView) : "unreachable";
}
