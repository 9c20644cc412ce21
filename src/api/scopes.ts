import type { OauthScope } from "../accounts/oauth-member.ts";

const info = ["account_access", "basic_account_info"] as const;
const account = ["account_access"] as const;
const apps = ["api_app_access"] as const;
const requests = ["request_signature", "signature_request_access"] as const;
const embedded = ["signature_request_access"] as const;
/** The scope that opens to an app what its account was sent by others; `request_signature` is for what the app itself asks for. */
export const receivedScope: OauthScope = "signature_request_access";

const templates = ["template_access"] as const;
const team = ["team_access"] as const;

/**
 * Which scopes of an access token open which operation: one of them is enough. An operation that is not here takes API keys only. As the
 * published OpenAPI document has it, of all operations that there will be; test/contract holds the two against each other.
 */
export const operationScopes: Readonly<Record<string, readonly OauthScope[]>> = {
  accountCreate: account,
  accountGet: info,
  accountUpdate: account,
  accountVerify: account,
  apiAppCreate: apps,
  apiAppGet: apps,
  apiAppUpdate: apps,
  apiAppDelete: apps,
  apiAppList: apps,
  bulkSendJobGet: requests,
  bulkSendJobList: requests,
  embeddedEditUrl: templates,
  embeddedSignUrl: embedded,
  signatureRequestBulkSendWithTemplate: requests,
  signatureRequestCancel: requests,
  signatureRequestCreateEmbedded: embedded,
  signatureRequestCreateEmbeddedWithTemplate: embedded,
  signatureRequestEdit: requests,
  signatureRequestEditEmbedded: embedded,
  signatureRequestEditEmbeddedWithTemplate: embedded,
  signatureRequestEditWithTemplate: requests,
  signatureRequestFiles: requests,
  signatureRequestFilesAsDataUri: requests,
  signatureRequestFilesAsFileUrl: requests,
  // Not published; the same file as signatureRequestFiles.
  signatureRequestFinalCopy: requests,
  signatureRequestGet: requests,
  signatureRequestList: requests,
  signatureRequestReleaseHold: embedded,
  signatureRequestRemind: requests,
  signatureRequestSend: requests,
  signatureRequestSendWithTemplate: requests,
  signatureRequestUpdate: embedded,
  teamAddMember: team,
  teamCreate: team,
  teamDelete: team,
  teamGet: team,
  teamUpdate: team,
  teamInfo: team,
  teamInvites: info,
  teamMembers: team,
  teamRemoveMember: team,
  teamSubTeams: team,
  templateAddUser: templates,
  templateCreate: templates,
  templateCreateEmbeddedDraft: templates,
  templateDelete: templates,
  templateFiles: templates,
  templateFilesAsDataUri: templates,
  templateFilesAsFileUrl: templates,
  templateGet: templates,
  templateList: templates,
  templateRemoveUser: templates,
  templateUpdate: templates,
  templateUpdateFiles: templates,
  unclaimedDraftCreate: embedded,
  unclaimedDraftCreateEmbedded: requests,
  unclaimedDraftCreateEmbeddedWithTemplate: embedded,
  unclaimedDraftEditAndResend: requests,
};
