import { hashOf } from "../base/secrets.ts";

/** What a signer agrees to: its version, which the audit trail names, and its words, paragraphs between empty lines. */
export type Consent = { readonly version: string; readonly text: string };

/**
 * Every text that was ever shown, by its version. A change of words is a new version: those here stay as they are, for documents
 * that were signed under them.
 */
const texts: Readonly<Record<string, string>> = {
  "2026-11":
    "By choosing “I agree” you sign this document electronically. Your electronic signature is meant to have the same effect as your signature on paper. The date, your IP address and your browser are recorded with it. You can ask the sender for a paper copy instead.",

  "2026-11-2": `By choosing “I agree” you sign this document electronically, and you agree to do this piece of business electronically.

Your electronic signature is meant to have the same effect as your signature on paper: in the United States under the ESIGN Act and the Uniform Electronic Transactions Act, in the European Union as an electronic signature under the eIDAS Regulation. Some documents need another form by law; if you are not sure, ask before you sign.

You need not sign electronically. You can close this page or decline, and ask the sender to sign on paper or to send you a paper copy. Until you choose “I agree” you can change your mind; afterwards, turn to the sender.

Recorded with your signature, and told on the document's audit trail: your name and e-mail address, the date and time, your IP address, your browser, and the version of this text.

To read and keep the document you need a browser and a program that shows PDF files. Everybody who signs can have the completed document; keep your copy.`,

  "2026-11-2-test": `By choosing “I agree” you try out how this document is signed. This is a test: it binds nobody.

Recorded with it, as with a real signature: your name and e-mail address, the date and time, your IP address, your browser, and the version of this text.`,
};

/** What is shown now. In test mode nothing claims to bind anybody. */
export function consentFor({ testMode }: { readonly testMode: boolean }): Consent {
  const version = testMode ? "2026-11-2-test" : "2026-11-2";
  return { version, text: texts[version] ?? "" };
}

/** The text of a version that was ever shown, or null. */
export function consentOf(version: string): string | null {
  return Object.hasOwn(texts, version) ? (texts[version] ?? null) : null;
}

/** What the audit trail keeps of an agreement: the version, and the hash of its words. */
export function consentFacts({ version, text }: Consent): { readonly consent: string; readonly sha256: string } {
  return { consent: version, sha256: hashOf(text) };
}
