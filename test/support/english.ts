import { IntlMessageFormat } from "intl-messageformat";
import { en } from "../../src/language/page/en.ts";
import type { Saying } from "../../src/language/saying.ts";

/** What an English page would say; null when there is nothing to say. */
export function english(says: Saying | null | undefined): string | null {
  return says ? String(new IntlMessageFormat(en[says.key], "en").format(says.values ?? {})) : null;
}
