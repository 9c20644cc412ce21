// What authenticators say, checked as WebAuthn Level 3 has it (sections 7.1 and 7.2). The library is loaded when it is first needed: a house
// without passkeys does not pay for it.

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { limits } from "../base/limits.ts";
import type { AccountRow, PasskeyRow } from "../storage/account-tables.ts";

/** Where passkeys are good: the host that they belong to, and the one origin whose pages may ask for them. */
export type PasskeyPlace = { readonly rpId: string; readonly origin: string };

/** What is kept of a new passkey. */
export type NewPasskey = {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly isBackedUp: boolean;
  readonly rpId: string;
};

/** What a passkey says of itself when it is used. */
export type PasskeyUse = { readonly counter: number; readonly isBackedUp: boolean };

/** What came of a check: what was proven, or why not, in words for the log. */
export type Proof<T> = { readonly kind: "proven"; readonly value: T } | Refusal;

/** A refusal, and its reason in words for the log. */
export type Refusal = { readonly kind: "refused"; readonly why: string };

/** What a browser sends of a credential, as JSON; `challenge` is the one that it answers. */
export type CredentialAnswer = {
  readonly id: string;
  readonly challenge: string;
  readonly userHandle: string | null;
  readonly json: Readonly<Record<string, unknown>>;
};

/** COSE algorithms that passkeys are made with: EdDSA, ES256, RS256. Every authenticator knows one of them. */
export const passkeyAlgorithms = [-8, -7, -257] as const;

/** Reads what a browser has sent of a credential; null when it is nothing of the kind, or was asked for inside a foreign page's frame. */
export function readAnswer(text: string): CredentialAnswer | null {
  const json = objectIn(text);
  const response = json === null ? null : recordOf(json.response);
  const clientData = typeof response?.clientDataJSON === "string" ? response.clientDataJSON : "";
  const said = objectIn(Buffer.from(clientData, "base64url").toString("utf8"));
  const id = json?.id;
  const challenge = said?.challenge;
  if (json === null || typeof id !== "string" || typeof challenge !== "string" || said?.crossOrigin === true)
    return null;
  const userHandle = response?.userHandle;
  return { id, challenge, userHandle: typeof userHandle === "string" ? userHandle : null, json };
}

/** Checks a passkey that was just made: for this place, by somebody whom the authenticator has verified. */
export async function proveNew({ challenge, json }: CredentialAnswer, place: PasskeyPlace): Promise<Proof<NewPasskey>> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  return proving(async () => {
    const { registrationInfo: info } = await verifyRegistrationResponse({
      response: json as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: place.origin,
      expectedRPID: place.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    });
    if (info === undefined) return null;
    const { id: credentialId, publicKey, counter, transports } = info.credential;
    if (credentialId.length > limits.credentialIdLength) return null;
    return {
      credentialId,
      publicKey: Buffer.from(publicKey).toString("base64url"),
      counter,
      transports: readTransports(transports),
      isBackedUp: info.credentialBackedUp,
      rpId: place.rpId,
    };
  });
}

type Known = { readonly passkey: PasskeyRow; readonly account: AccountRow; readonly place: PasskeyPlace };

/**
 * Checks that a known passkey has answered: the signature, the place, that the authenticator has verified its holder, and that it
 * means this account. Whether its counter has gone on is for `usePasskey` to say, in the transaction that notes it.
 */
export async function proveKnown(
  { challenge, json, userHandle }: CredentialAnswer,
  { passkey, account, place }: Known,
): Promise<Proof<PasskeyUse>> {
  if (userHandle === null || userHandle !== account.webauthn_id)
    return { kind: "refused", why: "the passkey names another account" };
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  return proving(async () => {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: json as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: place.origin,
      expectedRPID: place.rpId,
      requireUserVerification: true,
      credential: {
        id: passkey.credential_id,
        publicKey: new Uint8Array(Buffer.from(passkey.public_key, "base64url")),
        counter: 0,
      },
    });
    return verified ? { counter: info.newCounter, isBackedUp: info.credentialBackedUp } : null;
  });
}

/** The library throws an Error for whatever does not fit: here that is an answer. */
async function proving<T>(prove: () => Promise<T | null>): Promise<Proof<T>> {
  try {
    const value = await prove();
    return value === null ? { kind: "refused", why: "the signature does not fit" } : { kind: "proven", value };
  } catch (error) {
    return { kind: "refused", why: (error instanceof Error ? error.message : String(error)).slice(0, 200) };
  }
}

/** Browsers say how a passkey is reached, in short words; they are told the same again. */
function readTransports(given: unknown): readonly string[] {
  const words = Array.isArray(given) ? given : [];
  return words.filter((word) => typeof word === "string" && /^[a-z-]{1,20}$/.test(word)).slice(0, 10);
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
}
