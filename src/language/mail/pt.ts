import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Portuguese. */
export const pt: MailWords = {
  "ask.subject": "{title}: precisamos da sua assinatura",
  "ask.lead": "{requester} pede-lhe que assine «{title}».",
  "ask.button": "Ler e assinar",
  "remind.subject": "Lembrete: {title}",
  "remind.lead": "{requester} espera a sua assinatura em «{title}».",
  "completed.subject": "Concluído: {title}",
  "completed.lead":
    "Todos assinaram «{title}». Guarde a sua cópia: está selada, e o seu registo diz quem assinou e quando.",
  "completed.button": "Transferir o documento",
  "declined.subject": "Recusado: {title}",
  "declined.lead": "{who} recusou assinar «{title}». Já ninguém o pode assinar.",
  "expired.subject": "Expirado: {title}",
  "expired.lead": "O prazo para assinar «{title}» terminou. As assinaturas dadas mantêm-se; já ninguém pode assinar.",
  "withdrawn.subject": "Retirado: {title}",
  "withdrawn.lead": "{requester} retirou «{title}». Não precisa de fazer nada.",
  "handover.subject": "Atribuído a outra pessoa: {title}",
  "handover.lead": "{who} pediu a {to} que assinasse «{title}» em seu lugar.",
  see: "Ver o pedido",
  reason: "Motivo: {reason}",
  test: "Isto é um teste; o documento não é juridicamente vinculativo.",
  endSigner: "Se não esperava esta mensagem, pode ignorá-la: nada acontece se não assinar.",
  endParty: "Recebe esta mensagem porque participa neste documento.",
  "text.ask": "{requester} pede-lhe que assine «{title}»:",
  "text.code": "{code} é o seu código para abrir «{title}». É válido por 10 minutos. Ninguém lho vai pedir.",
};
