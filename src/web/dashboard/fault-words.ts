import type { FaultName } from "../../base/faults.ts";

/** What each error of the API means, and what a caller does about it. */
export const faultWords: Readonly<Record<FaultName, string>> = {
  bad_request: "A parameter does not fit. Change it as the message says; the same call again gives the same answer.",
  invalid_recipient: "Whoever is named cannot be written to: it is neither an address nor a number that can be used.",
  invalid_reminder: "This signer cannot be reminded now. Wait, or look at how the request stands.",
  signature_request_cancel_failed: "The request cannot be withdrawn any more: it has ended or is being completed.",
  signature_request_remove_failed: "Access to the request cannot be removed as it stands.",
  signature_request_expired: "The time of the request is over. Send a new one.",
  unauthorized: "The API key is missing or is none of this server’s.",
  payment_required:
    "A quota of the account is used up. The message says which one, and when it opens again; the server’s operator sets quotas.",
  forbidden: "The account may not do this.",
  team_invite_failed: "This person cannot be asked to join: they are in a team already, or the team is full.",
  not_found:
    "There is nothing at this address, or it belongs to another account. Look at the path, the id, and whose key it is.",
  method_not_supported: "The address exists, but not with this method.",
  conflict: "It cannot be done as things stand now. Read how they stand, then try again.",
  deleted: "The data of this request was destroyed. Only its identity and times are left.",
  unprocessable_entity: "The values were understood, but cannot be used together.",
  max_faxes:
    "Too many faxes of the account are on their way, or its quota of fax pages is used up. Wait, as the message says.",
  exceeded_rate: "Too many calls at once. Wait and try again.",
  unknown:
    "Something went wrong on the server, and it is not the caller’s fault. The server’s log has the details under the id of this call.",
  maintenance: "The server is being worked on. Try again later.",
  invalid_request: "A parameter of the call to the token address is missing or does not fit.",
  invalid_client:
    "There is no such app, or its secret is another, or is missing although the app’s owner demands it. The app’s page shows the right one.",
  invalid_grant:
    "The code or the refresh token is unknown, used up, expired or revoked: send the person to the page that asks again.",
  invalid_scope: "More is asked for than the account has allowed.",
  unsupported_grant_type: "The token address takes authorization_code and refresh_token.",
  unavailable: "The server is busy. The same call may be tried again in a moment.",
};

/** The words of a fault by its name; null for a name that is none. */
export function wordsOfFault(name: string): string | null {
  return Object.hasOwn(faultWords, name) ? faultWords[name as FaultName] : null;
}
