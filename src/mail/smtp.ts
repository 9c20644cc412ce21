import { createTransport } from "nodemailer";
import { limits } from "../base/limits.ts";
import type { Letter } from "./letters.ts";

/** A letter as it goes out; `messageId` with its angle brackets. */
export type Outgoing = {
  readonly to: { readonly name: string; readonly email: string };
  readonly letter: Letter;
  readonly messageId: string;
  /** Message-ID under which letters about one request come together; null: of none. */
  readonly thread: string | null;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
};

/** What the mail server said: it has taken the letter, or it never will, in its words. */
export type Handed = { readonly kind: "taken" } | { readonly kind: "refused"; readonly words: string };

/** A way to a mail server. */
export type Smtp = {
  /** Hands a letter over. Throws, in words, for what a later try may mend. */
  readonly send: (outgoing: Outgoing) => Promise<Handed>;
  readonly close: () => void;
};

/** Where mail goes over SMTP: `smtp://` or `smtps://` with credentials, and who it is from. */
export type SmtpSettings = { readonly url: string; readonly from: string };

/** Host, port, whether it is TLS from the first byte, and who knocks, out of an `smtp://` or `smtps://` address. */
export function mailAddress(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isSecure = protocol === "smtps:";
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    ...(username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}

/** Opens the way to a mail server; nothing is asked of it yet. TLS is used where the server has it, and always with `smtps://`. */
export function openSmtp({ url, from }: SmtpSettings): Smtp {
  const transport = createTransport({
    ...mailAddress(url),
    pool: true,
    maxConnections: limits.mailLines,
    connectionTimeout: limits.mailMs,
    greetingTimeout: limits.mailMs,
    socketTimeout: limits.mailMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, letter, messageId, thread, files }) {
      const { subject, text, html } = letter;
      try {
        await transport.sendMail({
          from,
          to: { name: to.name, address: to.email },
          subject,
          text,
          html,
          messageId,
          ...(thread === null ? {} : { references: thread, inReplyTo: thread }),
          attachments: files.map(({ name, bytes }) => ({
            filename: name,
            content: Buffer.from(bytes),
            contentType: "application/pdf",
          })),
          headers: { "Auto-Submitted": "auto-generated" },
        });
        return { kind: "taken" };
      } catch (error) {
        const words = error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, limits.mailWordsLength) : "";
        if (isForGood(error)) return { kind: "refused", words };
        throw new Error(`The mail server did not take the letter: ${words}`, { cause: error });
      }
    },
    close: () => transport.close(),
  };
}

/** 5xx to the recipient or the letter (RFC 5321, 4.2.1); not to our sign-in, which the operator can mend. */
function isForGood(error: unknown): boolean {
  const { responseCode, code, command }: { responseCode?: unknown; code?: unknown; command?: unknown } = Object(error);
  const isAboutUs = code === "EAUTH" || command === "CONN" || command === "EHLO" || command === "MAIL FROM";
  return typeof responseCode === "number" && responseCode >= 500 && responseCode < 600 && !isAboutUs;
}
