import { present } from "../base/assert.ts";
import { keptWords, type Unmade } from "../documents/make.ts";
import type { Work } from "../events/work.ts";
import { failRequest } from "../requests/fail.ts";
import { lockRequest } from "../requests/find.ts";
import { documentFailure, type Preparer } from "../requests/prepare.ts";
import { sendOnce } from "../requests/send.ts";
import { writeTemplate } from "../templates/create.ts";
import { lockTemplate } from "../templates/find.ts";
import { failTemplate } from "../templates/prepare.ts";
import { asRequest, asTemplate, newFilesOf } from "./as-request.ts";
import type { DraftRecord } from "./draft.ts";
import { nothingLeft } from "./finish.ts";

type Failing = {
  readonly preparer: Pick<Preparer, "tagErrorEvent">;
  readonly draft: DraftRecord;
  readonly unmade: Unmade;
};

/** Ends a draft that has no usable document: the request or template that it was to be is there, failed, and its one event says why. */
export async function failDraft(work: Work, { preparer, draft, unmade }: Failing): Promise<void> {
  const { base, row } = draft;
  if (base.kind === "request") {
    const requestId = present(row.request_id, "the id of a draft's request");
    const said = { ...draft.said, signers: draft.said.signers.filter(isNamed) };
    const request = { ...asRequest({ ...draft, said }, base), files: newFilesOf(draft) };
    // It is failed in this very transaction: there is nothing to process.
    await sendOnce(work, { draft: request, requestId, isReady: true, isFree: true });
    const found = present(await lockRequest(work, requestId), "the failed request");
    const failure = documentFailure(preparer, { unmade: amongNamed(draft, unmade), signatures: found.signatures });
    await failRequest(work, { found, failure });
  } else {
    const templateId = present(row.template_id, "the id of a draft's template");
    await writeTemplate(work, { draft: asTemplate(draft, base), templateId });
    const template = present(await lockTemplate(work, templateId), "the failed template");
    await failTemplate(work, { template, message: unmade.message });
  }
  await work.tx
    .updateTable("drafts")
    .set({ state: "failed", ...nothingLeft, notice: keptWords(unmade.message) })
    .where("draft_id", "=", row.draft_id)
    .execute();
  await work.tx.deleteFrom("draft_files").where("draft_id", "=", row.draft_id).execute();
}

/** The signers who are wrong, counted as the request counts its own: it has only those who were named. */
function amongNamed({ said: { signers: all } }: DraftRecord, unmade: Unmade): Unmade {
  const named = all.filter(isNamed);
  const signers = (unmade.signers ?? []).map((index) => named.findIndex((one) => all.indexOf(one) === index));
  return { ...unmade, signers };
}

function isNamed({ name, email }: { readonly name: string; readonly email: string }): boolean {
  return name !== "" && email !== "";
}
