// What the server and the browser tell each other of a passkey, between JSON and bytes. The browsers' own parse…FromJSON and toJSON came years
// after passkeys did, and toJSON fails on the credentials of password managers that stand in for the browser: so these few lines serve all.

/** What the server asks for, as `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`. */
export type Asked = PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;

/** Options for `navigator.credentials.create`. */
export function creationOf(asked: Asked): PublicKeyCredentialCreationOptions {
  const { challenge, rp, user, pubKeyCredParams, timeout, attestation, authenticatorSelection } = asked;
  const known = asked.excludeCredentials ?? [];
  return {
    challenge: bytesOf(challenge),
    rp,
    user: { ...user, id: bytesOf(user.id) },
    pubKeyCredParams,
    timeout,
    attestation,
    authenticatorSelection,
    excludeCredentials: known.map((one) => ({ ...one, id: bytesOf(one.id) })),
  } as PublicKeyCredentialCreationOptions;
}

/** Options for `navigator.credentials.get`. */
export function requestOf({ challenge, rpId, timeout, userVerification }: Asked): PublicKeyCredentialRequestOptions {
  return { challenge: bytesOf(challenge), rpId, timeout, userVerification } as PublicKeyCredentialRequestOptions;
}

/** What the browser has answered, as `RegistrationResponseJSON` or `AuthenticationResponseJSON`. */
export function answerOf({ rawId, type, response }: PublicKeyCredential): string {
  const id = textOf(rawId);
  const given = response as Partial<AuthenticatorAttestationResponse & AuthenticatorAssertionResponse>;
  const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } = given;
  const parts = attestationObject ? { attestationObject } : { authenticatorData, signature, userHandle };
  const texts = Object.entries({ clientDataJSON, ...parts }).flatMap(([name, bytes]) =>
    bytes ? [[name, textOf(bytes)] as const] : [],
  );
  const transports = given.getTransports?.();
  return JSON.stringify({
    id,
    rawId: id,
    type,
    clientExtensionResults: {},
    response: { ...Object.fromEntries(texts), ...(transports && { transports }) },
  });
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
