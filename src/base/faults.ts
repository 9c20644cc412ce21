/** Every error that a caller may meet: its name on the v3 wire and its HTTP status (contract: errors.md). */
export const faultStatuses = {
  bad_request: 400,
  invalid_recipient: 400,
  invalid_reminder: 400,
  signature_request_cancel_failed: 400,
  signature_request_remove_failed: 400,
  signature_request_expired: 400,
  unauthorized: 401,
  payment_required: 402,
  forbidden: 403,
  team_invite_failed: 403,
  not_found: 404,
  method_not_supported: 405,
  conflict: 409,
  deleted: 410,
  unprocessable_entity: 422,
  exceeded_rate: 429,
  max_faxes: 429,
  unknown: 500,
  maintenance: 503,
  unavailable: 503,
  invalid_request: 400,
  invalid_client: 400,
  invalid_grant: 400,
  invalid_scope: 400,
  unsupported_grant_type: 400,
} as const;

/** The name of a fault, `error_name` on the wire. */
export type FaultName = keyof typeof faultStatuses;

/** An error that is the caller's to mend: named, in words, with the bracket path of the guilty parameter. */
export class Fault extends Error {
  readonly faultName: FaultName;
  readonly path: string | undefined;
  readonly status: number;

  constructor(faultName: FaultName, message: string, path?: string) {
    // They may quote what a caller wrote: half a character cannot be written down.
    super(message.toWellFormed());
    this.name = "Fault";
    this.faultName = faultName;
    // The input as a whole has no name.
    this.path = path === "" ? undefined : path?.toWellFormed();
    this.status = faultStatuses[faultName];
  }
}

/** The fault of a parameter: what is wrong, what would be right, and where. */
export function badRequest(message: string, path?: string): Fault {
  return new Fault("bad_request", message, path);
}

/** What is missing and what belongs to somebody else answer the same. */
export function notFound(message = "Not found."): Fault {
  return new Fault("not_found", message);
}
