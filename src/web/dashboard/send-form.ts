// What somebody typed into the form that sends a document, and the parameters of v3 that it means.

import { badRequest, type Fault } from "../../base/faults.ts";
import { newId } from "../../base/ids.ts";
import { limits } from "../../base/limits.ts";
import { SignatureRequestInput } from "../../wire/request-input.ts";
import { flawsIn } from "./form-flaws.ts";
import type { Posted } from "./posted.ts";

/** Where people sign: at text tags, in the PDF's own form fields, or on a page at the end. */
export type Places = "tags" | "fields" | "page";

/** The form as it was typed; `signers` has a row for each line of the form, also those that are empty. */
export type Typed = {
  /** 40 hex digits that this form was given: what comes twice with them is sent once. */
  readonly once: string;
  readonly signers: readonly { readonly name: string; readonly email: string }[];
  readonly isOrdered: boolean;
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly cc: string;
  readonly expires: string;
  readonly clientId: string;
  readonly testMode: boolean;
  readonly allowDecline: boolean;
  readonly allowReassign: boolean;
  readonly places: Places;
};

const emptySigner = { name: "", email: "" };
const rowsAtFirst = 3;
const rowsMore = 5;
const dayMs = 86_400_000;

/** A new form. */
export function newForm(): Typed {
  return {
    once: newId(),
    signers: Array.from({ length: rowsAtFirst }, () => emptySigner),
    isOrdered: false,
    title: "",
    subject: "",
    message: "",
    cc: "",
    expires: "",
    clientId: "",
    testMode: true,
    allowDecline: true,
    allowReassign: false,
    places: "tags",
  };
}

/** Reads what was typed. Throws `bad_request` for a form that did not come from the page. */
export function typedOf({ entries }: Pick<Posted, "entries">): Typed {
  const fields = new Map(entries);
  const text = (name: string) => (fields.get(name) ?? "").replaceAll("\r\n", "\n");
  const once = text("once");
  if (!/^[0-9a-f]{40}$/.test(once))
    throw badRequest("This form is not whole, so nothing was sent. Open its page again.");
  const all = (wanted: string) => entries.filter(([name]) => name === wanted).map(([, value]) => value.trim());
  const [names, emails] = [all("signer_name"), all("signer_email")];
  const rows = Math.min(Math.max(names.length, emails.length), limits.signers + 1);
  const places = text("places");
  return {
    once,
    signers: Array.from({ length: rows }, (_, row) => ({ name: names[row] ?? "", email: emails[row] ?? "" })),
    isOrdered: fields.has("ordered"),
    title: text("title"),
    subject: text("subject"),
    message: text("message"),
    cc: text("cc"),
    expires: text("expires").trim(),
    clientId: text("client_id"),
    testMode: fields.has("test_mode"),
    allowDecline: fields.has("allow_decline"),
    allowReassign: fields.has("allow_reassign"),
    places: places === "fields" || places === "page" ? places : "tags",
  };
}

/** The same form with more rows for signers. */
export function withMoreRows(typed: Typed): Typed {
  const rows = Math.min(typed.signers.length + rowsMore, limits.signers);
  return { ...typed, signers: Array.from({ length: rows }, (_, row) => typed.signers[row] ?? emptySigner) };
}

/** The rows of the form that name a signer, by their place in it. */
function filledRows({ signers }: Typed): readonly number[] {
  return signers.flatMap(({ name, email }, row) => (name === "" && email === "" ? [] : [row]));
}

/** What can be told to be wrong with a form by itself, one fault for each field. */
export function flawsOfForm(typed: Typed): readonly Fault[] {
  const { signers, ...others } = parametersOf(typed);
  const rows = filledRows(typed).length;
  const many = `A request has at most ${limits.signers} signers.`;
  const crowd = rows === 0 ? "Name at least one signer." : rows > limits.signers ? many : null;
  const isDay = typed.expires === "" || endOf(typed.expires) !== null;
  return [
    ...(crowd === null ? flawsIn(SignatureRequestInput, { signers }) : [badRequest(crowd, "signers")]),
    ...flawsIn(SignatureRequestInput, others),
    ...(isDay ? [] : [badRequest("Give a day such as 2027-01-31.", "expires_at")]),
  ];
}

/** The parameters of `signature_request/send` that a form means; without the day of expiry where that is none. */
export function parametersOf(typed: Typed): Readonly<Record<string, unknown>> {
  const rows = filledRows(typed);
  const expiresAt = endOf(typed.expires);
  return {
    signers: rows.map((row, order) => ({
      name: typed.signers[row]?.name,
      email_address: typed.signers[row]?.email,
      ...(typed.isOrdered ? { order } : {}),
    })),
    title: typed.title,
    subject: typed.subject,
    message: typed.message,
    cc_email_addresses: addressesOf(typed.cc),
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    client_id: typed.clientId,
    test_mode: typed.testMode,
    allow_decline: typed.allowDecline,
    allow_reassign: typed.allowReassign,
    use_text_tags: typed.places === "tags",
    hide_text_tags: typed.places === "tags",
    use_preexisting_fields: typed.places === "fields",
  };
}

/** The first and the last day at whose end a request may expire, as `2026-10-05`. */
export function expiryDays(at: number): { readonly first: string; readonly last: string } {
  return { first: dayOf(at + dayMs), last: dayOf(at + 89 * dayMs) };
}

/** Which field of the form a fault is about: its name, with the row of a signer; empty for the form as a whole. */
export function fieldOf({ path = "" }: Fault, typed: Typed): string {
  const [, index = "", member = ""] = /^signers\[(\d+)\]\[(\w+)\]$/.exec(path) ?? [];
  if (member !== "") return `${member === "name" ? "name" : "email"}-${filledRows(typed)[Number(index)] ?? 0}`;
  const name = path.split("[", 1)[0] ?? "";
  return fieldNames[name] ?? "";
}

const fieldNames: Readonly<Record<string, string>> = {
  signers: "signers",
  title: "title",
  subject: "subject",
  message: "message",
  cc_email_addresses: "cc",
  expires_at: "expires",
  client_id: "client_id",
  files: "files",
  file: "files",
};

function addressesOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((address) => address !== "");
}

/** Unix seconds at which a day has ended in UTC; null for what is no day. */
function endOf(day: string): number | null {
  const start = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(start) || dayOf(start) !== day ? null : (start + dayMs) / 1000;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
