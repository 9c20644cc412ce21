import { newUuid } from "../base/ids.ts";
import { encrypt } from "../base/secrets.ts";
import type { Work } from "../events/work.ts";
import { enqueue } from "../outbox/jobs.ts";
import type { Letter } from "./letters.ts";

/** Where mail goes: over SMTP, or into the inbox of this server. */
export type MailWay = "smtp" | "inbox";

/** A letter to somebody; `signatureId`: of the signer whom it asks to sign, `link`: the hash of the link that asks, without which it is not sent. */
export type Posting = {
  readonly accountId: string;
  readonly requestId: string | null;
  readonly signatureId: string | null;
  readonly link?: string;
  readonly kind: string;
  readonly to: { readonly name: string; readonly email: string };
  readonly letter: Letter;
};

/** The kind of the job that sends a letter over SMTP. */
export const mailKind = "mail";

/** What a letter on its way is, encrypted in its job: its links must not be read from the database. */
export type Packed = Pick<Posting, "signatureId" | "link" | "to" | "letter" | "kind">;

/** Posts a letter in the commit of what owes it: kept in the inbox, or promised to be sent. */
export async function post(work: Work, { way, ...posting }: Posting & { readonly way: MailWay }): Promise<void> {
  const { accountId, requestId, signatureId, link, kind, to, letter } = posting;
  if (way === "smtp") {
    const asked = link === undefined ? {} : { link };
    const packed: Packed = { kind, signatureId, ...asked, to: { name: to.name, email: to.email }, letter };
    const cipher = encrypt(work.secret, { purpose: mailKind, text: JSON.stringify(packed) });
    await enqueue(work, { kind: mailKind, requestId, payload: { cipher } });
    return;
  }
  await work.tx
    .insertInto("letters")
    .values({
      letter_id: newUuid(work.at),
      account_id: accountId,
      request_id: requestId,
      kind,
      to_name: to.name,
      to_email: to.email,
      subject: letter.subject,
      text_body: letter.text,
      html_body: letter.html,
      created_at: work.at,
    })
    .execute();
}
