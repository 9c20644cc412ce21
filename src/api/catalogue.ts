import { accountGet, accountUpdate, accountVerify } from "./accounts.ts";
import { apiAppCreate, apiAppDelete, apiAppGet, apiAppList, apiAppUpdate } from "./api-apps.ts";
import { embeddedSignUrl } from "./embedded.ts";
import {
  signatureRequestFiles,
  signatureRequestFilesAsDataUri,
  signatureRequestFilesAsFileUrl,
  signatureRequestFinalCopy,
} from "./files.ts";
import type { AnyOperation } from "./operation.ts";
import {
  signatureRequestCancel,
  signatureRequestCreateEmbedded,
  signatureRequestGet,
  signatureRequestList,
  signatureRequestRemind,
  signatureRequestSend,
} from "./signature-requests.ts";

/** Every operation that this version has. */
export const operations: readonly AnyOperation[] = [
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
  signatureRequestFiles,
  signatureRequestFinalCopy,
  signatureRequestFilesAsDataUri,
  signatureRequestFilesAsFileUrl,
  embeddedSignUrl,
];
