/** A text message; `to` as E.164, such as +380441234567. */
export type TextMessage = { readonly to: string; readonly text: string };

/** Whoever carries text messages. Resolves when the message is taken; throws, in words, when it is not: it is tried again. */
export type SmsProvider = { readonly send: (message: TextMessage) => Promise<void> };

/** A telephone number as E.164, without the spaces, hyphens, dots and brackets that people write; null when it is none. */
export function readPhone(given: string): string | null {
  const digits = given.replace(/[\s().-]/g, "");
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

/** The number as its owner recognises it, and nobody else learns it: its end. */
export function hidePhone(phone: string): string {
  return `…${phone.slice(-2)}`;
}
