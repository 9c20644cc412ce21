import { Type } from "typebox";
import { present } from "../base/assert.ts";
import { badRequest, Fault } from "../base/faults.ts";
import { deleteFax } from "../fax/delete.ts";
import { type Fax, isMailed } from "../fax/fax.ts";
import { findFax, findFaxWithFiles, findUsableFax, listFaxes } from "../fax/find.ts";
import { findLine, listLines } from "../fax/lines.ts";
import { sendFax } from "../fax/send.ts";
import { needFaxProvider, readFaxNumber } from "../providers/fax.ts";
import { FaxShape, renderFax } from "../wire/fax.ts";
import { type AskedFax, FaxInput, readFax } from "../wire/fax-input.ts";
import { ListInfo, renderListInfo, Warning, withWarnings } from "../wire/shapes.ts";
import { type Call, type FileReply, type House, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";

const Answer = Type.Object({ fax: FaxShape, warnings: Type.Optional(Type.Array(Warning)) });
const ById = Type.Object({ fax_id: Type.String() });

export const faxSend = operation({
  id: "faxSend",
  on: "POST /fax/send",
  says: "Sends files as a fax to a number, or as a letter to an e-mail address. Answers at once; the fax_… events tell how it went.",
  input: FaxInput,
  output: Answer,
  faults: ["unauthorized", "bad_request", "invalid_recipient", "forbidden", "max_faxes"],
  aliases: { file_url: "file_urls" },

  async handle(call, input) {
    const { house, account, actor, files } = call;
    const asked = readFax(call, input);
    const { sender, warnings } = await findSender(call, asked);
    if (!asked.testMode && !isMailed(asked.recipient)) needFaxProvider(house.fax);
    await Promise.all(files.map(({ received }) => received.keep()));
    const fax = await house.transact(async (work) => {
      const faxId = await sendFax(work, { ...asked, sender, accountId: account.account_id });
      return present(await findFax(work.tx, faxId), "a fax that was just written");
    }, actor);
    return withWarnings({ fax: show(call, fax) }, warnings);
  },
});

export const faxGet = operation({
  id: "faxGet",
  on: "GET /fax/{fax_id}",
  says: "Answers one fax that the account sent, or that came in on a line that it has access to.",
  input: ById,
  output: Answer,
  faults: ["unauthorized", "not_found"],

  async handle(call, { fax_id: faxId }) {
    const fax = await findUsableFax(call.house.store.read, { accountId: call.account.account_id, faxId });
    return { fax: show(call, fax) };
  },
});

export const faxList = operation({
  id: "faxList",
  on: "GET /fax/list",
  says: "Lists the faxes that the account sent and those that came in on its lines, newest first.",
  input: Type.Object({ page: Type.Optional(Type.Integer()), page_size: Type.Optional(Type.Integer()) }),
  output: Type.Object({ faxes: Type.Array(FaxShape), list_info: ListInfo }),
  faults: ["unauthorized", "bad_request"],

  async handle(call, input) {
    const paging = readPaging(input);
    const { faxes, count } = await listFaxes(call.house.store.read, {
      accountId: call.account.account_id,
      ...paging,
    });
    return {
      faxes: faxes.map((fax) => show(call, fax)),
      list_info: renderListInfo({ ...paging, count }),
    };
  },
});

export const faxFiles = operation({
  id: "faxFiles",
  on: "GET /fax/files/{fax_id}",
  says: "Answers the document of a fax as one PDF, as it is transmitted: with its cover page.",
  input: ById,
  output: { files: ["application/pdf"] },
  faults: ["unauthorized", "not_found", "conflict", "deleted", "unprocessable_entity"],

  handle: ({ house, account }, { fax_id: faxId }) => faxPdf(house, { accountId: account.account_id, faxId }),
});

export const transmissionFinalCopy = operation({
  id: "transmissionFinalCopy",
  on: "GET /transmission/final_copy/{fax_id}",
  says: "The same as fax/files, under the address of final_copy_uri.",
  input: ById,
  output: { files: ["application/pdf"] },
  faults: ["unauthorized", "not_found", "conflict", "deleted", "unprocessable_entity"],

  handle: ({ house, account }, { fax_id: faxId }) => faxPdf(house, { accountId: account.account_id, faxId }),
});

export const faxDelete = operation({
  id: "faxDelete",
  on: "DELETE /fax/{fax_id}",
  says: "Deletes a fax: its document, names, numbers and what its events hold of them. One that is not handed over yet is not sent.",
  input: ById,
  output: "nothing",
  faults: ["unauthorized", "not_found", "forbidden"],
  status: 204,

  async handle({ house, account, actor }, { fax_id: faxId }) {
    await house.transact((work) => deleteFax(work, { accountId: account.account_id, faxId }), actor);
  },
});

/** The document of an account's fax. Faults as `findFaxWithFiles`. */
export async function faxPdf(
  { store, blobs }: Pick<House, "store" | "blobs">,
  asked: { readonly accountId: string; readonly faxId: string },
): Promise<FileReply> {
  const { row } = await findFaxWithFiles(store.read, asked);
  const bytes = await blobs.read(row.document_blob ?? "");
  return { bytes, contentType: "application/pdf", name: `${row.title.replace(/\.pdf$/i, "") || "fax"}.pdf` };
}

type Found = { readonly sender: string | null; readonly warnings: readonly Warning[] };

/** The number that a fax comes from: the line that is named, or else the account's oldest. */
async function findSender({ house, account }: Call, { sender, recipient }: AskedFax): Promise<Found> {
  const { account_id: accountId } = account;
  const { read } = house.store;
  if (isMailed(recipient))
    return { sender: null, warnings: sender === null ? [] : [ignored("it is used with fax numbers only")] };
  if (sender !== null && readFaxNumber(sender) !== null) {
    const line = await findLine(read, { accountId, number: sender }).catch((error: unknown) => {
      if (!(error instanceof Fault && error.faultName === "not_found")) throw error;
      throw badRequest("sender not valid: it must be the number of one of your fax lines", "sender");
    });
    return { sender: line.row.number, warnings: [] };
  }
  const page = { accountIds: [accountId], of: null, pageSize: 1 };
  const { count } = await listLines(read, { ...page, page: 1 });
  const { lines } = await listLines(read, { ...page, page: Math.max(count, 1) });
  return {
    sender: lines[0]?.row.number ?? null,
    warnings: sender === null ? [] : [ignored("a fax comes from the number of a fax line")],
  };
}

function ignored(why: string): Warning {
  return { warning_name: "parameter_ignored", warning_msg: `sender was ignored: ${why}.` };
}

function show({ house, account }: Call, fax: Fax): Type.Static<typeof FaxShape> {
  return renderFax(fax, { publicUrl: house.publicUrl, ownerEmail: account.email });
}
