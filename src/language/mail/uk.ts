import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Ukrainian. */
export const uk: MailWords = {
  "ask.subject": "{title}: потрібен ваш підпис",
  "ask.lead": "{requester} просить вас підписати «{title}».",
  "ask.button": "Прочитати й підписати",
  "remind.subject": "Нагадування: {title}",
  "remind.lead": "{requester} чекає на ваш підпис під «{title}».",
  "completed.subject": "Завершено: {title}",
  "completed.lead":
    "Усі підписали «{title}». Збережіть свій примірник: він запечатаний, а його журнал показує, хто й коли підписав.",
  "completed.button": "Завантажити документ",
  "declined.subject": "Відхилено: {title}",
  "declined.lead": "{who} відмовляється підписати «{title}». Ніхто більше не може його підписати.",
  "expired.subject": "Строк минув: {title}",
  "expired.lead": "Час на підписання «{title}» минув. Поставлені підписи лишаються; підписати вже ніхто не може.",
  "withdrawn.subject": "Відкликано: {title}",
  "withdrawn.lead": "{requester} відкликає «{title}». Вам нічого не треба робити.",
  "handover.subject": "Передано іншій особі: {title}",
  "handover.lead": "{who} просить, щоб «{title}» підписав хтось інший: {to}.",
  see: "Переглянути запит",
  reason: "Причина: {reason}",
  test: "Це перевірка; документ не має юридичної сили.",
  endSigner: "Якщо ви не чекали на цей лист, можете не зважати на нього: без вашого підпису нічого не станеться.",
  endParty: "Ви отримали цей лист, бо берете участь у цьому документі.",
  "text.ask": "{requester} просить вас підписати «{title}»:",
  "text.code": "{code} — ваш код, щоб відкрити «{title}». Він діє 10 хвилин. Ніхто його у вас не питатиме.",
};
