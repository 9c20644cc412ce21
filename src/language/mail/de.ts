import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in German. */
export const de: MailWords = {
  "ask.subject": "{title}: Ihre Unterschrift wird gebraucht",
  "ask.lead": "{requester} bittet Sie, „{title}“ zu unterzeichnen.",
  "ask.button": "Lesen und unterzeichnen",
  "remind.subject": "Erinnerung: {title}",
  "remind.lead": "{requester} wartet auf Ihre Unterschrift unter „{title}“.",
  "completed.subject": "Abgeschlossen: {title}",
  "completed.lead":
    "Alle haben „{title}“ unterzeichnet. Bewahren Sie Ihr Exemplar auf: Es ist versiegelt, und sein Protokoll sagt, wer wann unterzeichnet hat.",
  "completed.button": "Dokument herunterladen",
  "declined.subject": "Abgelehnt: {title}",
  "declined.lead": "{who} hat abgelehnt, „{title}“ zu unterzeichnen. Niemand kann es mehr unterzeichnen.",
  "expired.subject": "Abgelaufen: {title}",
  "expired.lead":
    "Die Zeit zum Unterzeichnen von „{title}“ ist abgelaufen. Geleistete Unterschriften bleiben; niemand kann mehr unterzeichnen.",
  "withdrawn.subject": "Zurückgezogen: {title}",
  "withdrawn.lead": "{requester} hat „{title}“ zurückgezogen. Sie brauchen nichts zu tun.",
  "handover.subject": "An jemand anderen übergeben: {title}",
  "handover.lead": "{who} hat {to} gebeten, „{title}“ stattdessen zu unterzeichnen.",
  see: "Vorgang ansehen",
  reason: "Grund: {reason}",
  test: "Dies ist ein Test; das Dokument ist rechtlich nicht bindend.",
  endSigner:
    "Wenn Sie diese E-Mail nicht erwartet haben, brauchen Sie nichts zu tun: Ohne Ihre Unterschrift geschieht nichts.",
  endParty: "Sie erhalten diese E-Mail, weil Sie an diesem Dokument beteiligt sind.",
  "text.ask": "{requester} bittet Sie, „{title}“ zu unterzeichnen:",
  "text.code": "{code} ist Ihr Code zum Öffnen von „{title}“. Er gilt 10 Minuten. Niemand wird Sie danach fragen.",
};
