import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { CDPSession, Page } from "playwright-core";

/** What the server asks for, as far as an authenticator cares. */
export type AskedOfAuthenticator = { readonly challenge: string; readonly user?: { readonly id: string } };

/** What an authenticator, or the browser before it, is made to say that an honest one would not. */
export type Lies = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly counter?: number;
  /** User present 1, user verified 4, may be backed up 8, is backed up 16. */
  readonly flags?: number;
  readonly userHandle?: string;
  readonly crossOrigin?: boolean;
  /** Signs with a key that is not the passkey's. */
  readonly forged?: boolean;
};

/** An authenticator with one passkey (ES256, no attestation), and the browser before it: WebAuthn 3, sections 5.8.1 and 6.1. */
export type Authenticator = {
  readonly create: (asked: AskedOfAuthenticator, lies?: Lies) => string;
  readonly get: (asked: AskedOfAuthenticator, lies?: Lies) => string;
};

/** Makes an authenticator for pages of `origin`, whose host is the RP id. It counts from 1, or always says `counter`. */
export function makeAuthenticator(origin: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const id = randomBytes(32);
  let counter = 0;
  let owner = "";

  const clientData = (asked: AskedOfAuthenticator, { type, ...lies }: Lies & { readonly type: string }) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: lies.challenge ?? asked.challenge,
        origin: lies.origin ?? origin,
        crossOrigin: lies.crossOrigin ?? false,
      }),
    );
  const head = (lies: Lies) => {
    counter = lies.counter ?? counter + 1;
    const rest = Buffer.alloc(5);
    rest.writeUInt8(lies.flags ?? 5, 0);
    rest.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(lies.rpId ?? new URL(origin).hostname), rest]);
  };
  const credential = (response: Readonly<Record<string, Buffer | string>>) => {
    const texts = Object.entries(response).map(([name, part]) => [
      name,
      typeof part === "string" ? part : part.toString("base64url"),
    ]);
    const rawId = id.toString("base64url");
    return JSON.stringify({
      id: rawId,
      rawId,
      type: "public-key",
      clientExtensionResults: {},
      response: Object.fromEntries(texts),
    });
  };

  return {
    create: (asked, lies = {}) => {
      owner = asked.user?.id ?? "";
      const cose = [hex("a5010203262001215820"), decode(x), hex("225820"), decode(y)];
      const attested = Buffer.concat([Buffer.alloc(16), hex("0020"), id, ...cose]);
      const authData = Buffer.concat([head({ flags: 5 | 64, ...lies }), attested]);
      const length = Buffer.from([authData.length]);
      const attestationObject = Buffer.concat([
        Buffer.from("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", "latin1"),
        length,
        authData,
      ]);
      return credential({ clientDataJSON: clientData(asked, { type: "webauthn.create", ...lies }), attestationObject });
    },
    get: (asked, lies = {}) => {
      const authenticatorData = head(lies);
      const clientDataJSON = clientData(asked, { type: "webauthn.get", ...lies });
      const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
      const signature = sign("sha256", signed, lies.forged ? other : privateKey);
      return credential({ clientDataJSON, authenticatorData, signature, userHandle: lies.userHandle ?? owner });
    },
  };
}

/** Gives a Chromium window an authenticator of its own, which always says yes: its holder has shown a finger. */
export async function giveAuthenticator(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable", { enableUI: false });
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return session;
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

function decode(text: string): Buffer {
  return Buffer.from(text, "base64url");
}
