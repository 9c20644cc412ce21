// What a house needs, looked at from outside, without changing anything: `countersign doctor`.

import { X509Certificate } from "node:crypto";
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTransport } from "nodemailer";
import { limits } from "../base/limits.ts";
import { openLog } from "../base/log.ts";
import { openOffice } from "../documents/convert/office.ts";
import { mailAddress } from "../mail/smtp.ts";
import { migrations } from "../storage/migrate.ts";
import type { Config } from "./config.ts";
import { ask, noDatabase } from "./look.ts";
import { readSecret } from "./secret.ts";

/** What was found: `bad` keeps the house from working, `warn` something in it. `mend`: what to do. */
export type Finding = {
  readonly what: string;
  readonly level: "good" | "warn" | "bad";
  readonly says: string;
  readonly mend?: string;
};

type Look = (config: Config) => Promise<Finding> | Finding;

/** Looks at everything, one after the other; what fails in an unforeseen way is bad, in its own words. */
export async function examine(config: Config): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [what, look] of looks) {
    try {
      findings.push(await look(config));
    } catch (error) {
      findings.push({ what, level: "bad", says: error instanceof Error ? error.message : String(error) });
    }
  }
  return findings;
}

const looks: readonly (readonly [what: string, look: Look])[] = [
  ["data folder", dataFolder],
  ["secret", secretKey],
  ["database", database],
  ["sealing certificate", certificate],
  ["clock", clock],
  ["server", server],
  ["callbacks", callbacks],
  ["mail", mail],
  ["office files", office],
];

function dataFolder({ dataFolder: given }: Config): Finding {
  const folder = resolve(given);
  const what = "data folder";
  if (!existsSync(folder))
    return { what, level: "warn", says: `${folder} is not there yet.`, mend: "Start the server once: it makes it." };
  try {
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch {
    return {
      what,
      level: "bad",
      says: `${folder} cannot be written.`,
      mend: `Give it to the server's user: chown -R USER ${folder}`,
    };
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1024 ** 2);
  if (free < limits.freeMegabytes)
    return {
      what,
      level: "warn",
      says: `${folder} has ${free} MB left.`,
      mend: "Make room, or set COUNTERSIGN_S3_URL.",
    };
  return { what, level: "good", says: `${folder}, ${free} MB free` };
}

function secretKey({ secret, dataFolder: folder }: Config): Finding {
  const what = "secret";
  const file = join(resolve(folder), "secret.key");
  if (secret === null && !existsSync(file))
    return {
      what,
      level: "warn",
      says: "There is none yet.",
      mend: "Start the server once, then keep a copy of it apart from the backups.",
    };
  readSecret({ given: secret, dataFolder: folder });
  return { what, level: "good", says: secret === null ? file : "from COUNTERSIGN_SECRET" };
}

async function database(config: Config): Promise<Finding> {
  const what = "database";
  const version = migrations.at(-1)?.version ?? 0;
  const rows = await ask(config, "select max(version) as version from migrations");
  const mend = "Start the server once: it makes it.";
  if (rows === null) return { what, level: "warn", says: `None yet: ${noDatabase(config)}.`, mend };
  const found = Number(rows[0]?.version ?? 0);
  const where = config.databaseUrl === null ? "embedded" : `PostgreSQL at ${new URL(config.databaseUrl).host}`;
  if (found > version)
    return {
      what,
      level: "bad",
      says: `${where}, at version ${found}, is newer than this Countersign (${version}).`,
      mend: "Install the newer one.",
    };
  if (found < version)
    return {
      what,
      level: "warn",
      says: `${where}, at version ${found} of ${version}.`,
      mend: "The next start brings it up.",
    };
  return { what, level: "good", says: `${where}, version ${found}` };
}

async function certificate(config: Config): Promise<Finding> {
  const what = "sealing certificate";
  if (config.sealFiles !== null) return { what, level: "good", says: "your own, from files" };
  const rows = await ask(config, "select value from settings where name = 'sealing_certificate'");
  const pem = rows?.[0]?.value;
  if (typeof pem !== "string")
    return { what, level: "warn", says: "There is none yet.", mend: "Start the server once: it makes it." };
  const { validTo } = new X509Certificate(pem);
  const days = Math.floor((Date.parse(validTo) - Date.now()) / 86_400_000);
  if (days < 0)
    return { what, level: "bad", says: `It ended on ${validTo}.`, mend: "Set COUNTERSIGN_SEAL_P12 to a new one." };
  if (days < 60)
    return { what, level: "warn", says: `It ends on ${validTo}.`, mend: "Set COUNTERSIGN_SEAL_P12 to a new one soon." };
  return { what, level: "good", says: `the house's own, until ${validTo}` };
}

async function clock(config: Config): Promise<Finding> {
  const what = "clock";
  if (config.databaseUrl === null) return { what, level: "good", says: new Date().toISOString() };
  const before = Date.now();
  const rows = await ask(config, "select extract(epoch from clock_timestamp()) * 1000 as now");
  const apart = Math.abs(Number(rows?.[0]?.now) - (before + Date.now()) / 2);
  if (apart > limits.clockApartMs)
    return {
      what,
      level: "warn",
      says: `This machine and the database are ${Math.round(apart / 1000)} s apart.`,
      mend: "Let NTP keep both.",
    };
  return { what, level: "good", says: `${new Date().toISOString()}, ${Math.round(apart)} ms from the database` };
}

async function server({ publicUrl }: Config): Promise<Finding> {
  const what = "server";
  const answer = await fetch(`${publicUrl}/readyz`, { signal: AbortSignal.timeout(limits.doctorMs) }).catch(() => null);
  if (answer === null)
    return {
      what,
      level: "warn",
      says: `${publicUrl} gives no answer.`,
      mend: "Start it (countersign serve), or set COUNTERSIGN_URL to where people reach it.",
    };
  if (!answer.ok)
    return {
      what,
      level: "bad",
      says: `${publicUrl} answers ${answer.status}: it is not ready.`,
      mend: "Look into its log.",
    };
  return { what, level: "good", says: `${publicUrl} is ready` };
}

async function callbacks(config: Config): Promise<Finding> {
  const what = "callbacks";
  const rows = await ask(
    config,
    "select url, state, failing_since from endpoints where url is not null and listener is null",
  );
  if (rows === null)
    return {
      what,
      level: "warn",
      says: `Not looked at: ${noDatabase(config)}.`,
      mend: "If the server runs elsewhere, give the doctor its COUNTERSIGN_DATA or DATABASE_URL.",
    };
  if (rows.length === 0)
    return {
      what,
      level: "warn",
      says: "No callback URL is set.",
      mend: "Set one in the dashboard's settings, or by PUT /v3/account.",
    };
  const failing = rows.filter(({ failing_since: since }) => since !== null);
  if (failing.length > 0)
    return {
      what,
      level: "warn",
      says: `${failing.map(({ url }) => String(url)).join(", ")} does not acknowledge callbacks.`,
      mend: "See why: countersign events list --state retrying",
    };
  const off = rows.filter(({ state }) => state !== "active").length;
  const urls = rows.length === 1 ? "1 URL" : `${rows.length} URLs, all`;
  return { what, level: "good", says: `${urls} well${off === 0 ? "" : `, ${off} paused`}` };
}

async function mail({ smtp }: Config): Promise<Finding> {
  const what = "mail";
  if (smtp === null)
    return {
      what,
      level: "warn",
      says: "Mail is kept in the inbox at /inbox.",
      mend: "Set COUNTERSIGN_SMTP_URL before real people should get it.",
    };
  const address = mailAddress(smtp.url);
  const transport = createTransport({
    ...address,
    connectionTimeout: limits.doctorMs,
    greetingTimeout: limits.doctorMs,
    socketTimeout: limits.doctorMs,
  });
  try {
    await transport.verify();
    return { what, level: "good", says: `${address.host} takes mail` };
  } catch (error) {
    const says = `${address.host} does not: ${error instanceof Error ? error.message : String(error)}`;
    return { what, level: "bad", says, mend: "Mend COUNTERSIGN_SMTP_URL." };
  } finally {
    transport.close();
  }
}

const wallWords = {
  full: "shut off from the network and from all files but its own",
  network: "shut off from the network, but not from files: this machine does not allow it",
  none: "not shut off: this machine allows no walls around it",
} as const;

async function office({ soffice, path }: Config): Promise<Finding> {
  const what = "office files";
  const { program, walls, close } = openOffice({ log: openLog("silent"), given: soffice, path });
  await close();
  if (program === null)
    return {
      what,
      level: "warn",
      says: "LibreOffice is not there: DOCX, XLSX and HTML are refused.",
      mend: "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
    };
  return { what, level: "good", says: `${program}, ${wallWords[walls]}` };
}
