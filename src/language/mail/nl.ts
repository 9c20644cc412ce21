import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Dutch. */
export const nl: MailWords = {
  "ask.subject": "{title}: uw handtekening is nodig",
  "ask.lead": "{requester} vraagt u om “{title}” te ondertekenen.",
  "ask.button": "Lezen en ondertekenen",
  "remind.subject": "Herinnering: {title}",
  "remind.lead": "{requester} wacht op uw handtekening onder “{title}”.",
  "completed.subject": "Voltooid: {title}",
  "completed.lead":
    "Iedereen heeft “{title}” ondertekend. Bewaar uw exemplaar: het is verzegeld, en het auditspoor vertelt wie wanneer heeft ondertekend.",
  "completed.button": "Document downloaden",
  "declined.subject": "Geweigerd: {title}",
  "declined.lead": "{who} heeft geweigerd “{title}” te ondertekenen. Niemand kan het nog ondertekenen.",
  "expired.subject": "Verlopen: {title}",
  "expired.lead":
    "De tijd om “{title}” te ondertekenen is voorbij. Gezette handtekeningen blijven; niemand kan nog ondertekenen.",
  "withdrawn.subject": "Ingetrokken: {title}",
  "withdrawn.lead": "{requester} heeft “{title}” ingetrokken. U hoeft niets te doen.",
  "handover.subject": "Aan iemand anders gegeven: {title}",
  "handover.lead": "{who} heeft {to} gevraagd om “{title}” in zijn of haar plaats te ondertekenen.",
  see: "Verzoek bekijken",
  reason: "Reden: {reason}",
  test: "Dit is een test; het document is niet juridisch bindend.",
  endSigner: "Als u deze mail niet verwachtte, kunt u hem negeren: er gebeurt niets zolang u niet ondertekent.",
  endParty: "U krijgt deze mail omdat u bij dit document betrokken bent.",
  "text.ask": "{requester} vraagt u om “{title}” te ondertekenen:",
  "text.code": "{code} is uw code om “{title}” te openen. Hij is 10 minuten geldig. Niemand zal u ernaar vragen.",
};
