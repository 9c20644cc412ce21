import { defaultWhiteLabeling, type Element } from "../../accounts/white-labeling.ts";
import type { ApiAppRow } from "../../storage/account-tables.ts";

/** A value for each of the fourteen. */
export type Colours = Readonly<Record<Element, string>>;

/** The names of the fourteen. */
export const elements = Object.keys(defaultWhiteLabeling) as readonly Element[];

/** The colours of an app: its own, and for what it never said the standard ones. `unsaid` counts these, where it said some. */
export function wornColours(app: Pick<ApiAppRow, "white_labeling_json">): {
  readonly colours: Colours;
  readonly isSaved: boolean;
  readonly unsaid: number;
} {
  const own = JSON.parse(app.white_labeling_json ?? "null") as Partial<Colours> | null;
  const unsaid = own === null ? 0 : elements.filter((element) => own[element] === undefined).length;
  return { colours: { ...defaultWhiteLabeling, ...own }, isSaved: own !== null, unsaid };
}
