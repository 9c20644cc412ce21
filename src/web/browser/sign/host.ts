/**
 * The page's half of the iframe protocol of hellosign-embedded 2: objects `{ type, payload }`, posted to the host
 * page's own origin and accepted only from there.
 */

import { limits } from "../../../base/limits.ts";
import type { HostMessage } from "./host-message.ts";

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
  const post = (message: HostMessage) => {
    if (debug) console.debug("to host", message);
    window.parent.postMessage(message, origin);
  };
  const proof = prepareProof((token) => post({ type: "hellosign:verifyDomainRequest", payload: { token } }));

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== origin) return;
    const { type, payload } = readMessage(event.data);
    if (debug) console.debug("from host", type, payload);
    if (type === "hellosign:configure") onConfigure({ allowCancel: payload.allowCancel === true });
    if (type === "hellosign:userCancelRequest") onCancelAsked();
    if (type === "hellosign:verifyDomainResponse") proof.hear(String(payload.token));
  });

  return { post, proveOrigin: proof.prove };
}

/** A question that only the page at the host's origin can answer, asked again until it is. */
export type HostProof = {
  /** True once an answer with one of the tokens has been heard; false after 10 s without one. */
  readonly prove: () => Promise<boolean>;
  /** Takes the token of an answer from the host's origin. */
  readonly hear: (token: string) => void;
};

/** Prepares the question; `ask` puts it, each time with another token that nobody can guess. */
export function prepareProof(ask: (token: string) => void): HostProof {
  const tokens = new Set<string>();
  let settle: ((proven: boolean) => void) | null = null;

  const askOnce = () => {
    const token = crypto.getRandomValues(new Uint32Array(4)).join("-");
    tokens.add(token);
    ask(token);
  };
  return {
    hear: (token) => {
      if (tokens.has(token)) settle?.(true);
    },
    prove: () => {
      askOnce();
      const again = setInterval(askOnce, limits.domainCheckEveryMs);
      const proof = new Promise<boolean>((resolve) => {
        settle = resolve;
        setTimeout(() => resolve(false), limits.domainCheckMs);
      });
      return proof.finally(() => clearInterval(again));
    },
  };
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
