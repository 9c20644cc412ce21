import { Type } from "typebox";
import { present } from "../base/assert.ts";
import { toSeconds } from "../base/clock.ts";
import { makeSignUrl } from "../signing/links.ts";
import { Seconds } from "../wire/shapes.ts";
import { operation } from "./operation.ts";

export const embeddedSignUrl = operation({
  id: "embeddedSignUrl",
  on: "GET /embedded/sign_url/{signature_id}",
  says: "Answers an address for the iframe of one signer. It lives 60 minutes and belongs to the first browser that opens it.",
  input: Type.Object({ signature_id: Type.String() }),
  output: Type.Object({ embedded: Type.Object({ sign_url: Type.String(), expires_at: Seconds }) }),
  faults: ["unauthorized", "not_found", "conflict", "deleted", "signature_request_expired"],

  async handle({ house, account, actor }, { signature_id: signatureId }) {
    const link = await house.transact(
      (work) => makeSignUrl(work, { accountId: account.account_id, signatureId }),
      actor,
    );
    const expiresAt = present(link.expiresAt, "the end of an embedded link");
    return {
      embedded: {
        sign_url: `${house.publicUrl}/editor/embeddedSign?signature_id=${signatureId}&token=${link.token}`,
        expires_at: toSeconds(expiresAt),
      },
    };
  },
});
