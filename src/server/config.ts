import type { RateLimits } from "../api/rates.ts";
import { limits } from "../base/limits.ts";
import type { Quotas } from "../base/quotas.ts";
import { mebibyte } from "../base/units.ts";
import type { DocumentBounds } from "../documents/bounds.ts";
import type { SmtpSettings } from "../mail/smtp.ts";
import type { BucketAddress } from "../storage/bucket-address.ts";
import type { Keeping } from "../storage/walk.ts";
import { type GivenFiles, readGivenFiles } from "./given-identity.ts";
import {
  type Environment,
  readAddresses,
  readBucket,
  readCertificates,
  readChoice,
  readDatabaseUrl,
  readList,
  readNumber,
  readProgram,
  readProvider,
  readQuota,
  readRate,
  readSmtp,
  readWebAddress,
  readWord,
} from "./settings.ts";

/** Every setting of the house, read once from the environment and frozen. Contract: running.md. */
export type Config = {
  readonly host: string;
  readonly port: number;
  /** Public base of every absolute URL, without a trailing slash. */
  readonly publicUrl: string;
  readonly dataFolder: string;
  /** A PostgreSQL address, or null for the embedded database. */
  readonly databaseUrl: string | null;
  readonly role: "all" | "api" | "worker";
  readonly email: string;
  readonly password: string | null;
  readonly apiKey: string | null;
  readonly clientId: string | null;
  /** Milliseconds to wait after each failed attempt. */
  readonly callbackSchedule: readonly number[];
  readonly callbackTimeoutMs: number;
  /** How long an access token of OAuth lives, in milliseconds. */
  readonly tokenMs: number;
  /** How many signers one bulk send may have. */
  readonly bulkRows: number;
  readonly documents: DocumentBounds;
  /** How many attempts at one callback URL may be under way at once, in each process. */
  readonly callbacksInFlight: number;
  /** What each account may use. */
  readonly quotas: Quotas;
  /** How often each account may call a minute. */
  readonly rates: RateLimits;
  /** CIDRs of otherwise forbidden targets. */
  readonly allowPrivate: readonly string[];
  /** 32 bytes in hex or base64, or null for the file in the data folder. */
  readonly secret: string | null;
  /** Whether an app's URL makes the account's URL silent for that app's events. */
  readonly appOverridesAccount: boolean;
  /** When it is told that a document can be downloaded. */
  readonly downloadable: "end" | "each";
  /** What a malformed tag calls back. */
  readonly tagErrorEvent: "file_error" | "signature_request_invalid";
  /** The bucket in which documents are, or null for the data folder. */
  readonly bucket: BucketAddress | null;
  /** Where mail goes, or null for the inbox. */
  readonly smtp: SmtpSettings | null;
  /** Who carries text messages, or null for the inbox. */
  readonly smsUrl: string | null;
  /** Who carries faxes: an address, `development`, or null for the development provider on a server that only its own machine reaches. */
  readonly faxUrl: string | null;
  /** Who identifies signers, as with `faxUrl`. */
  readonly eidUrl: string | null;
  /** The kind of key that the house makes for its own certificate at the first start. */
  readonly sealKey: "p256" | "rsa";
  /** A certificate and key of the operator's own, to seal with instead. */
  readonly sealFiles: GivenFiles;
  /** A time-stamp authority (RFC 3161), or null: seals are then B-B. */
  readonly tsaUrl: string | null;
  /** The certificates (PEM) from one of which the authority's must come; none: any will do. */
  readonly tsaRoots: readonly string[];
  /** Where the audit trail of a completed document stands, unless its request says otherwise. */
  readonly auditTrail: "appended" | "separate";
  /** LibreOffice's program, or null to look for it in the usual places. */
  readonly soffice: string | null;
  /** The search path of programs. */
  readonly path: string;
  /** Proxies (CIDRs) whose X-Forwarded-For is believed: the audit trail then names the signer's own address. */
  readonly trustProxy: readonly string[];
  /** How long attempts, payloads of events, letters and the log of API calls are kept. */
  readonly keeping: Keeping;
  readonly logLevel: string;
  /** Things worth telling at the start. */
  readonly warnings: readonly string[];
};

/** A server that commands speak to, as the environment names it: where it is, and an API key of an account. */
export function readServerAccess(env: Environment = process.env): {
  readonly url: string;
  readonly apiKey: string | null;
} {
  return { url: env.COUNTERSIGN_URL || "http://127.0.0.1:3000", apiKey: env.COUNTERSIGN_API_KEY || null };
}

/** Reads the environment. Throws an Error whose message names the variable and what would be right. */
export function readConfig(env: Environment = process.env): Config {
  const host = readHost(env.HOST || "127.0.0.1");
  const port = readNumber(env, { name: "PORT", fallback: 3000, least: 0, most: 65_535 });
  const wildcard = host === "0.0.0.0" || host === "::";
  const role = readChoice(env, { name: "COUNTERSIGN_ROLE", choices: ["all", "api", "worker"] });
  const databaseUrl = readDatabaseUrl(env);
  if (role !== "all" && databaseUrl === null) {
    throw new Error(`COUNTERSIGN_ROLE=${role} needs DATABASE_URL: the embedded database has one process, role "all".`);
  }

  return Object.freeze({
    host,
    port,
    publicUrl: readPublicUrl(env, { host: wildcard ? "localhost" : host, port }),
    dataFolder: env.COUNTERSIGN_DATA || "./data",
    databaseUrl,
    role,
    email: env.COUNTERSIGN_EMAIL || "admin@localhost",
    password: env.COUNTERSIGN_PASSWORD || null,
    apiKey: readWord(env, {
      name: "COUNTERSIGN_API_KEY",
      form: /^[\x21-\x39\x3b-\x7e]{16,128}$/,
      right: "16 to 128 characters without spaces or colons",
    }),
    clientId: readWord(env, {
      name: "COUNTERSIGN_CLIENT_ID",
      form: /^[A-Za-z0-9_-]{8,64}$/,
      right: "8 to 64 letters, digits, - or _ (usually 32 hex digits)",
    }),
    ...readEngine(env),
    allowPrivate: readList(env.COUNTERSIGN_ALLOW_PRIVATE),
    secret: env.COUNTERSIGN_SECRET || null,
    appOverridesAccount: readChoice(env, { name: "COUNTERSIGN_APP_OVERRIDES_ACCOUNT", choices: ["0", "1"] }) === "1",
    downloadable: readChoice(env, { name: "COUNTERSIGN_DOWNLOADABLE", choices: ["end", "each"] }),
    tagErrorEvent: readChoice(env, {
      name: "COUNTERSIGN_TAG_ERROR_EVENT",
      choices: ["file_error", "signature_request_invalid"],
    }),
    bucket: readBucket(env),
    smtp: readSmtp(env, new URL(readPublicUrl(env, { host: wildcard ? "localhost" : host, port })).hostname),
    smsUrl: readWebAddress(env, "COUNTERSIGN_SMS_URL"),
    faxUrl: readProvider(env, "COUNTERSIGN_FAX_URL"),
    eidUrl: readProvider(env, "COUNTERSIGN_EID_URL"),
    sealKey: readChoice(env, { name: "COUNTERSIGN_SEAL_KEY", choices: ["p256", "rsa"] }),
    sealFiles: readGivenFiles(env),
    tsaUrl: readWebAddress(env, "COUNTERSIGN_TSA_URL"),
    tsaRoots: readCertificates(env, "COUNTERSIGN_TSA_CA"),
    auditTrail: readChoice(env, { name: "COUNTERSIGN_AUDIT_TRAIL", choices: ["appended", "separate"] }),
    soffice: readProgram(env, "COUNTERSIGN_SOFFICE"),
    path: env.PATH ?? "",
    trustProxy: readAddresses(env, "COUNTERSIGN_TRUST_PROXY"),
    keeping: readKeeping(env),
    logLevel: readChoice(env, { name: "COUNTERSIGN_LOG", choices: ["info", "warn", "error", "silent"] }),
    warnings: wildcard && !env.COUNTERSIGN_URL ? [wildcardWarning(host, port)] : [],
  });
}

/** How callbacks are tried, how long access tokens live, how much one bulk send may ask for, and an account. */
function readEngine(env: Environment) {
  return {
    callbackSchedule: readSchedule(env),
    callbackTimeoutMs:
      1000 * readNumber(env, { name: "COUNTERSIGN_CALLBACK_TIMEOUT", fallback: 30, least: 1, most: 300 }),
    tokenMs: 1000 * readTokenSeconds(env),
    bulkRows: readNumber(env, { name: "COUNTERSIGN_BULK_ROWS", ...boundsOf.bulkRows }),
    documents: Object.freeze({
      fileBytes: mebibyte * readNumber(env, { name: "COUNTERSIGN_FILE_MEGABYTES", ...boundsOf.fileMegabytes }),
      pages: readNumber(env, { name: "COUNTERSIGN_REQUEST_PAGES", ...boundsOf.pages }),
    }),
    callbacksInFlight: readNumber(env, { name: "COUNTERSIGN_CALLBACKS_IN_FLIGHT", ...boundsOf.inFlight }),
    quotas: Object.freeze({
      requests: readQuota(env, "COUNTERSIGN_QUOTA_REQUESTS"),
      templates: readQuota(env, "COUNTERSIGN_QUOTA_TEMPLATES"),
      codes: readQuota(env, "COUNTERSIGN_QUOTA_SMS"),
      faxPages: readQuota(env, "COUNTERSIGN_QUOTA_FAX_PAGES"),
    }),
    rates: Object.freeze({
      standard: readRate(env, "COUNTERSIGN_RATE_LIMIT"),
      high: readRate(env, "COUNTERSIGN_RATE_LIMIT_HIGH"),
      test: readRate(env, "COUNTERSIGN_RATE_LIMIT_TEST"),
    }),
  };
}

/** What holds without a setting, and how far it goes. */
const boundsOf = {
  bulkRows: { fallback: limits.bulkRows, least: 1, most: limits.bulkRowsMost },
  fileMegabytes: { fallback: limits.fileBytes / mebibyte, least: 1, most: limits.requestBytes / mebibyte },
  pages: { fallback: limits.pagesPerRequest, least: 1, most: limits.pagesPerRequestMost },
  inFlight: { fallback: limits.callbacksInFlightPerEndpoint, least: 1, most: limits.callbacksInFlight },
};

function readTokenSeconds(env: Environment): number {
  const { accessTokenSeconds: fallback, accessTokenSecondsLeast: least, accessTokenSecondsMost: most } = limits;
  return readNumber(env, { name: "COUNTERSIGN_OAUTH_TOKEN_SECONDS", fallback, least, most });
}

function readKeeping(env: Environment): Keeping {
  const days = (name: string, fallback = 90) =>
    readNumber(env, { name, fallback, least: 1, most: limits.keptDaysMost }) * dayMs;
  return Object.freeze({
    attemptsMs: days("COUNTERSIGN_ATTEMPT_DAYS"),
    payloadsMs: days("COUNTERSIGN_PAYLOAD_DAYS"),
    lettersMs: days("COUNTERSIGN_LETTER_DAYS"),
    callsMs: days("COUNTERSIGN_CALL_DAYS", 30),
    requestsMs: env.COUNTERSIGN_RETENTION_DAYS ? days("COUNTERSIGN_RETENTION_DAYS") : null,
  });
}

const dayMs = 24 * 60 * 60 * 1000;

/** An address as one listens to it: no brackets, and every address spelled as one. */
function readHost(given: string): string {
  return given === "*" ? "0.0.0.0" : given.replace(/^\[(.*)\]$/, "$1");
}

function wildcardWarning(host: string, port: number): string {
  return `HOST is ${host} and COUNTERSIGN_URL is not set: links will point to http://localhost:${port}. Set COUNTERSIGN_URL to the address that signers use.`;
}

function readPublicUrl(env: Environment, { host, port }: { readonly host: string; readonly port: number }): string {
  const given = env.COUNTERSIGN_URL;
  if (!given) return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;

  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.pathname !== "/") {
    throw new Error(
      `COUNTERSIGN_URL is "${given}"; right would be an http or https address without a path, such as https://sign.example.com.`,
    );
  }
  return url.origin;
}

function readSchedule(env: Environment): readonly number[] {
  const name = "COUNTERSIGN_CALLBACK_SCHEDULE";
  const seconds = readList(env[name] ?? "300,900,2700,8100,24300,72900").map(Number);
  if (seconds.length > limits.ladderSteps || seconds.some((s) => !(s >= 0 && s <= limits.ladderStepSeconds))) {
    throw new Error(
      `${name} must be at most ${limits.ladderSteps} numbers of seconds, each at most ${limits.ladderStepSeconds}, with commas between, such as 300,900,2700.`,
    );
  }
  return Object.freeze(seconds.map((s) => Math.round(s * 1000)));
}
