/**
 * The page's half of the iframe protocol of hellosign-embedded 2: objects `{ type, payload }`, posted to the host
 * page's own origin and accepted only from there.
 */

import { limits } from "../../../base/limits.ts";
import type { ReassignRequest } from "../../../wire/session.ts";

/** What the page tells its host. `hellosign:userFinishRequest` and `…CancelRequest` make it remove the iframe. */
export type HostMessage =
  | { readonly type: "hellosign:initialize"; readonly payload: { readonly signatureId: string } }
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
  | { readonly type: "hellosign:userFinishRequest" }
  | { readonly type: "hellosign:userCancelRequest" }
  | {
      readonly type: "hellosign:error";
      readonly payload: { readonly signatureId: string; readonly code: string; readonly message: string };
    };

/** The page that holds the iframe, as far as it is proven. */
export type Host = {
  readonly post: (message: HostMessage) => void;
  /** True once the host has answered from the origin it claims; false after 10 s without an answer. */
  readonly proveOrigin: () => Promise<boolean>;
};

/** What the page hears of its host. */
export type HostOptions = {
  readonly origin: string;
  readonly debug: boolean;
  /** The host's configuration, once after each initialize. */
  readonly onConfigure: (configuration: { readonly allowCancel: boolean }) => void;
  /** The host's X: must be answered by a cancel or a finish, or the X is dead. */
  readonly onCancelAsked: () => void;
};

/** Starts listening to the host page at `origin`. */
export function connectHost({ origin, debug, onConfigure, onCancelAsked }: HostOptions): Host {
  const tokens = new Set<string>();
  let settle: ((proven: boolean) => void) | null = null;

  const post = (message: HostMessage) => {
    if (debug) console.debug("to host", message);
    window.parent.postMessage(message, origin);
  };

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== origin) return;
    const { type, payload } = readMessage(event.data);
    if (debug) console.debug("from host", type, payload);
    if (type === "hellosign:configure") onConfigure({ allowCancel: payload.allowCancel === true });
    if (type === "hellosign:userCancelRequest") onCancelAsked();
    if (type === "hellosign:verifyDomainResponse" && tokens.has(String(payload.token))) settle?.(true);
  });

  return {
    post,
    proveOrigin: () =>
      askUntilProven({
        ask: (token) => {
          tokens.add(token);
          post({ type: "hellosign:verifyDomainRequest", payload: { token } });
        },
        onProof: (prove) => {
          settle = prove;
        },
      }),
  };
}

type Proving = {
  /** Asks the host, with a token that nobody can guess. */
  readonly ask: (token: string) => void;
  /** Given what to call with the outcome. */
  readonly onProof: (prove: (proven: boolean) => void) => void;
};

/** Asks again and again until the host has answered; false after 10 s. */
export function askUntilProven({ ask, onProof }: Proving): Promise<boolean> {
  const askOnce = () => ask(crypto.getRandomValues(new Uint32Array(4)).join("-"));
  askOnce();
  const again = setInterval(askOnce, limits.domainCheckEveryMs);
  const proof = new Promise<boolean>((resolve) => {
    onProof(resolve);
    setTimeout(() => resolve(false), limits.domainCheckMs);
  });
  return proof.finally(() => clearInterval(again));
}

/** Whether the origin's host is one of the domains or beneath one. */
export function isOnDomains(origin: string, domains: readonly string[]): boolean {
  const host = new URL(origin).hostname;
  return domains.map((domain) => domain.toLowerCase()).some((domain) => host === domain || host.endsWith(`.${domain}`));
}

function readMessage(data: unknown): { type: unknown; payload: Readonly<Record<string, unknown>> } {
  const message: Readonly<Record<string, unknown>> = isRecord(data) ? data : {};
  const payload = message.payload;
  return { type: message.type, payload: isRecord(payload) ? payload : {} };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
