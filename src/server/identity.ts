import { findSetting } from "../accounts/first-start.ts";
import { present } from "../base/assert.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import { makeSealingCertificate } from "../evidence/certificate.ts";
import type { Sealer } from "../evidence/seal.ts";
import type { Store } from "../storage/store.ts";
import type { Sealing } from "../web/dashboard/visit.ts";
import type { Config } from "./config.ts";

const names = {
  real: ["sealing_certificate", "sealing_key_cipher"],
  test: ["test_sealing_certificate", "test_sealing_key_cipher"],
} as const;

/** Makes the two sealing certificates of a new house, as settings: the keys only encrypted. */
export async function makeIdentities({
  secret,
  at,
  commonName,
  key,
}: {
  readonly secret: Secret;
  readonly at: number;
  readonly commonName: string;
  readonly key: "p256" | "rsa";
}): Promise<Readonly<Record<string, string>>> {
  const settings: Record<string, string> = {};
  for (const testMode of [false, true]) {
    const [certificate, cipher] = namesOf(testMode);
    const made = await makeSealingCertificate({ commonName, at, testMode, key });
    settings[certificate] = made.certificatePem;
    settings[cipher] = encrypt(secret, { purpose: cipher, text: made.privateKeyPem });
  }
  return settings;
}

/**
 * Reads who seals: the given identity where there is one, else the house's own; in test mode the house's that says TEST. Each is read
 * once.
 */
export function identityReader(
  store: Store,
  { secret, given }: { readonly secret: Secret; readonly given: Sealer | null },
): (testMode: boolean) => Promise<Sealer> {
  const known = new Map<boolean, Promise<Sealer>>();
  return (testMode) => {
    if (given !== null && !testMode) return Promise.resolve(given);
    const reading = known.get(testMode) ?? read(store, { secret, testMode });
    known.set(testMode, reading);
    reading.catch(() => known.delete(testMode));
    return reading;
  };
}

/** The certificates of the house, and the roots of the time-stamps that it takes, as its own check of documents trusts them. */
export function trustedSealers(
  store: Store,
  { sealerFor, roots }: { readonly sealerFor: ReturnType<typeof identityReader>; readonly roots: readonly string[] },
): () => Promise<readonly string[]> {
  return async () => {
    const sealers = await Promise.all([sealerFor(false), sealerFor(true)]);
    // A given certificate may have come later: what the house has sealed before is its own too.
    const own = await findSetting(store.read, names.real[0]);
    return [...new Set([...sealers.map(({ certificatePem }) => certificatePem), own, ...roots])].filter(
      (pem) => pem !== null,
    );
  };
}

/** What the house seals with, for its pages: the authority's address may hold credentials, which are not told. */
export function describeSealing(
  sealerFor: ReturnType<typeof identityReader>,
  { sealFiles, tsaUrl }: Pick<Config, "sealFiles" | "tsaUrl">,
): () => Promise<Sealing> {
  return async () => {
    const [real, test] = await Promise.all([sealerFor(false), sealerFor(true)]);
    return {
      certificatePem: real.certificatePem,
      isGiven: sealFiles !== null,
      testCertificatePem: test.certificatePem,
      timeStamps: tsaUrl === null ? null : new URL(tsaUrl).host,
    };
  };
}

async function read(
  store: Store,
  { secret, testMode }: { readonly secret: Secret; readonly testMode: boolean },
): Promise<Sealer> {
  const [certificate, key] = namesOf(testMode);
  const certificatePem = present(await findSetting(store.read, certificate), "the sealing certificate");
  const sealed = present(await findSetting(store.read, key), "the sealing key");
  return { certificatePem, privateKeyPem: decrypt(secret, { purpose: key, sealed }) };
}

function namesOf(testMode: boolean): readonly [certificate: string, key: string] {
  return testMode ? names.test : names.real;
}
