import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import { limits } from "../base/limits.ts";
import type { SmtpSettings } from "../mail/smtp.ts";
import { type BucketAddress, readBucketAddress } from "../storage/bucket-address.ts";

/** The environment, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A number: its name, what holds without it, its bounds. */
export type NumberSetting = {
  readonly name: string;
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
};

/** A whole number within bounds. Throws an Error that names the variable and what would be right. */
export function readNumber(env: Environment, { name, fallback, least, most }: NumberSetting): number {
  const given = env[name];
  if (given === undefined || given === "") return fallback;
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new Error(`${name} is "${given}"; right would be a number from ${least} to ${most}, without a fraction.`);
  return value;
}

/** How much of something an account may use, 0 included; null without the setting: as much as it likes. Throws as `readNumber`. */
export function readQuota(env: Environment, name: string): number | null {
  return env[name] ? readNumber(env, { name, fallback: 0, least: 0, most: limits.quotaMost }) : null;
}

/** How many calls a minute an account may make, at least one; null without the setting: as many as it likes. Throws as `readNumber`. */
export function readRate(env: Environment, name: string): number | null {
  return env[name] ? readNumber(env, { name, fallback: 1, least: 1, most: limits.rateMost }) : null;
}

/** One of some words; the first one is the default. */
export function readChoice<const C extends string>(
  env: Environment,
  { name, choices }: { readonly name: string; readonly choices: readonly [C, ...C[]] },
): C {
  const given = env[name];
  if (!given) return choices[0];
  const found = choices.find((choice) => choice === given);
  if (!found) throw new Error(`${name} is "${given}"; right would be one of ${choices.join(", ")}.`);
  return found;
}

/** A word: its name, its form, and what would be right. */
export type WordSetting = { readonly name: string; readonly form: RegExp; readonly right: string };

/** A word of a certain form, or null. Throws an Error that names the variable and what would be right. */
export function readWord(env: Environment, { name, form, right }: WordSetting): string | null {
  const given = env[name];
  if (!given) return null;
  if (!form.test(given)) throw new Error(`${name} cannot be used; right would be ${right}.`);
  return given;
}

/** The whole path of a program or file, or null. Throws an Error that names the variable and what would be right. */
export function readProgram(env: Environment, name: string): string | null {
  const given = env[name];
  if (!given) return null;
  if (!isAbsolute(given))
    throw new Error(`${name} is "${given}"; right would be the whole path of a program, such as /usr/bin/soffice.`);
  return given;
}

/** Addresses and CIDRs with commas between. Throws an Error that names the variable and what would be right. */
export function readAddresses(env: Environment, name: string): readonly string[] {
  const entries = readList(env[name]);
  for (const entry of entries) {
    const [address = "", bits = "0", ...more] = entry.split("/");
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || more.length > 0)
      throw new Error(
        `${name} has "${entry}"; right would be addresses or CIDRs with commas between, such as 10.0.0.0/8.`,
      );
  }
  return entries;
}

/** Words with commas between. */
export function readList(given: string | undefined): readonly string[] {
  return (given ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** An http or https address, perhaps with credentials, or null. Throws an Error that names the variable, without its value. */
export function readWebAddress(env: Environment, name: string): string | null {
  const given = env[name];
  if (!given) return null;
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error(
      `${name} cannot be used; right would be an http or https address, such as https://tsa.example.com.`,
    );
  return given;
}

/** Where mail goes and whom it is from, or null; `hostname`: of the address that nobody has set. Throws an Error that names the variable. */
export function readSmtp(env: Environment, hostname: string): SmtpSettings | null {
  const given = env.COUNTERSIGN_SMTP_URL;
  if (!given) return null;
  const url = URL.parse(given);
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === "")
    throw new Error("COUNTERSIGN_SMTP_URL cannot be used; right would be smtp://user:password@host:587, or smtps://….");
  const from = env.COUNTERSIGN_MAIL_FROM || `Countersign <countersign@${hostname}>`;
  if (/[\r\n]/.test(from) || !/^[^<>]*<?[^<>@\s]+@[^<>@\s]+>?$/.test(from))
    throw new Error(
      "COUNTERSIGN_MAIL_FROM cannot be used; right would be an address, such as Acme <sign@example.com>.",
    );
  return { url: given, from };
}

/**
 * An http or https address of a provider, below which its calls stand, `development` for the one that comes along, or null. Throws as
 * `readWebAddress`, also for one with a query or a fragment, behind which no path goes.
 */
export function readProvider(env: Environment, name: string): string | null {
  const given = env[name] === "development" ? "development" : readWebAddress(env, name);
  if (given !== null && /[?#]/.test(given))
    throw new Error(
      `${name} cannot be used; right would be an address without ? and #, below which the provider's calls stand.`,
    );
  return given;
}

/** The certificates of a PEM file, each as PEM; none without the setting. Throws an Error that names the variable and what is wrong. */
export function readCertificates(env: Environment, name: string): readonly string[] {
  const path = env[name];
  if (!path) return [];
  const text = readText(name, path);
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const pem of found) new X509Certificate(pem);
  } catch {
    throw new Error(`${name}: a certificate in ${path} cannot be read.`);
  }
  if (found.length === 0) throw new Error(`${name}: there is no certificate in ${path}; right would be a PEM file.`);
  return found;
}

/** The text of a file that a setting names. Throws an Error that names both. */
export function readText(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${name}: ${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`, {
      cause: error,
    });
  }
}

/** The bucket for documents, or null. Throws an Error that names the variable and what is wrong. */
export function readBucket(env: Environment): BucketAddress | null {
  const given = env.COUNTERSIGN_S3_URL;
  if (!given) return null;
  try {
    return readBucketAddress(given);
  } catch (error) {
    throw new Error(`COUNTERSIGN_S3_URL cannot be used; ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
}

/** A PostgreSQL address, or null for the embedded database. Throws an Error that names the variable. */
export function readDatabaseUrl(env: Environment): string | null {
  const given = env.DATABASE_URL;
  if (!given) return null;
  if (!/^postgres(ql)?:\/\//.test(given))
    throw new Error(
      "DATABASE_URL must begin with postgres:// or postgresql://; leave it out for the embedded database.",
    );
  return given;
}
