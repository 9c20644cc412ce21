import { Fault } from "../base/faults.ts";

/** A person to be identified. `id`: the name of the identification; `returnUrl`: where their browser is led afterwards. */
export type EidAsk = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly returnUrl: string;
  /** The secret in the address to which the browser returns. */
  readonly token: string;
};

/** How an identification stands. `person` is who it was, by the electronic identity; `reference` how the provider calls it; `words` why it failed. */
export type EidStanding =
  | { readonly state: "pending" }
  | { readonly state: "identified"; readonly person: string; readonly reference: string }
  | { readonly state: "failed"; readonly words: string };

/** Whoever identifies people by their electronic identity. Every call throws, in words, when it does not come to an answer. */
export type EidProvider = {
  /** `development`: it stands on a page of this server and proves nothing. */
  readonly kind: "remote" | "development";
  readonly name: string;
  /** Begins an identification; answers where the person's browser goes for it. */
  readonly begin: (ask: EidAsk) => Promise<string>;
  readonly look: (id: string) => Promise<EidStanding>;
};

/** The provider. Throws `forbidden` when none is set. */
export function needEidProvider(provider: EidProvider | null): EidProvider {
  if (provider !== null) return provider;
  throw new Fault(
    "forbidden",
    "This server has no provider of electronic identification (is_eid): its operator sets one with COUNTERSIGN_EID_URL.",
  );
}
