// `signer_file`: signers as lines of a CSV file. Contract: openapi.yaml, SignatureRequestBulkSendWithTemplateRequest.

import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { uploadsUnder } from "../http/uploads.ts";
import type { BulkSendInput } from "./bulk-input.ts";
import { type Csv, readCsv } from "./csv.ts";
import type { Brought } from "./draft-files.ts";
import type { Warning } from "./shapes.ts";

/** One line: what it says of its signer by the names of the API, of fields by the names of columns, and its number in the file. */
export type SignerLine = {
  readonly number: number;
  readonly signer: Readonly<Record<string, string>>;
  readonly fields: readonly { readonly column: string; readonly value: string }[];
};

/** The lines, and what is worth telling of the columns. */
export type SignerFile = { readonly lines: readonly SignerLine[]; readonly warnings: readonly Warning[] };

const known = ["name", "email_address", "pin", "sms_phone_number"];
const needed = ["name", "email_address"];
const fieldEnd = "_field";

/** Reads the file that came, as an upload or as a text; null where none did. Throws `bad_request` that names the line where one is damaged. */
export async function readSignerFile(brought: Brought, input: BulkSendInput): Promise<SignerFile | null> {
  const bytes = await bytesOf(brought, input);
  if (bytes === null) return null;
  const csv = readCsv(bytes);
  if (typeof csv === "string") throw wrong(csv);
  const columns = readColumns(csv);
  return { lines: csv.lines.map((line) => readLine(line, columns)), warnings: warnAbout(columns) };
}

async function bytesOf(brought: Brought, { signer_file: text }: BulkSendInput): Promise<Uint8Array | null> {
  const [upload, another] = uploadsUnder(brought.files, ["signer_file"]);
  if (upload && (another || text)) throw badRequest("Give one signer_file.", "signer_file");
  if (!upload) return text ? Buffer.from(text) : null;
  if (upload.received.bytes > limits.bodyBytes) throw wrong(`it may have at most ${limits.bodyBytes / 1024 ** 2} MB`);
  return upload.received.read();
}

function wrong(words: string) {
  return badRequest(`signer_file not valid: ${words}`, "signer_file");
}

/** Names of columns as they are read: in any case, and as they stand in the file. */
type Column = { readonly name: string; readonly written: string };

function readColumns({ header }: Csv): readonly Column[] {
  const columns = header.map((written) => ({ written, name: written.toLowerCase() }));
  const missing = needed.filter((name) => !columns.some((column) => column.name === name));
  if (missing.length > 0)
    throw wrong(`the first line must name the columns, and has no ${missing.join(" and no ")}: name,email_address`);
  const twice = columns.find(
    ({ name }, index) => name !== "" && columns.findIndex((one) => one.name === name) !== index,
  );
  if (twice) throw wrong(`there are two columns ${twice.written}`);
  return columns;
}

function isField({ name }: Column): boolean {
  return name.endsWith(fieldEnd) && name.length > fieldEnd.length;
}

function readLine({ number, cells }: Csv["lines"][number], columns: readonly Column[]): SignerLine {
  const beyond = cells.slice(columns.length).findIndex((cell) => cell !== "");
  if (beyond !== -1)
    throw wrong(`line ${number} has ${columns.length + beyond + 1} values for ${columns.length} columns`);
  const valued = columns.map((column, index) => ({ ...column, value: cells[index] ?? "" }));
  return {
    number,
    signer: Object.fromEntries(
      valued.filter(({ name, value }) => known.includes(name) && value !== "").map(({ name, value }) => [name, value]),
    ),
    fields: valued.filter(isField).map(({ written, value }) => ({ column: written, value })),
  };
}

/** What else a spreadsheet has is told: a misspelt pin must not go unseen. */
function warnAbout(columns: readonly Column[]): readonly Warning[] {
  const strangers = columns.filter((column) => column.name !== "" && !known.includes(column.name) && !isField(column));
  if (strangers.length === 0) return [];
  const names = strangers
    .map(({ written }) => written)
    .join(", ")
    .slice(0, 500);
  const words = `signer_file, ${names}: columns are name, email_address, pin, sms_phone_number and those that end in _field; others are ignored.`;
  return [{ warning_name: "parameter_ignored", warning_msg: words }];
}

/** The name of the field that a column fills: its own, or, where the templates have no field of that name, what stands before `_field`. */
export function fieldOfColumn(column: string, names: ReadonlySet<string>): string {
  return names.has(column) ? column : column.slice(0, -fieldEnd.length);
}
