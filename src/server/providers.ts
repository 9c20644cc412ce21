import type { EidProvider } from "../providers/eid.ts";
import type { FaxProviders } from "../providers/fax.ts";
import type { Store } from "../storage/store.ts";
import type { Config } from "./config.ts";
import { openEid } from "./eid.ts";
import { openFax } from "./fax.ts";

/** Who carries faxes, and who identifies signers. */
export type Providers = { readonly fax: FaxProviders; readonly eid: EidProvider | null };

/** Opens the providers that the settings name; without a setting, where only this machine reaches the server (`isPrivate`), those for development. */
export function openProviders(
  { faxUrl, eidUrl, publicUrl }: Pick<Config, "faxUrl" | "eidUrl" | "publicUrl">,
  { isPrivate, store }: { readonly isPrivate: boolean; readonly store: Store },
): Providers {
  const unset = isPrivate ? "development" : null;
  return { fax: openFax(faxUrl ?? unset), eid: openEid({ url: eidUrl ?? unset, publicUrl, store }) };
}
