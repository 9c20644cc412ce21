import { Type } from "typebox";
import type { RequestRecord } from "../requests/find.ts";
import type { Draft } from "../requests/send.ts";
import { uploadsOf } from "../wire/draft-files.ts";
import { readDraft } from "../wire/request-draft.ts";
import type { SignatureRequestInput } from "../wire/request-input.ts";
import { Warning } from "../wire/shapes.ts";
import { renderSignatureRequest, SignatureRequest } from "../wire/signature-request.ts";
import type { Call } from "./operation.ts";
import { warningsOf } from "./request-warnings.ts";

/** What operations on one request answer. */
export const Answer = Type.Object({
  signature_request: SignatureRequest,
  warnings: Type.Optional(Type.Array(Warning)),
});

/** What those take that are told nothing but which. */
export const ById = Type.Object({ signature_request_id: Type.String() });

/** A request as v3 shows it. */
export function show({ house, account }: Call, record: RequestRecord): Type.Static<typeof SignatureRequest> {
  return renderSignatureRequest(record, { publicUrl: house.publicUrl, requesterEmail: account.email });
}

/** Makes a checked draft of what a call brings, and keeps its files; answers what is worth telling of it as well. Throws as `readDraft`. */
export async function takeDraft(
  call: Call,
  { input, isEmbedded }: { readonly input: SignatureRequestInput; readonly isEmbedded: boolean },
): Promise<{ readonly draft: Draft; readonly warnings: readonly Warning[] }> {
  const { house, account, files, keys } = call;
  house.workshop.warm();
  const asked = { db: house.store.read, accountId: account.account_id, at: house.clock(), files, keys };
  const draft = await readDraft(asked, { input, isEmbedded });
  await Promise.all(uploadsOf(call).map(({ received }) => received.keep()));
  const warnings = warningsOf({ input, files: uploadsOf(call), fields: draft.options.fields, signers: draft.signers });
  return { draft, warnings };
}
