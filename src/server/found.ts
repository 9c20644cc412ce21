import { randomBytes } from "node:crypto";
import { ensureEnvironment, establish, type Founded, isEstablished, knowsSecret } from "../accounts/first-start.ts";
import { hashPassword } from "../accounts/password.ts";
import type { Secret } from "../base/secrets.ts";
import type { Transact } from "../events/work.ts";
import type { Store } from "../storage/store.ts";
import type { Config } from "./config.ts";
import { makeIdentities } from "./identity.ts";

/** What founding works with. */
export type FoundingParts = {
  readonly config: Config;
  readonly store: Store;
  readonly secret: Secret;
  readonly transact: Transact;
};

/** What the first start has made. */
export type Established = Founded & { readonly password: string };

/** What is told of it, once. */
export function foundedLines({ email, password, apiKey, clientId }: Established): readonly string[] {
  return [
    `  E-mail      ${email}`,
    `  Password    ${password}`,
    `  API key     ${apiKey}`,
    `  client_id   ${clientId}`,
    "",
    "  The password and the key are shown this once.",
  ];
}

/** Makes the first account at the first start, and sees to the environment's key and client_id at every start. */
export async function found({ config, store, secret, transact }: FoundingParts): Promise<Established | null> {
  const made = (await isEstablished(store.read)) ? null : await makeFirst({ config, store, secret, transact });
  if (!(await knowsSecret(store.read, secret))) {
    throw new Error(
      "COUNTERSIGN_SECRET (or secret.key in the data folder) is not the secret that this database was made with. Bring the old one back: without it API keys and the sealing key cannot be read.",
    );
  }
  const { apiKey, clientId } = config;
  if (!made && (apiKey !== null || clientId !== null))
    await transact((work) => ensureEnvironment(work, { apiKey, clientId }));
  return made;
}

async function makeFirst({ config, secret, transact }: FoundingParts): Promise<Established | null> {
  const password = config.password ?? randomBytes(12).toString("base64url");
  const passwordHash = await hashPassword(password);
  const settings = await makeIdentities({
    secret,
    at: Date.now(),
    key: config.sealKey,
    commonName: `Countersign at ${new URL(config.publicUrl).hostname}`,
  });
  const { email, apiKey, clientId } = config;
  const founded = await transact((work) => establish(work, { email, passwordHash, apiKey, clientId, settings }));
  return founded && { ...founded, password };
}
