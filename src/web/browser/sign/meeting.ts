/** How a page in an iframe meets the page that holds it: each proves who it is before anything is shown. */
import type { RefusalView } from "../../../wire/session.ts";
import { connectHost, type Host, type HostOptions, isOnDomains } from "./host.ts";
import type { HostMessage } from "./host-message.ts";
import { connectOldHost } from "./host-v1.ts";
import { type FrameFacts, type Opening, obstacleTo } from "./opening.ts";

/** What a visit of either page has of its host. */
export type Guest<O extends Opening<FrameFacts>> = {
  readonly opening: O;
  /** Whom messages go to. */
  host: Host | null;
  /** Whether the host has heard that the page is there. */
  isInitialized: boolean;
  /** Settles when the server has answered the end that is under way. */
  decision: Promise<unknown>;
};

type Refusal = Pick<RefusalView, "code" | "says">;

type Manners = Pick<HostOptions, "onConfigure"> & {
  /** What the host is told of us. */
  readonly greeting: Extract<HostMessage, { type: "hellosign:initialize" }>["payload"];
  readonly onRefused: (refusal: Refusal) => void;
  /** The host's X, once no decision is under way. */
  readonly onCancelAsked: () => unknown;
};

/** Lets the host prove its origin where that is asked for, and tells it once that the page is there. True when the page may show itself in this host; else `onRefused` has been told why not. */
export async function enterHost<O extends Opening<FrameFacts>>(
  visit: Guest<O>,
  { greeting, onConfigure, onRefused, onCancelAsked }: Manners,
): Promise<boolean> {
  const answerCancel = async () => {
    await visit.decision;
    await onCancelAsked();
  };
  const { host, isInitialized, refusal } = await meetHost(visit.opening, {
    greeting,
    onConfigure,
    onCancelAsked: () => void answerCancel(),
  });
  visit.host = host;
  visit.isInitialized = isInitialized;
  if (refusal) onRefused(refusal);
  return refusal === null;
}

type Meeting = { readonly host: Host | null; readonly isInitialized: boolean; readonly refusal: Refusal | null };

async function meetHost(
  opening: Opening<FrameFacts>,
  {
    greeting,
    onConfigure,
    onCancelAsked,
  }: Pick<Manners, "greeting" | "onConfigure"> & Pick<HostOptions, "onCancelAsked">,
): Promise<Meeting> {
  const { parentOrigin } = opening;
  const obstacle = obstacleTo(opening);
  if (parentOrigin === null || obstacle !== null) {
    const refusal = { code: "not_embedded", says: obstacle ?? { key: "refused.noParent" } } as const;
    return { host: null, isInitialized: false, refusal };
  }

  const connect = opening.speaksOldDialect ? connectOldHost : connectHost;
  const host = connect({ origin: parentOrigin, debug: opening.debug, onConfigure, onCancelAsked });
  if (!opening.skipsDomainCheck && !(await host.proveOrigin())) {
    const refusal = { code: "domain_not_allowed", says: { key: "refused.hostSilent" } } as const;
    return { host, isInitialized: false, refusal };
  }

  // Even before a refusal: without it the host's library takes the page away, words and all.
  host.post({ type: "hellosign:initialize", payload: greeting });
  // A link that is none has no domains: then the claim says what is wrong with it.
  const isOurs = opening.domains.length === 0 || isOnDomains(parentOrigin, opening.domains);
  if (opening.skipsDomainCheck || isOurs) return { host, isInitialized: true, refusal: null };

  const says = { key: "refused.foreignHost", values: { host: new URL(parentOrigin).host } } as const;
  return { host, isInitialized: true, refusal: { code: "domain_not_allowed", says } };
}
