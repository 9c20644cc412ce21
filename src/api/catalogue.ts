import { accountCreate, accountGet, accountUpdate, accountVerify } from "./accounts.ts";
import { apiAppCreate, apiAppDelete, apiAppGet, apiAppList, apiAppUpdate } from "./api-apps.ts";
import {
  bulkSendJobGet,
  bulkSendJobList,
  signatureRequestBulkCreateEmbeddedWithTemplate,
  signatureRequestBulkSendWithTemplate,
} from "./bulk-sends.ts";
import { callGet, callList } from "./calls.ts";
import { embeddedEditUrl, embeddedSignUrl } from "./embedded.ts";
import {
  endpointGet,
  endpointList,
  endpointPause,
  endpointResume,
  endpointRotateSecret,
  endpointSecret,
  endpointTest,
  endpointUpdate,
} from "./endpoints.ts";
import { eventGet, eventList, eventResend } from "./events.ts";
import {
  faxLineAddUser,
  faxLineAreaCodeGet,
  faxLineCreate,
  faxLineDelete,
  faxLineGet,
  faxLineList,
  faxLineRemoveUser,
} from "./fax-lines.ts";
import { faxReceive } from "./fax-received.ts";
import { faxDelete, faxFiles, faxGet, faxList, faxSend, transmissionFinalCopy } from "./faxes.ts";
import {
  signatureRequestFiles,
  signatureRequestFilesAsDataUri,
  signatureRequestFilesAsFileUrl,
  signatureRequestFinalCopy,
} from "./files.ts";
import { keyCreate, keyList, keyMakePrimary, keyRevoke } from "./keys.ts";
import { listenerClose, listenerOpen, listenerSettle, listenerTake } from "./listeners.ts";
import { mailBounce } from "./mail.ts";
import { oauthTokenGenerate, oauthTokenRefresh } from "./oauth.ts";
import type { AnyOperation } from "./operation.ts";
import { replayCancel, replayGet, replayList, replayStart } from "./replays.ts";
import { reportCreate } from "./reports.ts";
import {
  signatureRequestEdit,
  signatureRequestEditEmbedded,
  signatureRequestReleaseHold,
  signatureRequestRemove,
  signatureRequestUpdate,
} from "./signature-request-changes.ts";
import { signatureRequestDestroy, signatureRequestExpire, signatureRequestExport } from "./signature-request-data.ts";
import {
  signatureRequestCancel,
  signatureRequestCreateEmbedded,
  signatureRequestGet,
  signatureRequestList,
  signatureRequestRemind,
  signatureRequestSend,
} from "./signature-requests.ts";
import { teamAddMember, teamInvites, teamRemoveMember } from "./team-people.ts";
import { teamCreate, teamDelete, teamGet, teamInfo, teamMembers, teamSubTeams, teamUpdate } from "./teams.ts";
import { templateCreateEmbeddedDraft } from "./template-drafts.ts";
import { templateFiles, templateFilesAsDataUri, templateFilesAsFileUrl } from "./template-files.ts";
import { templateAddUser, templateRemoveUser } from "./template-users.ts";
import {
  signatureRequestCreateEmbeddedWithTemplate,
  signatureRequestEditEmbeddedWithTemplate,
  signatureRequestEditWithTemplate,
  signatureRequestSendWithTemplate,
} from "./templated-requests.ts";
import {
  templateCreate,
  templateDelete,
  templateGet,
  templateList,
  templateUpdate,
  templateUpdateFiles,
} from "./templates.ts";
import {
  unclaimedDraftCreate,
  unclaimedDraftCreateEmbedded,
  unclaimedDraftCreateEmbeddedWithTemplate,
  unclaimedDraftEditAndResend,
} from "./unclaimed-drafts.ts";

/** An API: the path below which its operations are mounted. */
export type Api = { readonly base: string; readonly operations: readonly AnyOperation[] };

/** Every operation of v3 that this version has. */
export const operations: readonly AnyOperation[] = [
  accountCreate,
  accountGet,
  accountUpdate,
  accountVerify,
  apiAppCreate,
  apiAppGet,
  apiAppList,
  apiAppUpdate,
  apiAppDelete,
  signatureRequestSend,
  signatureRequestCreateEmbedded,
  signatureRequestGet,
  signatureRequestList,
  signatureRequestCancel,
  signatureRequestRemind,
  signatureRequestUpdate,
  signatureRequestEdit,
  signatureRequestEditEmbedded,
  signatureRequestReleaseHold,
  signatureRequestRemove,
  signatureRequestFiles,
  signatureRequestFinalCopy,
  signatureRequestFilesAsDataUri,
  signatureRequestFilesAsFileUrl,
  signatureRequestSendWithTemplate,
  signatureRequestCreateEmbeddedWithTemplate,
  signatureRequestBulkSendWithTemplate,
  signatureRequestBulkCreateEmbeddedWithTemplate,
  bulkSendJobGet,
  bulkSendJobList,
  signatureRequestEditWithTemplate,
  signatureRequestEditEmbeddedWithTemplate,
  unclaimedDraftCreate,
  unclaimedDraftCreateEmbedded,
  unclaimedDraftCreateEmbeddedWithTemplate,
  unclaimedDraftEditAndResend,
  embeddedSignUrl,
  embeddedEditUrl,
  templateCreateEmbeddedDraft,
  reportCreate,
  faxSend,
  faxGet,
  faxList,
  faxFiles,
  transmissionFinalCopy,
  faxDelete,
  faxLineCreate,
  faxLineAreaCodeGet,
  faxLineGet,
  faxLineList,
  faxLineAddUser,
  faxLineRemoveUser,
  faxLineDelete,
  templateCreate,
  templateGet,
  templateList,
  templateUpdate,
  templateUpdateFiles,
  templateDelete,
  templateAddUser,
  templateRemoveUser,
  templateFiles,
  templateFilesAsDataUri,
  templateFilesAsFileUrl,
  teamCreate,
  teamGet,
  teamUpdate,
  teamDelete,
  teamInfo,
  teamInvites,
  teamMembers,
  teamSubTeams,
  teamAddMember,
  teamRemoveMember,
  oauthTokenGenerate,
  oauthTokenRefresh,
];

/** Every operation of the JSON API: events, what became of them, and where they go. */
const jsonOperations: readonly AnyOperation[] = [
  mailBounce,
  faxReceive,
  signatureRequestExport,
  signatureRequestExpire,
  signatureRequestDestroy,
  eventList,
  eventGet,
  eventResend,
  callList,
  callGet,
  replayStart,
  replayList,
  replayGet,
  replayCancel,
  endpointList,
  endpointGet,
  endpointUpdate,
  endpointPause,
  endpointResume,
  endpointTest,
  endpointSecret,
  endpointRotateSecret,
  keyList,
  keyCreate,
  keyMakePrimary,
  keyRevoke,
  listenerOpen,
  listenerTake,
  listenerSettle,
  listenerClose,
];

/** The v3 API. */
export const v3: Api = { base: "/v3", operations };

/** The JSON API beside it: countersign's own. */
export const jsonApi: Api = { base: "/api", operations: jsonOperations };

/** How the paths of calls begin: of both APIs, and of OAuth. */
export const apiPaths: readonly string[] = [`${v3.base}/`, `${jsonApi.base}/`, "/oauth/"];

/** Fastify's method and path of an operation's `on`. */
export function routeOf({ base }: Pick<Api, "base">, on: string): { readonly method: string; readonly url: string } {
  const [method = "", path = ""] = on.split(" ");
  return { method, url: `${base}${path.replaceAll(/\{(\w+)\}/g, ":$1")}` };
}
