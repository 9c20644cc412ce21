/** A letter in plain text and HTML, in plain words. */
export type Letter = { readonly subject: string; readonly text: string; readonly html: string };

/** What a letter about a request says. */
export type LetterFacts = {
  readonly requester: string;
  readonly title: string;
  readonly subject: string | null;
  readonly message: string | null;
  readonly link: string;
  readonly testMode: boolean;
};

/** Asks somebody to sign. */
export function invitation(facts: LetterFacts): Letter {
  return compose(facts, {
    subject: facts.subject ?? `${facts.title}: your signature is needed`,
    lead: `${facts.requester} asks you to sign “${facts.title}”.`,
    button: "Read and sign",
  });
}

/** Asks again. */
export function reminder(facts: LetterFacts): Letter {
  return compose(facts, {
    subject: `Reminder: ${facts.subject ?? facts.title}`,
    lead: `${facts.requester} is waiting for your signature on “${facts.title}”.`,
    button: "Read and sign",
  });
}

/** Tells that everybody has signed. */
export function completion(facts: LetterFacts): Letter {
  return compose(
    { ...facts, message: null },
    {
      subject: `Completed: ${facts.subject ?? facts.title}`,
      lead: `Everybody has signed “${facts.title}”. Keep your copy: it is sealed, and its last page tells who signed when.`,
      button: "Download the document",
    },
  );
}

/** What ended a request without everybody's signature, or handed a part of it over: in the words of who did it. */
export type Ending = { readonly who: string; readonly reason: string };

/** Tells somebody who was asked to sign that nothing is asked of them any more. `link`: only for the requester. */
export type News = Pick<LetterFacts, "title" | "subject" | "testMode"> & { readonly link: string | null };

/** Tells that a signer has declined. */
export function declination(news: News, { who, reason }: Ending): Letter {
  return tell(news, {
    subject: "Declined",
    lead: `${who} has declined to sign “${news.title}”. Nobody can sign it any more.`,
    reason,
  });
}

/** Tells that the time to sign has run out. */
export function expiry(news: News): Letter {
  const lead = `The time to sign “${news.title}” has run out. Signatures that were given stay; nobody can sign any more.`;
  return tell(news, { subject: "Expired", lead, reason: "" });
}

/** Tells that the sender has withdrawn the request. */
export function withdrawal(news: News, requester: string): Letter {
  const lead = `${requester} has withdrawn “${news.title}”. You need not do anything.`;
  return tell(news, { subject: "Withdrawn", lead, reason: "" });
}

/** Tells the requester that a signer has handed over to somebody else. */
export function handover(news: News, { who, to, reason }: Ending & { readonly to: string }): Letter {
  const lead = `${who} has asked ${to} to sign “${news.title}” instead.`;
  return tell(news, { subject: "Assigned to someone else", lead, reason });
}

function tell(
  { title, subject: given, link, testMode }: News,
  { subject, lead, reason }: { readonly subject: string; readonly lead: string; readonly reason: string },
): Letter {
  const paragraphs = [lead, reason === "" ? "" : `Reason: ${reason}`, testMode ? testWords : ""];
  return note({
    subject: `${subject}: ${given ?? title}`,
    paragraphs: paragraphs.filter((part) => part !== ""),
    action: link === null ? null : { button: "See the request", link },
    end: "You get this mail because you take part in this document.",
  });
}

const testWords = "This is a test; the document is not legally binding.";

/** A letter of the house to the owner of an account: what is the matter, and one link. */
export type Note = {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly action: { readonly button: string; readonly link: string } | null;
  readonly end: string;
};

/** Writes a note. */
export function note({ subject, paragraphs, action, end }: Note): Letter {
  return {
    subject: oneLine(subject),
    text: `${[...paragraphs, ...(action ? [`${action.button}: ${action.link}`] : []), end].join("\n\n")}\n`,
    html: page(
      subject,
      [
        ...paragraphs.map((part) => `<p>${escapeHtml(part).replaceAll("\n", "<br>")}</p>`),
        ...(action ? [anchor(action.link, action.button)] : []),
        `<p class="end">${escapeHtml(end)}</p>`,
      ].join("\n"),
    ),
  };
}

type Parts = { readonly subject: string; readonly lead: string; readonly button: string };

function compose({ message, link, testMode }: LetterFacts, { subject, lead, button }: Parts): Letter {
  const test = testMode ? testWords : null;
  const end = "If you did not expect this mail, you can ignore it: nothing happens unless you sign.";
  const paragraphs = [lead, message ?? "", test ?? ""].filter((part) => part !== "");
  return note({ subject, paragraphs, action: { button, link }, end });
}

function anchor(link: string, button: string): string {
  const style =
    "display:inline-block;padding:12px 20px;background:#0b6b60;color:#ffffff;border-radius:8px;text-decoration:none;font-weight:600";
  return `<p><a href="${escapeHtml(link)}" style="${style}">${button}</a></p>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
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
