import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Italian. */
export const it: MailWords = {
  "ask.subject": "{title}: serve la sua firma",
  "ask.lead": "{requester} le chiede di firmare «{title}».",
  "ask.button": "Leggere e firmare",
  "remind.subject": "Promemoria: {title}",
  "remind.lead": "{requester} aspetta la sua firma su «{title}».",
  "completed.subject": "Completato: {title}",
  "completed.lead":
    "Tutti hanno firmato «{title}». Conservi la sua copia: è sigillata, e il suo registro dice chi ha firmato e quando.",
  "completed.button": "Scaricare il documento",
  "declined.subject": "Rifiutato: {title}",
  "declined.lead": "{who} ha rifiutato di firmare «{title}». Nessuno può più firmarlo.",
  "expired.subject": "Scaduto: {title}",
  "expired.lead": "Il tempo per firmare «{title}» è scaduto. Le firme già date restano; nessuno può più firmare.",
  "withdrawn.subject": "Ritirato: {title}",
  "withdrawn.lead": "{requester} ha ritirato «{title}». Non deve fare nulla.",
  "handover.subject": "Affidato a un’altra persona: {title}",
  "handover.lead": "{who} ha chiesto a {to} di firmare «{title}» al suo posto.",
  see: "Vedere la richiesta",
  reason: "Motivo: {reason}",
  test: "Questa è una prova; il documento non è giuridicamente vincolante.",
  endSigner: "Se non aspettava questo messaggio, può ignorarlo: non succede nulla se non firma.",
  endParty: "Riceve questo messaggio perché partecipa a questo documento.",
  "text.ask": "{requester} le chiede di firmare «{title}»:",
  "text.code": "{code} è il suo codice per aprire «{title}». Vale 10 minuti. Nessuno glielo chiederà.",
};
