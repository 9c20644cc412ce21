import { macOf, type Secret } from "../base/secrets.ts";

/** What is kept of a signer's access code: without the house's secret nobody can try codes on it. */
export function pinHash(
  secret: Secret,
  { signatureId, pin }: { readonly signatureId: string; readonly pin: string },
): string {
  return macOf(secret, `pin ${signatureId} ${pin}`);
}
