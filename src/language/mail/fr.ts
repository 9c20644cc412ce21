import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in French. */
export const fr: MailWords = {
  "ask.subject": "{title} : votre signature est attendue",
  "ask.lead": "{requester} vous demande de signer « {title} ».",
  "ask.button": "Lire et signer",
  "remind.subject": "Rappel : {title}",
  "remind.lead": "{requester} attend votre signature sur « {title} ».",
  "completed.subject": "Terminé : {title}",
  "completed.lead":
    "Tout le monde a signé « {title} ». Conservez votre exemplaire : il est scellé, et sa piste d’audit indique qui a signé et quand.",
  "completed.button": "Télécharger le document",
  "declined.subject": "Refusé : {title}",
  "declined.lead": "{who} a refusé de signer « {title} ». Plus personne ne peut le signer.",
  "expired.subject": "Expiré : {title}",
  "expired.lead":
    "Le délai pour signer « {title} » est écoulé. Les signatures données restent ; plus personne ne peut signer.",
  "withdrawn.subject": "Retiré : {title}",
  "withdrawn.lead": "{requester} a retiré « {title} ». Vous n’avez rien à faire.",
  "handover.subject": "Confié à quelqu’un d’autre : {title}",
  "handover.lead": "{who} a demandé à {to} de signer « {title} » à sa place.",
  see: "Voir la demande",
  reason: "Motif : {reason}",
  test: "Ceci est un test ; le document n’a pas de valeur juridique.",
  endSigner:
    "Si vous n’attendiez pas ce message, vous pouvez l’ignorer : rien ne se passe tant que vous ne signez pas.",
  endParty: "Vous recevez ce message parce que vous participez à ce document.",
  "text.ask": "{requester} vous demande de signer « {title} » :",
  "text.code":
    "{code} est votre code pour ouvrir « {title} ». Il est valable 10 minutes. Personne ne vous le demandera.",
};
