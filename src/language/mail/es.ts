import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Spanish. */
export const es: MailWords = {
  "ask.subject": "{title}: se necesita su firma",
  "ask.lead": "{requester} le pide que firme «{title}».",
  "ask.button": "Leer y firmar",
  "remind.subject": "Recordatorio: {title}",
  "remind.lead": "{requester} espera su firma en «{title}».",
  "completed.subject": "Completado: {title}",
  "completed.lead":
    "Todos han firmado «{title}». Guarde su copia: está sellada, y su registro de auditoría dice quién firmó y cuándo.",
  "completed.button": "Descargar el documento",
  "declined.subject": "Rechazado: {title}",
  "declined.lead": "{who} ha rechazado firmar «{title}». Ya nadie puede firmarlo.",
  "expired.subject": "Caducado: {title}",
  "expired.lead": "El plazo para firmar «{title}» ha terminado. Las firmas dadas se conservan; ya nadie puede firmar.",
  "withdrawn.subject": "Retirado: {title}",
  "withdrawn.lead": "{requester} ha retirado «{title}». No tiene que hacer nada.",
  "handover.subject": "Asignado a otra persona: {title}",
  "handover.lead": "{who} ha pedido a {to} que firme «{title}» en su lugar.",
  see: "Ver la solicitud",
  reason: "Motivo: {reason}",
  test: "Esto es una prueba; el documento no es jurídicamente vinculante.",
  endSigner: "Si no esperaba este mensaje, puede ignorarlo: no ocurre nada si no firma.",
  endParty: "Recibe este mensaje porque participa en este documento.",
  "text.ask": "{requester} le pide que firme «{title}»:",
  "text.code": "{code} es su código para abrir «{title}». Vale durante 10 minutos. Nadie se lo pedirá.",
};
