import { Type } from "typebox";
import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { FaxCover } from "../fax/fax.ts";
import type { NewFax } from "../fax/send.ts";
import { readFaxNumber } from "../providers/fax.ts";
import { type Brought, readFiles } from "./draft-files.ts";

const Line = Type.Optional(Type.String({ maxLength: limits.faxCoverLength }));

/** What `fax/send` takes. Contract: operations.md. */
export const FaxInput = Type.Object({
  recipient: Type.String({ minLength: 1, maxLength: limits.emailLength }),
  sender: Type.Optional(Type.String({ maxLength: limits.emailLength })),
  file_urls: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: limits.urlLength }), { maxItems: limits.filesPerRequest }),
  ),
  test_mode: Type.Optional(Type.Boolean()),
  cover_page_to: Line,
  cover_page_from: Line,
  cover_page_message: Type.Optional(Type.String({ maxLength: limits.faxMessageLength })),
  title: Type.Optional(Type.String({ maxLength: limits.titleLength })),
});
/** See `FaxInput`. */
export type FaxInput = Type.Static<typeof FaxInput>;

/** A fax as it was asked for; the sender is still to be looked up: a number as E.164, an e-mail address, or null. */
export type AskedFax = Omit<NewFax, "accountId" | "sender"> & { readonly sender: string | null };

/** Reads a fax. Throws `invalid_recipient` for a recipient that is neither a number nor an address, `bad_request` with the parameter for the rest. */
export function readFax(brought: Brought, input: FaxInput): AskedFax {
  const recipient = readRecipient(input.recipient);
  const files = readFiles(brought, input);
  return {
    testMode: input.test_mode ?? false,
    title: input.title?.trim() || files[0]?.name || "Fax",
    sender: readSender(input.sender),
    recipient,
    cover: readCover(input),
    files,
  };
}

const emailForm = /^[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"'.]+$/;

function readRecipient(given: string): string {
  const recipient = given.trim();
  const number = readFaxNumber(recipient);
  if (number !== null) return number;
  if (emailForm.test(recipient)) return recipient;
  throw new Fault(
    "invalid_recipient",
    "recipient not valid: it must be a fax number with its country code, such as +16690000001, or an e-mail address",
    "recipient",
  );
}

function readSender(given: string | undefined): string | null {
  const sender = given?.trim() ?? "";
  if (sender === "") return null;
  const number = readFaxNumber(sender);
  if (number !== null) return number;
  if (emailForm.test(sender)) return sender;
  throw badRequest("sender not valid: it must be the number of one of your fax lines, such as +16690000000", "sender");
}

/** Any word for the cover page makes one. */
function readCover({
  cover_page_to: to,
  cover_page_from: from,
  cover_page_message: message,
}: FaxInput): FaxCover | null {
  const cover = {
    to: to?.trim() || null,
    from: from?.trim() || null,
    message: message?.replace(/\r\n?/g, "\n").trim() || null,
  };
  return Object.values(cover).every((text) => text === null) ? null : cover;
}
