// What letters about a request say, read off its rows.

import { findLogo } from "../accounts/app-logo.ts";
import type { Work } from "../events/work.ts";
import { chooseLocale, type Locale } from "../language/locales.ts";
import type { AtEnd } from "../requests/at-end.ts";
import type { RequestRecord } from "../requests/find.ts";
import type { LetterFacts, LetterLogo, News } from "./letters.ts";
import type { MailWay } from "./post.ts";

/** What letters need to know. */
export type MailOptions = {
  readonly publicUrl: string;
  /** Address under which a party downloads the sealed document without signing in. */
  readonly fileLink: (requestId: string, at: number) => string;
  readonly way: MailWay;
};

/** A request, who asks, and how letters go. */
export type Setting = {
  readonly found: RequestRecord;
  readonly requester: string;
  /** The request's page on the dashboard; null where who asks is not the account, and could not open it. */
  readonly desk: string | null;
  /** The account's: of everybody whose own is not known. */
  readonly locale: Locale;
  readonly options: MailOptions;
  readonly logo: LetterLogo | null;
};

/** The setting of letters about a request. */
export async function settingOf(
  work: Work,
  { found, account, options }: Omit<AtEnd, "hearers"> & Pick<Setting, "options">,
): Promise<Setting> {
  const { request_id: id, requester_email: asker } = found.request;
  const isOwn = asker === null || asker.toLowerCase() === account.email.toLowerCase();
  const desk = isOwn ? `${options.publicUrl}/app/requests/${id}` : null;
  const worn = await findLogo(work.tx, found.request.client_id);
  const logo = worn && { url: `${options.publicUrl}${worn.path}`, name: worn.name };
  return { found, requester: asker ?? account.email, desk, locale: chooseLocale([account.locale]), options, logo };
}

/** The language in which a signer has read the signing page, else the account's. */
export function localeOf(reader: { readonly locale?: string | null }, { locale }: Pick<Setting, "locale">): Locale {
  return reader.locale ? chooseLocale([reader.locale]) : locale;
}

/** What a letter that asks nothing says of a request. */
export function newsOf(
  { request }: RequestRecord,
  { link, locale, logo }: Pick<News, "link" | "locale" | "logo">,
): News {
  return { logo, title: request.title, subject: request.subject, testMode: request.test_mode === 1, link, locale };
}

/** Where a letter belongs. */
export function addressOf({ request }: RequestRecord, { way }: MailOptions) {
  return { accountId: request.account_id, requestId: request.request_id, way };
}

/** What a letter that asks or hands out says of a request. */
export function factsOf(
  { request }: RequestRecord,
  { requester, link, locale, logo }: Pick<LetterFacts, "requester" | "link" | "locale" | "logo">,
): LetterFacts {
  return {
    logo,
    locale,
    requester,
    title: request.title,
    subject: request.subject,
    message: request.message,
    link,
    testMode: request.test_mode === 1,
  };
}
