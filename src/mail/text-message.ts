import { assert } from "../base/assert.ts";
import { newUuid } from "../base/ids.ts";
import { decrypt } from "../base/secrets.ts";
import type { Transact, Work } from "../events/work.ts";
import type { ClaimedJob } from "../outbox/jobs.ts";
import type { SmsProvider, TextMessage } from "../providers/sms.ts";
import type { EndJob } from "../requests/prepare.ts";
import { smsKind } from "../signing/gate.ts";
import { isStillAsked } from "../signing/links.ts";
import { escapeHtml } from "./letters.ts";

/** What text messages are sent with; without a provider the inbox takes them. */
export type Texting = { readonly transact: Transact; readonly sms: SmsProvider | null };

/** Sends the text message that a job promises: once at least, as the provider takes it, while its signer is asked. Throws when it does not. */
export async function sendTextMessage(
  { transact, sms }: Texting,
  { job, endJob }: { readonly job: ClaimedJob; readonly endJob: EndJob },
): Promise<void> {
  const { to, cipher, link } = readPayload(job.payload);
  if (sms === null) {
    await transact(async (work) => {
      await endJob(work);
      if (link !== null && !(await isStillAsked(work.tx, link))) return;
      const text = decrypt(work.secret, { purpose: smsKind, sealed: cipher });
      await keepInInbox(work, { requestId: job.requestId ?? "", to, text });
    });
    return;
  }
  const text = await transact(async ({ tx, secret }) =>
    link === null || (await isStillAsked(tx, link)) ? decrypt(secret, { purpose: smsKind, sealed: cipher }) : null,
  );
  if (text !== null) await sms.send({ to, text });
  await transact(endJob);
}

async function keepInInbox(
  work: Work,
  { requestId, to, text }: TextMessage & { readonly requestId: string },
): Promise<void> {
  const request = await work.tx
    .selectFrom("signature_requests")
    .select("account_id")
    .where("request_id", "=", requestId)
    .executeTakeFirst();
  if (!request) return;
  await work.tx
    .insertInto("letters")
    .values({
      letter_id: newUuid(work.at),
      account_id: request.account_id,
      request_id: requestId,
      kind: smsKind,
      to_name: to,
      to_email: "",
      subject: "Text message",
      text_body: text,
      html_body: `<p>${escapeHtml(text)}</p>`,
      created_at: work.at,
    })
    .execute();
}

type Promised = { readonly to: string; readonly cipher: string; readonly link: string | null };

function readPayload(payload: unknown): Promised {
  const { to, cipher, link }: { readonly to?: unknown; readonly cipher?: unknown; readonly link?: unknown } =
    Object(payload);
  assert(typeof to === "string" && typeof cipher === "string", "a text message has a number and a text");
  // Earlier versions promised messages without their links.
  return { to, cipher, link: typeof link === "string" ? link : null };
}
