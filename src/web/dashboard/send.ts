import type { FastifyReply } from "fastify";
import { listApps } from "../../accounts/apps.ts";
import { badRequest, Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { macOf } from "../../base/secrets.ts";
import { coerceInput } from "../../http/input.ts";
import { sendOnce } from "../../requests/send.ts";
import { uploadsOf } from "../../wire/draft-files.ts";
import { readDraft } from "../../wire/request-draft.ts";
import { SignatureRequestInput } from "../../wire/request-input.ts";
import { namesOfApps } from "./app-names.ts";
import type { FormFault } from "./form-field.ts";
import { gather } from "./form-flaws.ts";
import { sendPage } from "./frame.ts";
import type { Posted } from "./posted.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { fieldOf, flawsOfForm, newForm, parametersOf, type Typed, typedOf, withMoreRows } from "./send-form.ts";
import { renderSendForm } from "./send-page.ts";
import { actorOf, type Visit } from "./visit.ts";

/** The form that sends a document. */
export function showSend(visit: Visit): Promise<FastifyReply> {
  return show(visit, { typed: newForm(), fault: null, status: 200 });
}

/**
 * Sends a document as the API does, or shows the form again with what is wrong beside its field; or with more rows, where
 * those were asked for. A form that comes twice is sent once.
 */
export async function sendIt(visit: Visit, posted: Posted): Promise<FastifyReply> {
  const typed = typedOf(posted);
  const wantsRows = posted.entries.some(([name]) => name === "rows");
  const found = wantsRows ? [] : [...(posted.refused === null ? [] : [posted.refused]), ...flawsOf({ typed, posted })];
  const sent = wantsRows ? null : (found[0] ?? (await refusing(() => send(visit, { typed, posted }))));
  // Files that were not kept are gone before anybody is answered.
  await posted.discard();
  if (sent === null) return show(visit, { typed: withMoreRows(typed), fault: null, status: 200 });
  if (sent instanceof Fault) {
    const fault = gather([sent, ...found].map((one) => faultOf(one, typed)));
    return show(visit, { typed, fault, status: sent.status });
  }
  return visit.reply.redirect(`/app/requests/${sent.requestId}?done=${sent.isNew ? "sent" : "twice"}`, 303);
}

type Sending = { readonly typed: Typed; readonly posted: Posted };

/** All that can be told of a form at once: who mends it chooses the files again each time. */
function flawsOf({ typed, posted }: Sending): readonly Fault[] {
  const hasFiles = posted.refused !== null || uploadsOf(posted).length > 0;
  return [...flawsOfForm(typed), ...(hasFiles ? [] : [badRequest("Choose at least one file.", "files")])];
}

async function send({ house, account, ...visit }: Visit, { typed, posted }: Sending) {
  const input = coerceInput(SignatureRequestInput, parametersOf(typed));
  const files = uploadsOf(posted);
  house.workshop.warm();
  const { account_id: accountId } = account;
  const asked = {
    db: house.store.read,
    accountId,
    at: house.clock(),
    files,
    keys: new Map<string, readonly string[]>(),
  };
  const draft = await readDraft(asked, { input, isEmbedded: false });
  await Promise.all(files.map(({ received }) => received.keep()));
  const requestId = macOf(house.secret, `sent from a page ${accountId} ${typed.once}`).slice(0, 40);
  const entry = await house.transact(
    (work) => sendOnce(work, { draft, requestId }),
    actorOf({ request: visit.request, account }),
  );
  return { requestId, isNew: entry !== null };
}

function faultOf(fault: Fault, typed: Typed): FormFault {
  const field = fieldOf(fault, typed);
  if (field === "expires" && /Unix/.test(fault.message))
    return { field, words: "Choose one of the days that the hint names." };
  return { field, words: wordsOf(fault) };
}

type Shown = { readonly typed: Typed; readonly fault: FormFault | null; readonly status: number };

async function show(visit: Visit, { typed, fault, status }: Shown): Promise<FastifyReply> {
  const { house, account, formKey } = visit;
  const { rows: apps } = await listApps(house.store.read, {
    accountId: account.account_id,
    page: 1,
    pageSize: limits.pageSizeMost,
  });
  return sendPage(visit, {
    title: fault === null ? "Send a document" : "Not sent yet · Send a document",
    place: "requests",
    status,
    body: renderSendForm({
      typed,
      fault,
      apps: namesOfApps(apps),
      at: house.clock(),
      formKey,
      fileBytes: house.fileBytes,
    }),
  });
}
