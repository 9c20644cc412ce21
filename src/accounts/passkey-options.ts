import { limits } from "../base/limits.ts";
import type { AccountRow, PasskeyRow } from "../storage/account-tables.ts";
import { type PasskeyPlace, passkeyAlgorithms } from "./passkey-proof.ts";

type Asked = { readonly challenge: string; readonly place: PasskeyPlace };

type Maker = Asked & {
  readonly account: AccountRow;
  readonly webauthnId: string;
  readonly known: readonly PasskeyRow[];
};

/** What a browser is told to make a passkey: `PublicKeyCredentialCreationOptionsJSON` (WebAuthn 3, section 5.1.8). */
export function creationOptions({ challenge, place, account, webauthnId, known }: Maker) {
  return {
    challenge,
    rp: { id: place.rpId, name: "Countersign" },
    user: { id: webauthnId, name: account.email, displayName: account.email },
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: limits.challengeMs,
    attestation: "none",
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    excludeCredentials: known.map(({ credential_id: id, transports_json: transports }) => ({
      type: "public-key",
      id,
      transports: JSON.parse(transports) as readonly string[],
    })),
  };
}

/** What a browser is told to sign in: `PublicKeyCredentialRequestOptionsJSON`. It names no passkey: the person chooses one of this host's. */
export function requestOptions({ challenge, place }: Asked) {
  return { challenge, rpId: place.rpId, timeout: limits.challengeMs, userVerification: "required" };
}
