import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Polish. */
export const pl: MailWords = {
  "ask.subject": "{title}: potrzebny jest Państwa podpis",
  "ask.lead": "{requester} prosi o podpisanie dokumentu „{title}”.",
  "ask.button": "Przeczytaj i podpisz",
  "remind.subject": "Przypomnienie: {title}",
  "remind.lead": "{requester} czeka na Państwa podpis pod dokumentem „{title}”.",
  "completed.subject": "Zakończono: {title}",
  "completed.lead":
    "Wszyscy podpisali „{title}”. Proszę zachować swój egzemplarz: jest opieczętowany, a jego rejestr mówi, kto i kiedy podpisał.",
  "completed.button": "Pobierz dokument",
  "declined.subject": "Odmowa: {title}",
  "declined.lead": "{who} odmawia podpisania dokumentu „{title}”. Nikt nie może go już podpisać.",
  "expired.subject": "Termin minął: {title}",
  "expired.lead":
    "Czas na podpisanie dokumentu „{title}” minął. Złożone podpisy pozostają; nikt nie może już podpisać.",
  "withdrawn.subject": "Wycofano: {title}",
  "withdrawn.lead": "{requester} wycofuje dokument „{title}”. Nie trzeba nic robić.",
  "handover.subject": "Przekazano innej osobie: {title}",
  "handover.lead": "{who} prosi, aby {to} podpisał(a) „{title}” w zastępstwie.",
  see: "Zobacz dokument",
  reason: "Powód: {reason}",
  test: "To jest test; dokument nie jest prawnie wiążący.",
  endSigner: "Jeśli nie spodziewali się Państwo tej wiadomości, można ją zignorować: bez podpisu nic się nie stanie.",
  endParty: "Otrzymują Państwo tę wiadomość, ponieważ uczestniczą w tym dokumencie.",
  "text.ask": "{requester} prosi o podpisanie „{title}”:",
  "text.code": "{code} to kod do otwarcia „{title}”. Jest ważny 10 minut. Nikt o niego nie zapyta.",
};
