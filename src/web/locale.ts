import type { FastifyRequest } from "fastify";
import { chooseLocale, type Locale, readAcceptLanguage } from "../language/locales.ts";

/** The language for a page: `user_culture` as the host's library appends it, else what the browser asks for, else English. */
export function localeOf({ query, headers }: Pick<FastifyRequest, "query" | "headers">): Locale {
  const { user_culture: culture } = query as Readonly<Record<string, unknown>>;
  const [asked] = [culture].flat();
  const wanted = typeof asked === "string" ? [asked.slice(0, 40)] : [];
  return chooseLocale([...wanted, ...readAcceptLanguage(headers["accept-language"])]);
}
