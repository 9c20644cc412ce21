import { directionOf, type Locale } from "../language/locales.ts";
import { wordsIn } from "../language/mail.ts";
import type { Values } from "../language/saying.ts";

/** A letter in plain text and HTML, in plain words. */
export type Letter = { readonly subject: string; readonly text: string; readonly html: string };

/** A picture above a letter; `name`: for who does not see it. */
export type LetterLogo = { readonly url: string; readonly name: string };

/** What a letter about a request says, and in which language. */
export type LetterFacts = {
  readonly locale: Locale;
  readonly requester: string;
  readonly title: string;
  readonly subject: string | null;
  readonly message: string | null;
  readonly link: string;
  readonly testMode: boolean;
  /** Of the app that the request is of: its picture, as an absolute address, and its name. */
  readonly logo: LetterLogo | null;
};

/** Asks somebody to sign. */
export function invitation(facts: LetterFacts): Letter {
  const { locale, title, subject } = facts;
  return compose(facts, { subject: subject ?? wordsIn(locale)("ask.subject", { title }), lead: "ask.lead" });
}

/** Asks again. */
export function reminder(facts: LetterFacts): Letter {
  const { locale, title, subject } = facts;
  return compose(facts, {
    subject: wordsIn(locale)("remind.subject", { title: subject ?? title }),
    lead: "remind.lead",
  });
}

/** Tells that everybody has signed. */
export function completion(facts: LetterFacts): Letter {
  const { locale, title, subject } = facts;
  return compose(
    { ...facts, message: null },
    {
      subject: wordsIn(locale)("completed.subject", { title: subject ?? title }),
      lead: "completed.lead",
      button: "completed.button",
    },
  );
}

/** What ended a request without everybody's signature, or handed a part of it over: in the words of who did it. */
export type Ending = { readonly who: string; readonly reason: string };

/** Tells somebody who was asked to sign that nothing is asked of them any more. `link`: only for the requester. */
export type News = Pick<LetterFacts, "locale" | "title" | "subject" | "testMode" | "logo"> & {
  readonly link: string | null;
};

/** Tells that a signer has declined. */
export function declination(news: News, { who, reason }: Ending): Letter {
  return tell(news, { what: "declined", values: { who }, reason });
}

/** Tells that the time to sign has run out. */
export function expiry(news: News): Letter {
  return tell(news, { what: "expired", values: {}, reason: "" });
}

/** Tells that the sender has withdrawn the request. */
export function withdrawal(news: News, requester: string): Letter {
  return tell(news, { what: "withdrawn", values: { requester }, reason: "" });
}

/** Tells the requester that a signer has handed over to somebody else. */
export function handover(news: News, { who, to, reason }: Ending & { readonly to: string }): Letter {
  return tell(news, { what: "handover", values: { who, to }, reason });
}

type Telling = {
  readonly what: "declined" | "expired" | "withdrawn" | "handover";
  readonly values: Values;
  readonly reason: string;
};

function tell({ locale, title, subject, link, testMode, logo }: News, { what, values, reason }: Telling): Letter {
  const paragraphs = [
    wordsIn(locale)(`${what}.lead`, { ...values, title }),
    reason === "" ? "" : wordsIn(locale)("reason", { reason }),
    testMode ? wordsIn(locale)("test") : "",
  ];
  return note({
    locale,
    subject: wordsIn(locale)(`${what}.subject`, { title: subject ?? title }),
    paragraphs: paragraphs.filter((part) => part !== ""),
    logo,
    action: link === null ? null : { button: wordsIn(locale)("see"), link },
    end: wordsIn(locale)("endParty"),
  });
}

/** What the house says, or what somebody has written: `theirs` stands in the direction of its own script. */
export type Paragraph = string | { readonly theirs: string };

/** A letter of the house to the owner of an account: what is the matter, and one link. */
export type Note = {
  readonly locale?: Locale;
  readonly subject: string;
  readonly paragraphs: readonly Paragraph[];
  readonly action: { readonly button: string; readonly link: string } | null;
  readonly end: string;
  readonly logo?: LetterLogo | null;
};

/** Writes a note. */
export function note({ locale = "en", subject, paragraphs, action, end, logo = null }: Note): Letter {
  return {
    subject: oneLine(subject),
    text: `${[...paragraphs.map(wordsOf), ...(action ? [`${action.button}: ${action.link}`] : []), end].join("\n\n")}\n`,
    html: page(
      { locale, title: subject },
      [
        ...(logo ? [picture(logo)] : []),
        ...paragraphs.map(
          (part) =>
            `<p${typeof part === "string" ? "" : ' dir="auto"'}>${escapeHtml(wordsOf(part)).replaceAll("\n", "<br>")}</p>`,
        ),
        ...(action ? [anchor(action.link, action.button)] : []),
        `<p class="end">${escapeHtml(end)}</p>`,
      ].join("\n"),
    ),
  };
}

function wordsOf(paragraph: Paragraph): string {
  return typeof paragraph === "string" ? paragraph : paragraph.theirs;
}

type Parts = {
  readonly subject: string;
  readonly lead: "ask.lead" | "remind.lead" | "completed.lead";
  readonly button?: "ask.button" | "completed.button";
};

function compose(
  { locale, requester, title, message, link, testMode, logo }: LetterFacts,
  { subject, lead, button = "ask.button" }: Parts,
): Letter {
  const paragraphs = [
    wordsIn(locale)(lead, { requester, title }),
    { theirs: message ?? "" },
    testMode ? wordsIn(locale)("test") : "",
  ];
  return note({
    locale,
    subject,
    paragraphs: paragraphs.filter((part) => wordsOf(part) !== ""),
    logo,
    action: { button: wordsIn(locale)(button), link },
    end: wordsIn(locale)("endSigner"),
  });
}

function picture({ url, name }: LetterLogo): string {
  return `<p><img src="${escapeHtml(url)}" alt="${escapeHtml(name)}" style="max-width:240px;max-height:80px"></p>`;
}

function anchor(link: string, button: string): string {
  const style =
    "display:inline-block;padding:12px 20px;background:#0b6b60;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600";
  return `<p><a href="${escapeHtml(link)}" style="${style}">${escapeHtml(button)}</a></p>`;
}

function page({ locale, title }: { readonly locale: Locale; readonly title: string }, body: string): string {
  return `<!doctype html>
<html lang="${locale}" dir="${directionOf(locale)}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;color:#1c2430;max-width:34rem;margin:2rem auto;padding:0 1rem">
${body}
</body></html>
`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ").trim();
}

/** Text that is safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
