import { findSetting } from "../accounts/first-start.ts";
import { present } from "../base/assert.ts";
import { decrypt, encrypt, type Secret } from "../base/secrets.ts";
import { makeSealingCertificate } from "../evidence/certificate.ts";
import type { Sealer } from "../evidence/seal.ts";
import type { Store } from "../storage/store.ts";

const names = {
  real: ["sealing_certificate", "sealing_key_cipher"],
  test: ["test_sealing_certificate", "test_sealing_key_cipher"],
} as const;

/** Makes the two sealing certificates of a new house, as settings: the keys only encrypted. */
export async function makeIdentities({
  secret,
  at,
  commonName,
}: {
  readonly secret: Secret;
  readonly at: number;
  readonly commonName: string;
}): Promise<Readonly<Record<string, string>>> {
  const settings: Record<string, string> = {};
  for (const testMode of [false, true]) {
    const [certificate, key] = namesOf(testMode);
    const made = await makeSealingCertificate({ commonName, at, testMode });
    settings[certificate] = made.certificatePem;
    settings[key] = encrypt(secret, { purpose: key, text: made.privateKeyPem });
  }
  return settings;
}

/** Reads the house's sealing identity, in test mode the one that says TEST; each is read once. */
export function identityReader(store: Store, secret: Secret): (testMode: boolean) => Promise<Sealer> {
  const known = new Map<boolean, Promise<Sealer>>();
  return (testMode) => {
    const reading = known.get(testMode) ?? read(store, { secret, testMode });
    known.set(testMode, reading);
    reading.catch(() => known.delete(testMode));
    return reading;
  };
}

/** The certificates of the house, as its own check of documents trusts them. */
export function trustedSealers(sealerFor: ReturnType<typeof identityReader>): () => Promise<readonly string[]> {
  return async () => {
    const sealers = await Promise.all([sealerFor(false), sealerFor(true)]);
    return sealers.map(({ certificatePem }) => certificatePem);
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
