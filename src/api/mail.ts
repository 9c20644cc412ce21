import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import { bounceFax } from "../fax/bounce.ts";
import { findUsableFax } from "../fax/find.ts";
import { type Returned, returnedIn } from "../mail/returned.ts";
import { bounceSigner } from "../requests/bounce.ts";
import { lockOwnRequest } from "../requests/find.ts";
import { operation } from "./operation.ts";

export const mailBounce = operation({
  id: "mailBounce",
  on: "POST /mail/bounces",
  events: ["signature_request_email_bounce", "fax_blacklisted"],
  says: "Takes a delivery status notification (RFC 3464) that came back for a letter to a signer or for a fax by mail, and calls back signature_request_email_bounce or fax_blacklisted.",
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
    const returned = returnedIn(house.secret, dsn);
    if (returned === null) throw notOurs();
    if (!/^Status:\s*5\.\d{1,3}\.\d{1,3}/im.test(dsn))
      throw badRequest("dsn not valid: it tells no failure for good (Status: 5.x.x)", "dsn");
    const given = /^Diagnostic-Code:\s*(.+)$/im.exec(dsn)?.[1] ?? "the mail server gave no reason";
    const bounce = { accountId: account.account_id, words: given.trim().slice(0, limits.mailWordsLength) };
    await house.transact(
      (work) =>
        returned.kind === "fax" ? ofFax(work, { ...bounce, ...returned }) : ofSigner(work, { ...bounce, ...returned }),
      actor,
    );
  },
});

type Bounce<Kind extends Returned["kind"]> = Extract<Returned, { kind: Kind }> & {
  readonly accountId: string;
  readonly words: string;
};

async function ofSigner(work: Work, { accountId, signatureId, words }: Bounce<"signature">): Promise<void> {
  const row = await work.tx
    .selectFrom("signatures")
    .select(["request_id", "email"])
    .where("signature_id", "=", signatureId)
    .executeTakeFirst();
  const requestId = row?.request_id ?? "";
  await lockOwnRequest(work, { accountId, requestId });
  await bounceSigner(work, { requestId, signatureId, email: row?.email ?? "", words });
}

async function ofFax(work: Work, { accountId, faxId, isTo, words }: Bounce<"fax">): Promise<void> {
  const { transmissions } = await findUsableFax(work.tx, { accountId, faxId });
  const mailed = transmissions.find(({ carrier, recipient }) => carrier === "mail" && isTo(recipient));
  if (mailed === undefined) throw notOurs();
  await bounceFax(work, { faxId, email: mailed.recipient, words });
}

function notOurs(): Error {
  return badRequest("dsn not valid: it returns no letter that this server has sent to a signer or as a fax", "dsn");
}
