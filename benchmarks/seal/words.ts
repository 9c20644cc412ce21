import { readFileSync } from "node:fs";
import type { TrailPage } from "../../src/documents/document.ts";
import { type FontName, fontPath } from "../../src/documents/draw/fonts.ts";

/** What is written: three values, a name that is signed with, an audit trail. Every side writes the same. */
export type Words = { readonly values: readonly string[]; readonly name: string; readonly trail: TrailPage };

/** The words, with this name for the signer. */
export function wordsFor(name: string): Words {
  const who = `${name} <signer@example.com>`;
  const steps = [
    "Signature request created",
    "Sent for signature",
    "Document viewed",
    "Agreed to sign electronically",
    "Document signed",
    "Completed",
  ];
  return {
    values: [name, "Springfield", "Invoice 4711"],
    name,
    trail: {
      title: "Purchase agreement",
      requestId: "fa5c8a0b0f492d768749333ad6fcc214c111e967",
      status: "Completed",
      fileNames: ["agreement.pdf"],
      originals: [
        { name: "agreement.pdf", sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
      ],
      signers: [{ name, email: "signer@example.com" }],
      lines: steps.map((what, index) => ({
        at: `2026-11-25T10:0${index}:00.000Z`,
        what,
        detail: "",
        who,
        from: "203.0.113.9 · Chrome 156, Windows",
      })),
      head: "c0ffee".repeat(10).padEnd(64, "0"),
      verifyUrl: "https://sign.example.com/verify",
      testMode: false,
    },
  };
}

/** Everything that the audit page says, as lines, for those who lay it out line by line. */
export function linesOf({ trail }: Words): readonly string[] {
  const { title, status, requestId, fileNames, originals, signers, lines, head, verifyUrl } = trail;
  return [
    "Audit trail",
    title,
    `Status: ${status}`,
    `Request ${requestId}`,
    `File ${fileNames.join()}`,
    "Original documents (SHA-256)",
    ...originals.flatMap(({ name, sha256 }) => [name, sha256]),
    "Signer",
    ...signers.map(({ name, email }) => `${name}  ${email}`),
    "Events",
    ...lines.map(({ at, what, who, from }) => `${at.slice(0, 19).replace("T", " ")}  ${what}  ${who}  ${from}`),
    `${lines.length} entries, each hashed with the one before it. The last hash stands for them all:`,
    head,
    `Check this document at ${verifyUrl}`,
    `Request ${requestId}. All times are UTC. Sealed by Countersign.`,
  ];
}

/** Where the values stand, and the signature: points from the bottom left. */
export const places = [
  { x: 60, y: 120 },
  { x: 60, y: 96 },
  { x: 60, y: 72 },
] as const;
/** Where the signature stands. */
export const penPlace = { x: 330, y: 80 } as const;

/** The font files, the same for every side. */
export function fontOf(name: FontName): Uint8Array {
  const path = fontPath(name);
  if (path === null) throw new Error(`The font ${name} is not installed.`);
  return readFileSync(path);
}

/** One key in the forms that the sides read. */
export type Keys = {
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly p12Path: string;
  readonly password: string;
};

/** Reads the key once, and then fills, appends and seals documents. */
export type Side = (keys: Keys) => Promise<(document: Uint8Array, words: Words) => Promise<Uint8Array>>;
