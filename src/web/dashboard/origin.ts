import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a form was sent from a page of this server: by Sec-Fetch-Site and Origin, where the browser says them. What says
 * neither is no browser of today, and its session's form key decides alone.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin } = headers;
  if (origin === undefined) return true;
  return origin === new URL(publicUrl).origin || (URL.parse(origin)?.host ?? "none") === headers.host;
}

/** Where to go after the sign-in: a page of the dashboard, the inbox, or the question whether an app is let in, and never another site. */
export function safeNext(given: string | undefined): string {
  const start = "/app/";
  const url = given?.startsWith("/") ? URL.parse(given, "http://house.invalid") : null;
  if (url?.host !== "house.invalid") return start;
  return /^\/((app|inbox)(\/|$)|oauth\/authorize$)/.test(url.pathname) ? `${url.pathname}${url.search}` : start;
}
