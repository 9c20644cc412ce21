import type { FastifyReply, FastifyRequest } from "fastify";
import { limits } from "../../base/limits.ts";

/** The session's token that a request brings, or null. */
export function readToken(request: FastifyRequest, publicUrl: string): string | null {
  return readKey(request, cookieName("session", publicUrl));
}

/** What tells this browser from others while it signs in with a passkey, or null. */
export function readBrowserMark(request: FastifyRequest, publicUrl: string): string | null {
  return readKey(request, cookieName("passkey", publicUrl));
}

/** Gives the browser such a mark for as long as a challenge is good. */
export function writeBrowserMark(
  reply: FastifyReply,
  { token, publicUrl }: { readonly token: string; readonly publicUrl: string },
): void {
  reply.header("set-cookie", cookieOf({ name: "passkey", token, publicUrl, seconds: limits.challengeMs / 1000 }));
}

function readKey(request: FastifyRequest, cookie: string): string | null {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  const [, token = ""] = pairs.find(([name]) => name === cookie) ?? [];
  return /^[0-9a-f]{64}$/.test(token) ? token : null;
}

/** Gives the browser a session's token to keep, out of reach of scripts and of other sites' forms. */
export function writeToken(
  reply: FastifyReply,
  { token, publicUrl }: { readonly token: string; readonly publicUrl: string },
): void {
  reply.header("set-cookie", cookieOf({ name: "session", token, publicUrl, seconds: limits.sessionMs / 1000 }));
}

/** Takes the token away again. */
export function clearToken(reply: FastifyReply, publicUrl: string): void {
  reply.header("set-cookie", cookieOf({ name: "session", token: "", publicUrl, seconds: 0 }));
}

type Baked = {
  readonly name: "session" | "passkey";
  readonly token: string;
  readonly publicUrl: string;
  readonly seconds: number;
};

function cookieOf({ name, token, publicUrl, seconds }: Baked): string {
  const secure = isSecure(publicUrl) ? "; Secure" : "";
  return `${cookieName(name, publicUrl)}=${token}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** The prefix (RFC 6265bis, section 4.1.3) keeps neighbours on other names of the same domain from planting one. */
function cookieName(name: Baked["name"], publicUrl: string): string {
  return `${isSecure(publicUrl) ? "__Host-" : ""}countersign_${name}`;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith("https:");
}
