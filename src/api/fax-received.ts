import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { findOwnLine } from "../fax/lines.ts";
import { receiveFax } from "../fax/receive.ts";
import { readFaxNumber } from "../providers/fax.ts";
import { readFiles } from "../wire/draft-files.ts";
import { operation } from "./operation.ts";

export const faxReceive = operation({
  id: "faxReceive",
  on: "POST /faxes/received",
  says: "For the fax provider: brings a fax that came in on a line of the account, its pages as files. One that is brought twice under one id is one. fax_received tells it.",
  input: Type.Object({
    id: Type.String({ minLength: 1, maxLength: 128, description: "The provider's name of the fax" }),
    to: Type.String({ minLength: 1, maxLength: 40, description: "The number of the fax line" }),
    from: Type.Optional(Type.String({ maxLength: 40, description: "The number that it came from, where it is known" })),
    title: Type.Optional(Type.String({ maxLength: limits.titleLength })),
    file_urls: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: limits.urlLength }), { maxItems: limits.filesPerRequest }),
    ),
  }),
  output: Type.Object({ fax_id: Type.String() }),
  faults: ["unauthorized", "bad_request", "not_found", "forbidden"],
  aliases: { file_url: "file_urls" },

  async handle(call, { id: providerId, to, from: given = "", title, file_urls = [] }) {
    const { house, account, actor } = call;
    const from = given.trim() === "" ? null : readFaxNumber(given);
    if (given.trim() !== "" && from === null)
      throw badRequest("from not valid: it must be a number with its country code, such as +16690000001", "from");
    const line = await findOwnLine(house.store.read, { accountId: account.account_id, number: to });
    const files = readFiles(call, { file_urls });
    await Promise.all(call.files.map(({ received }) => received.keep()));
    const named = title?.trim() || (from === null ? "A fax" : `A fax from ${from}`);
    const faxId = await house.transact(
      (work) => receiveFax(work, { line: line.row, providerId, from, title: named, files }),
      actor,
    );
    return { fax_id: faxId };
  },
});
