import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { DraftRecord, PendingFile } from "./draft.ts";
import { promisePreparation } from "./open.ts";
import type { DraftRefusal } from "./session.ts";

/** What is done with the files of a draft: new ones come behind the others, the present ones are put in another order, or one is taken away. Indexes count from 0. */
export type FileChange =
  | {
      readonly kind: "add";
      readonly files: readonly { readonly name: string; readonly blob: string; readonly bytes: number }[];
    }
  | { readonly kind: "order"; readonly order: readonly number[] }
  | { readonly kind: "remove"; readonly file: number };

/** Why the files of a draft cannot be changed now; null when they can. Throws `bad_request` where its caller does not allow it. */
export function refuseFiles({ row, look }: DraftRecord): DraftRefusal | null {
  if (row.state === "finished") return "draft_closed";
  if (!look.documents) throw badRequest("The documents may not be changed here.", "files");
  return row.state === "open" ? null : "draft_preparing";
}

/** Promises to prepare a draft with other files: until that is done the present ones stand. The draft's row is held. Refusals and faults as `refuseFiles`. */
export async function changeFiles(
  work: Work,
  { draft, change }: { readonly draft: DraftRecord; readonly change: FileChange },
): Promise<DraftRefusal | null> {
  const refused = refuseFiles(draft);
  if (refused !== null) return refused;
  const pending = pendingFiles(draft, change);
  if (pending.length > limits.filesPerRequest)
    throw badRequest(`files not valid: there may be at most ${limits.filesPerRequest}`, "file");
  if (pending.reduce((sum, { bytes }) => sum + bytes, 0) > limits.requestBytes)
    throw badRequest(`files not valid: together they may have at most ${limits.requestBytes / 1024 ** 2} MB`, "file");
  await work.tx
    .updateTable("drafts")
    .set({ state: "preparing", pending_json: JSON.stringify(pending), notice: null })
    .where("draft_id", "=", draft.row.draft_id)
    .execute();
  await promisePreparation(work, draft.row.draft_id);
  return null;
}

function pendingFiles({ files }: DraftRecord, change: FileChange): readonly PendingFile[] {
  const present = files.map(({ name, blob, bytes }, from) => ({ from, name, blob: blob ?? "", bytes }));
  switch (change.kind) {
    case "add":
      return [...present, ...change.files.map((file) => ({ from: null, ...file }))];
    case "order":
      if (change.order.toSorted((a, b) => a - b).join() !== present.map(({ from }) => from).join())
        throw badRequest(`order not valid: it must name each of the ${files.length} files once, from 0`, "order");
      return change.order.flatMap((index) => present[index] ?? []);
    default:
      if (present[change.file] === undefined)
        throw badRequest(`file not valid: there are ${files.length} files, counted from 0`, "file");
      if (present.length === 1) throw badRequest("file not valid: the last file stays", "file");
      return present.filter(({ from }) => from !== change.file);
  }
}
