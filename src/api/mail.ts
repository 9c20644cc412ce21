import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { signatureIn } from "../mail/send.ts";
import { bounceSigner } from "../requests/bounce.ts";
import { lockOwnRequest } from "../requests/find.ts";
import { operation } from "./operation.ts";

export const mailBounce = operation({
  id: "mailBounce",
  on: "POST /mail/bounces",
  events: ["signature_request_email_bounce"],
  says: "Takes a delivery status notification (RFC 3464) that came back for a letter to a signer, and calls back signature_request_email_bounce.",
  input: Type.Object({
    dsn: Type.String({
      minLength: 1,
      maxLength: limits.dsnLength,
      description: "The notification as it came, headers and all",
    }),
  }),
  output: "nothing",
  faults: ["unauthorized", "bad_request", "not_found", "deleted"],

  async handle({ house, account, actor }, { dsn }) {
    const signatureId = signatureIn(house.secret, dsn);
    if (signatureId === null)
      throw badRequest("dsn not valid: it returns no letter that this server has sent to a signer", "dsn");
    if (!/^Status:\s*5\.\d{1,3}\.\d{1,3}/im.test(dsn))
      throw badRequest("dsn not valid: it tells no failure for good (Status: 5.x.x)", "dsn");
    const words = /^Diagnostic-Code:\s*(.+)$/im.exec(dsn)?.[1] ?? "the mail server gave no reason";
    await house.transact(async (work) => {
      const row = await work.tx
        .selectFrom("signatures")
        .select(["request_id", "email"])
        .where("signature_id", "=", signatureId)
        .executeTakeFirst();
      const requestId = row?.request_id ?? "";
      await lockOwnRequest(work, { accountId: account.account_id, requestId });
      const told = words.trim().slice(0, limits.mailWordsLength);
      await bounceSigner(work, { requestId, signatureId, email: row?.email ?? "", words: told });
    }, actor);
  },
});
