import type { FailureCode } from "../http/exchange.ts";

/** How an attempt may end: acknowledged, refused by the receiver's answer (verdict.ts), or without a whole answer (exchange.ts). */
export type Outcome =
  | "acked"
  | "ack_body_missing"
  | "http_2xx_not_200"
  | "redirect"
  | "http_4xx"
  | "http_5xx"
  | FailureCode;

/** An outcome in words: what it means, and what would make the next attempt count (null where nothing is to be done). */
export type OutcomeWords = { readonly says: string; readonly mend: string | null };

/** Every outcome in words, for people who look at an attempt. */
export const outcomeWords: Readonly<Record<Outcome, OutcomeWords>> = {
  acked: { says: "The receiver acknowledged the callback.", mend: null },
  ack_body_missing: {
    says: "The receiver answered 200, but without the acknowledgement in the first 64 KiB of the body.",
    mend: 'Answer with the text "Hello API Event Received" in the body, in exactly this spelling.',
  },
  http_2xx_not_200: {
    says: "The receiver answered with a success status other than 200.",
    mend: 'Answer with status 200 and the text "Hello API Event Received"; 201, 202 and 204 do not count.',
  },
  redirect: {
    says: "The receiver answered with a redirect, and redirects are never followed.",
    mend: "Set the callback URL to the address that the redirect leads to; look at http against https, and at a slash at the end.",
  },
  http_4xx: {
    says: "The receiver refused the callback with a 4xx status.",
    mend: "Let the receiver take a POST without a login, or put its user name and password into the callback URL. 404 and 405 say that the path or the method is not served there.",
  },
  http_5xx: {
    says: "The receiver, or a proxy before it, failed with a 5xx status.",
    mend: "Look into the receiver's own log for this time. Write the callback down and acknowledge it first, then work on it.",
  },
  bad_url: {
    says: "The callback URL cannot be called.",
    mend: "Set a callback URL that begins with http:// or https:// and names a host.",
  },
  address_refused: {
    says: "The host of the callback URL stands for an address that this server must not call: private, loopback or reserved.",
    mend: "Use a public address, or let the operator of this server allow the network with COUNTERSIGN_ALLOW_PRIVATE.",
  },
  dns: {
    says: "The host name of the callback URL could not be resolved.",
    mend: "Look for a slip in the host name, and see that it has an A or AAAA record.",
  },
  connect_refused: {
    says: "Nothing accepted the connection at the address and port of the callback URL.",
    mend: "Start the receiver, see that it listens on this port, and that a firewall lets this server through.",
  },
  tls: {
    says: "No secure connection came about: the receiver's certificate or its TLS settings were not accepted.",
    mend: "Serve a certificate that is in date, names the host, and comes with its whole chain.",
  },
  timeout_connect: {
    says: "No connection could be made in time.",
    mend: "See that the receiver is up and that a firewall does not drop the packets of this server.",
  },
  timeout_headers: {
    says: "The receiver took the callback but did not answer in time.",
    mend: "Acknowledge first and work on the callback afterwards.",
  },
  timeout_body: {
    says: "The receiver began its answer but did not end it in time.",
    mend: "Send the acknowledgement at once and end the answer after it.",
  },
  reset: {
    says: "The connection broke off before the answer was whole.",
    mend: "See whether the receiver, or a proxy before it, crashed or was restarted at this time.",
  },
  protocol: {
    says: "The receiver's answer is not valid HTTP.",
    mend: "See that the port speaks HTTP (and HTTPS for an https address), and that nothing else answers there.",
  },
  aborted: {
    says: "The attempt was given up by this server before it ended, because the server was stopping.",
    mend: null,
  },
};

/** An outcome in words, in one or two sentences; one that this version does not know by its name. */
export function explainOutcome(outcome: string): string {
  const words = Object.hasOwn(outcomeWords, outcome) ? outcomeWords[outcome as Outcome] : null;
  if (words === null) return `The attempt ended with ${outcome}.`;
  return words.mend === null ? words.says : `${words.says} ${words.mend}`;
}
