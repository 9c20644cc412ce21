// Who is asked to sign, and to bring what: as a draft says it, and as rows.

import { type RawBuilder, sql } from "kysely";
import { newId, newShortId } from "../base/ids.ts";
import type { Work } from "../events/work.ts";
import { pinHash } from "./pin.ts";

/** One of the people who are asked to sign. */
export type NewSigner = {
  readonly name: string;
  readonly email: string;
  readonly order: number | null;
  /** An access code for the signing page. */
  readonly pin: string | null;
  /** Where text messages go (E.164), and what for. */
  readonly sms: { readonly phone: string; readonly use: "authentication" | "delivery" } | null;
  /** In the templates that the request is made of. */
  readonly role?: string;
  /** Of whom one signs for all; members are told by `guid`, and share the place by which fields name the signer. */
  readonly group?: { readonly guid: string; readonly name: string; readonly place: number };
};

/** A file that a signer is asked to bring; `signer` is the index. */
export type NewAttachment = {
  readonly signer: number;
  readonly name: string;
  readonly instructions: string | null;
  readonly required: boolean;
};

/** An attachment for which no file has come. */
export const nothingBrought = { blob: null, file_name: null, media_type: null, bytes: null, uploaded_at: null };

/** What a request keeps of an attachment that is asked for. */
export function attachmentColumns(
  { signer, name, instructions, required }: NewAttachment,
  { requestId, position }: { readonly requestId: string; readonly position: number },
) {
  const asked = { signer, name, instructions, required: required ? 1 : 0 };
  return { attachment_id: newId(), request_id: requestId, position, ...asked, ...nothingBrought };
}

/** A signer's place in a request: whose it is, and when it was made. */
export type SignerPlace = {
  readonly signer: NewSigner;
  readonly requestId: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly position: number;
};

/** What a request keeps of one of its signers, who is to sign. */
export function signatureColumns({ secret }: Work, { signer, requestId, position, ...made }: SignerPlace) {
  const { pin, sms } = signer;
  const signatureId = newShortId();
  return {
    signature_id: signatureId,
    request_id: requestId,
    position,
    name: signer.name,
    email: signer.email,
    sign_order: signer.order,
    state: "awaiting_signature",
    pin_hash: pin === null ? null : pinHash(secret, { signatureId, pin }),
    signed_at: null,
    viewed_at: null,
    reminded_at: null,
    decline_reason: null,
    error: null,
    time_zone: null,
    sms_phone: sms?.phone ?? null,
    sms_use: sms?.use ?? null,
    code_hash: null,
    code_expires_at: null,
    code_sent_at: null,
    codes_since: null,
    codes_sent: 0,
    code_failures: 0,
    code_locks: 0,
    code_locked_until: null,
    role: signer.role ?? null,
    signer_place: signer.group?.place ?? null,
    group_guid: signer.group?.guid ?? null,
    group_name: signer.group?.name ?? null,
    received_at: receivedAt({ signer, ...made }),
  };
}

/** Whoever signs all that they send themselves has not received it: their list is not to look through it. */
function receivedAt({
  signer: { email },
  accountId,
  createdAt,
}: Pick<SignerPlace, "signer" | "accountId" | "createdAt">): RawBuilder<number | null> {
  return sql`case when lower(${email}) = (select lower(a.email) from accounts a where a.account_id = ${accountId})
    then null else cast(${createdAt} as bigint) end`;
}
