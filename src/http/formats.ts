import { limits } from "../base/limits.ts";

const localPart = /^[^\s@"(),:;<>[\\\]\p{Cc}\p{Cf}]+$/u;
const domainLabel = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u;

/** Whether a text can be an e-mail address: one `@`, a local part without empty atoms, a domain of plain labels (RFC 5321, 6531; no quoted forms). */
export function isEmail(text: string): boolean {
  if (text.length > limits.emailLength) return false;
  const [local, domain, ...more] = text.split("@");
  if (local === undefined || domain === undefined || more.length > 0) return false;
  if (local.length > 64 || !localPart.test(local)) return false;
  if (local.split(".").includes("")) return false;
  return domain.split(".").every((label) => label.length <= 63 && domainLabel.test(label));
}

/** Whether a text is an absolute http or https address of at most `limits.urlLength` characters. */
export function isWebAddress(text: string): boolean {
  if (text.length > limits.urlLength || !/^https?:\/\//i.test(text)) return false;
  return URL.canParse(text);
}
