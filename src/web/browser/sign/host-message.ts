import type { ReassignRequest } from "../../../wire/session.ts";

/** What the page tells its host. `hellosign:userFinishRequest` and `…CancelRequest` make it remove the iframe. */
export type HostMessage =
  | { readonly type: "hellosign:initialize"; readonly payload: { readonly signatureId?: string } }
  | { readonly type: "hellosign:verifyDomainRequest"; readonly payload: { readonly token: string } }
  | { readonly type: "hellosign:userSignRequest"; readonly payload: { readonly signatureId: string } }
  | {
      readonly type: "hellosign:userDeclineRequest";
      readonly payload: { readonly signatureId: string; readonly reason: string };
    }
  | {
      readonly type: "hellosign:userReassignRequest";
      readonly payload: { readonly signatureId: string } & ReassignRequest;
    }
  | { readonly type: "hellosign:userSendRequest"; readonly payload: SentPayload }
  | { readonly type: "hellosign:userCreateTemplate"; readonly payload: TemplatePayload }
  | { readonly type: "hellosign:userFinishRequest" }
  | { readonly type: "hellosign:userCancelRequest" }
  | {
      readonly type: "hellosign:error";
      readonly payload: { readonly signatureId: string; readonly code: string; readonly message: string };
    };

/** Names as the client's documentation has them, of v3 and of its own, side by side. */
type RequestInfo = {
  readonly title: string;
  readonly message: string;
  readonly signatures: readonly {
    readonly signer_name: string;
    readonly signer_email_address: string;
    readonly order: number | null;
  }[];
  readonly ccEmailAddresses: readonly string[];
};

/** What the host is told of a request that is made. */
export type SentPayload = {
  readonly signatureRequestId: string;
  readonly signatureId: string;
  readonly signatureRequestInfo: RequestInfo;
};

type TemplateInfo = {
  readonly title: string;
  readonly message: string;
  readonly signerRoles: readonly { readonly name: string; readonly order: number | null }[];
  readonly ccRoles: readonly string[];
};

/** What the host is told of a template that is kept: in `templateInfo` as its types say, and beside it as its source does. */
export type TemplatePayload = TemplateInfo & {
  readonly templateId: string;
  readonly templateInfo: TemplateInfo;
  readonly signatureRequestInfo: RequestInfo;
};
