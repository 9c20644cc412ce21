/** What every signer agrees to before the signature counts. A change of words is a new version; the trail names the one that was shown. */
export const consent = Object.freeze({
  version: "2026-11",
  text: "By choosing “I agree” you sign this document electronically. Your electronic signature is meant to have the same effect as your signature on paper. The date, your IP address and your browser are recorded with it. You can ask the sender for a paper copy instead.",
});

/** The text of a version that was ever shown, or null. */
export function consentOf(version: string): string | null {
  return version === consent.version ? consent.text : null;
}
