import { credentialsOf } from "../accounts/endpoints.ts";
import { findPrimaryKey } from "../accounts/keys.ts";
import { webhookSecretsOf } from "../accounts/webhook-secret.ts";
import type { Clock } from "../base/clock.ts";
import { limits } from "../base/limits.ts";
import type { Secret } from "../base/secrets.ts";
import { takesCallbacks } from "../outbox/deliveries.ts";
import type { Store } from "../storage/store.ts";

/** Where the callbacks of an endpoint go and what they are signed with. */
export type Addressee = {
  readonly url: string;
  readonly clientId: string | null;
  readonly credentials: string | null;
  readonly apiKey: string;
  readonly webhookSecrets: readonly string[];
};

/** Endpoints as they stood a moment ago: asked for once in `limits.addresseeMs`, however many callbacks go there. */
export type Addressees = {
  /** The addressee, or null while the endpoint takes nothing. */
  readonly find: (endpointId: string) => Promise<Addressee | null>;
  /** Forgets what was known: something may have been changed. */
  readonly forget: () => void;
};

type Books = { readonly store: Store; readonly secret: Secret; readonly clock: Clock; readonly steadyClock: Clock };
type Known = { readonly at: number; readonly addressee: Promise<Addressee | null> };

/** Opens the book of addressees. */
export function openAddressees(books: Books): Addressees {
  const known = new Map<string, Known>();
  return {
    find(endpointId) {
      const at = books.steadyClock();
      const entry = known.get(endpointId);
      if (entry && at - entry.at < limits.addresseeMs) return entry.addressee;
      if (known.size >= limits.knownEndpoints) known.clear();
      const addressee = readAddressee(books, endpointId);
      addressee.catch(() => known.delete(endpointId));
      known.set(endpointId, { at, addressee });
      return addressee;
    },
    forget: () => known.clear(),
  };
}

async function readAddressee({ store, secret, clock }: Books, endpointId: string): Promise<Addressee | null> {
  const endpoint = await store.read
    .selectFrom("endpoints")
    .selectAll()
    .where("endpoint_id", "=", endpointId)
    .executeTakeFirstOrThrow();
  if (endpoint.url === null || !takesCallbacks(endpoint)) return null;
  return {
    url: endpoint.url,
    clientId: endpoint.client_id,
    credentials: credentialsOf(endpoint, secret),
    apiKey: await findPrimaryKey(store.read, { accountId: endpoint.account_id, secret }),
    webhookSecrets: webhookSecretsOf(endpoint, { secret, at: clock() }),
  };
}
