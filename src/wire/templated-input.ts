import { Type } from "typebox";
import { limits } from "../base/limits.ts";
import { coerceInput } from "../http/input.ts";
import { SignatureRequestInput } from "./request-input.ts";

const {
  file_urls,
  allow_decline,
  client_id,
  custom_fields,
  is_eid,
  message,
  metadata,
  signing_options,
  signing_redirect_url,
  subject,
  test_mode,
  title,
  populate_auto_fill_fields,
  signer_experience,
  expires_at,
  audit_trail,
} = SignatureRequestInput.properties;

const { order: _, ...signer } = SignatureRequestInput.properties.signers.items.properties;
const Role = Type.String({ minLength: 1, maxLength: limits.nameLength });

/** What `signature_request/send_with_template` and `create_embedded_with_template` take. Contract: operations.md. */
export const TemplatedRequestInput = Type.Object({
  template_ids: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    minItems: 1,
    maxItems: limits.filesPerRequest,
  }),
  /** A list, or, as older callers write it, an object by role. */
  signers: Type.Optional(Type.Unknown()),
  /** A list, or, as older callers write it, an object by role. */
  ccs: Type.Optional(Type.Unknown()),
  file_urls,
  allow_decline,
  audit_trail,
  client_id,
  custom_fields,
  is_eid,
  message,
  metadata,
  signing_options,
  signing_redirect_url,
  subject,
  test_mode,
  title,
  populate_auto_fill_fields,
  signer_experience,
  expires_at,
});

/** A request of templates as it was asked for, read by its schema. */
export type TemplatedRequestInput = Type.Static<typeof TemplatedRequestInput>;

/** `signers` once its two shapes are made one. */
export const CastSigners = Type.Object({
  signers: Type.Array(Type.Object({ role: Role, ...signer }), { minItems: 1, maxItems: limits.signers }),
});

/** One of them. */
export type CastSigner = Type.Static<typeof CastSigners>["signers"][number];

/** The signers of either shape; nobody where none are given. Throws `bad_request`. */
export function castSignersOf(raw: unknown): readonly CastSigner[] {
  return raw === undefined ? [] : coerceInput(CastSigners, { signers: listByRole(raw) }).signers;
}

/** `ccs` once its two shapes are made one. */
export const CastCopies = Type.Object({
  ccs: Type.Array(Type.Object({ role: Role, email_address: signer.email_address }), { maxItems: limits.signers }),
});

/** One of them. */
export type CastCopy = Type.Static<typeof CastCopies>["ccs"][number];

/** A list of people with their roles out of a list, its JSON text, or an object of people by role. */
export function listByRole(raw: unknown): unknown {
  const given = typeof raw === "string" ? parse(raw) : raw;
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.entries(given).map(([role, person]) =>
    typeof person === "object" && person !== null ? { role, ...person } : person,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
