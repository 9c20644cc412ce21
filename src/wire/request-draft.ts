import { findApp } from "../accounts/apps.ts";
import { badRequest, Fault } from "../base/faults.ts";
import type { NewFile } from "../documents/new-file.ts";
import { defaultDateFormat, everyPenWay } from "../requests/options.ts";
import type { Draft } from "../requests/send.ts";
import type { ApiAppRow } from "../storage/account-tables.ts";
import type { Db } from "../storage/store.ts";
import { readCustomFields, withoutEditors } from "./custom-fields.ts";
import { type Brought, readAttachments, readFiles } from "./draft-files.ts";
import { readFormFields } from "./form-fields.ts";
import { readMetadata } from "./metadata.ts";
import type { SignatureRequestInput } from "./request-input.ts";
import { countPlaces, readPeople } from "./signers.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** Names under which files and their addresses may come (contract: sdk-notes.md, rule 4). */
export const fileAliases = { file_url: "file_urls" } as const;

/** Who asks, when, and what came along. */
export type Asked = Brought & {
  readonly db: Db;
  readonly accountId: string;
  /** The app that asks for the account with an access token: the request is its own. */
  readonly app?: Pick<ApiAppRow, "client_id"> | null;
  /** UTC milliseconds. */
  readonly at: number;
  /** Path of an array of the parameters to the keys that the caller wrote for its items. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
};

/** What is asked; `files`: those of the request, where its parameters do not say them all. */
export type DraftReading = {
  readonly input: SignatureRequestInput;
  readonly isEmbedded: boolean;
  readonly files?: readonly NewFile[];
  /** Of a draft: how many signers there may be, though not all are named, or none. */
  readonly places?: number;
};

/** Makes a checked draft of what was asked. Throws `bad_request` with the path of the first parameter that does not fit. */
export async function readDraft(asked: Asked, reading: DraftReading): Promise<Draft> {
  const { input, isEmbedded, files: known, places } = reading;
  refuseContradiction(input);
  const files = known ?? readFiles(asked, input);
  const signers = readPeople(asked, { input, isEmbedded, mayLack: places !== undefined });
  const count = places ?? countPlaces(signers);
  const clientId = await readClientId(asked, { input, isEmbedded });
  const fields = readFormFields(input, { signers: count, files: files.length });
  return {
    accountId: asked.accountId,
    clientId,
    isEmbedded,
    testMode: input.test_mode ?? false,
    title: input.title?.trim() || input.subject?.trim() || files[0]?.name || "Untitled",
    subject: input.subject || null,
    message: input.message || null,
    metadata: readMetadata(input.metadata ?? {}),
    cc: input.cc_email_addresses ?? [],
    redirectUrl: readRedirect(input.signing_redirect_url, "signing_redirect_url"),
    expiresAt: readExpiry(input.expires_at, asked.at),
    signers,
    files,
    attachments: readAttachments(input, count),
    options: {
      useTextTags: input.use_text_tags ?? false,
      hideTextTags: input.hide_text_tags ?? false,
      usePreexistingFields: input.use_preexisting_fields ?? false,
      fields,
      mergeValues: withoutEditors(readCustomFields(input.custom_fields), signers),
      allowDecline: input.allow_decline ?? false,
      allowReassign: input.allow_reassign ?? false,
      ...readPenWays(input.signing_options),
      formView: input.signer_experience?.form_view ?? "disabled",
      dateFormat: input.field_options?.date_format ?? defaultDateFormat,
      isEid: readEid(input, signers.length),
      populateAutoFill: input.populate_auto_fill_fields ?? false,
      trail: input.audit_trail ?? null,
      signerKeys: asked.keys.get(input.grouped_signers?.length ? "grouped_signers" : "signers") ?? null,
    },
  };
}

function refuseContradiction(input: SignatureRequestInput): void {
  if (input.use_text_tags && input.use_preexisting_fields)
    throw badRequest("Give use_text_tags or use_preexisting_fields, not both.", "use_preexisting_fields");
}

/** Not in test mode, and with one signer only. Contract: operations.md. */
function readEid(
  { is_eid: isEid = false, test_mode: isTest = false }: SignatureRequestInput,
  signers: number,
): boolean {
  if (isEid && isTest) throw badRequest("is_eid not valid: it is not available in test mode", "is_eid");
  if (isEid && signers !== 1) throw badRequest("is_eid not valid: such a request has one signer", "is_eid");
  return isEid;
}

/** The id of the app that is named, or null. Throws `bad_request` for one that the account does not have, and for none where the request is embedded. */
export async function readClientId(
  { db, accountId, app }: Pick<Asked, "db" | "accountId" | "app">,
  { input, isEmbedded }: { readonly input: { readonly client_id?: string }; readonly isEmbedded: boolean },
): Promise<string | null> {
  const clientId = input.client_id || app?.client_id || null;
  if (app && clientId !== app.client_id)
    throw badRequest("client_id not valid: the access token is another app's", "client_id");
  if (app) return app.client_id;
  if (clientId === null && isEmbedded)
    throw badRequest("client_id is required: an embedded request belongs to an API app.", "client_id");
  if (clientId === null) return null;
  await findApp(db, { accountId, clientId }).catch((error: unknown) => {
    throw error instanceof Fault && error.faultName === "not_found"
      ? badRequest("client_id not valid: this account has no such API app", "client_id")
      : error;
  });
  return clientId;
}

/** Which ways of signing are offered. `phone` lends a phone's screen to the others: alone it means to draw there. */
function readPenWays(
  options: SignatureRequestInput["signing_options"],
): Pick<Draft["options"], "penWays" | "allowPhone"> {
  if (!options) return { penWays: everyPenWay, allowPhone: true };
  const { default_type: first, phone: allowPhone = false } = options;
  if (!options[first])
    throw badRequest(
      `default_type must be one of the ways that signing_options allows: ${first} is not`,
      "signing_options[default_type]",
    );
  const allowed = everyPenWay.filter((way) => options[way] || (way === "draw" && allowPhone));
  const penWays = allowed.toSorted((one, other) => Number(other === first) - Number(one === first));
  return { penWays, allowPhone };
}

/** An address to go to afterwards; null where none is given. Throws `bad_request` at `name` for what is no web address. */
export function readRedirect(url: string | undefined, name: string): string | null {
  if (!url) return null;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw badRequest(`${name} not valid: it must be an http or https address`, name);
  return url;
}

/** The end of a request from Unix seconds: UTC milliseconds, 1 to 90 days ahead, floored to the hour; null where none is given. Throws `bad_request`. */
export function readExpiry(seconds: number | null | undefined, now: number): number | null {
  if (seconds === undefined || seconds === null) return null;
  const at = seconds * 1000;
  if (at < now + day || at > now + 90 * day)
    throw badRequest("expires_at not valid: it must be a Unix time in seconds, from 1 to 90 days ahead", "expires_at");
  return Math.floor(at / hour) * hour;
}
