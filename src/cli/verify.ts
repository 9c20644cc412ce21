import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs, styleText } from "node:util";
import { hashOf } from "../base/secrets.ts";
import type { Reason, Report, Verdict } from "../evidence/verify/report.ts";
import { openVerifier } from "../evidence/verify/verifier.ts";
import { type Command, misuse } from "./command.ts";

const help = `Checks signed PDFs: whether they are as they were sealed, by whom and when, and their audit trail.
Needs no server and no network.

Usage: countersign verify FILE... [--trust PEM] [--original FILE] [--json]

  --trust PEM       a certificate that you trust, as a PEM file; may be given several times
  --original FILE   compares this file with those that were sent to be signed
  --json            prints the whole report as JSON, one array with a report for each file

Exit code: 0 green, 3 amber (a reservation), 1 red, 2 a file or an option cannot be used. Of several files the worst counts.

Examples
  countersign verify lease.pdf
  countersign verify lease.pdf --trust countersign.pem --original lease-as-sent.pdf
  countersign verify *.pdf --json
`;

const exitCodes: Readonly<Record<Verdict, number>> = { green: 0, amber: 3, red: 1 };

/** `countersign verify`. */
export const verifyCommand: Command = { name: "verify", says: "check signed PDFs, without a server", help, run };

async function run(words: readonly string[]): Promise<number> {
  const read = readWords(words);
  if (typeof read === "string") return misuse("verify", read);
  const { paths, trusted, original, isJson } = read;
  const verifier = openVerifier({ verifiesAtOnce: 1 });
  const reports: { readonly path: string; readonly report: Report }[] = [];
  try {
    for (const path of paths) {
      const report = await verifier.verify({ bytes: readBytes(path), trusted, original });
      reports.push({ path, report });
      if (!isJson) process.stdout.write(inWords(path, report));
    }
  } catch (error) {
    return misuse("verify", `${error instanceof Error ? error.message : String(error)}.`);
  } finally {
    verifier.close();
  }
  if (isJson)
    process.stdout.write(
      `${JSON.stringify(
        reports.map(({ path, report }) => ({ path, ...report })),
        null,
        2,
      )}\n`,
    );
  const worst = (["red", "amber", "green"] as const).find((verdict) =>
    reports.some(({ report }) => report.verdict === verdict),
  );
  return exitCodes[worst ?? "red"];
}

type Words = {
  readonly paths: readonly string[];
  readonly trusted: readonly string[];
  readonly original: string | null;
  readonly isJson: boolean;
};

function readWords(words: readonly string[]): Words | string {
  try {
    const { values, positionals: paths } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        trust: { type: "string", multiple: true, default: [] },
        original: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    if (paths.length === 0) return "Name the PDF to check.";
    const trusted = values.trust.flatMap((path) => certificatesIn(path));
    const original = values.original === undefined ? null : hashOf(readBytes(values.original));
    return { paths, trusted, original, isJson: values.json };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}.`;
  }
}

function certificatesIn(path: string): readonly string[] {
  const found =
    readBytes(path)
      .toString("utf8")
      .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new Error(`There is no certificate in ${path}: it should be a PEM file`);
  for (const pem of found) new X509Certificate(pem);
  return found;
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new Error(`${path} cannot be read${code}`, { cause: error });
  }
}

const colours: Readonly<Record<Verdict, "green" | "yellow" | "red">> = { green: "green", amber: "yellow", red: "red" };
const marks: Readonly<Record<Reason["level"], string>> = { red: "✗", amber: "!", good: "✓", note: "·" };

function inWords(path: string, { verdict, headline, reasons, file, trail }: Report): string {
  const paint = (colour: "green" | "yellow" | "red" | "dim", text: string) =>
    styleText(colour, text, { stream: process.stdout });
  const order: readonly Reason["level"][] = ["red", "amber", "good", "note"];
  const lines = order
    .flatMap((level) => reasons.filter((reason) => reason.level === level))
    .map(({ level, what, why }) => `  ${marks[level]} ${what}: ${why}`);
  const entries =
    trail === null ? [] : ["", ...trail.entries.map(({ time, says, who }) => `  ${time}  ${says}, ${who}`)];
  return [
    `${path}`,
    paint(colours[verdict], `${verdict.toUpperCase()}  ${headline}`),
    ...lines,
    ...entries,
    paint("dim", `  SHA-256 ${file.sha256}, ${file.bytes} bytes`),
    "",
    "",
  ].join("\n");
}
