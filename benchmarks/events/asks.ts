import { writeCursor } from "../../src/api/cursor.ts";
import { firstUuid } from "../../src/base/ids.ts";
import { deliveryStates } from "../../src/callbacks/log-deliveries.ts";
import type { Extent } from "./fill.ts";
import type { FullHouse } from "./house.ts";
import { searched } from "./lives.ts";

/** One combination of filters: what it is in words, and its query. */
export type Ask = { readonly words: string; readonly query: string };

const day = 86_400_000;

type Choice = readonly [words: string, parameters: Readonly<Record<string, string>>];

/** Every combination of the filters, each for its first page and for one near the end. */
export function everyAsk({ tenant, requestId }: FullHouse, { until }: Extent): readonly Ask[] {
  const [big, , small] = tenant.apps;
  const began = until - 90 * day;
  const since = until - 45 * day;
  const span = { since: String(Math.floor(since / 1000)), until: String(Math.floor((since + day) / 1000)) };
  const dimensions: readonly (readonly Choice[])[] = [
    [none, ["viewed", { type: "signature_request_viewed" }], ["declined", { type: "signature_request_declined" }]],
    [none, ["a request", { signature_request_id: requestId }]],
    [none, ["a large app", { client_id: big?.clientId ?? "" }], ["a small app", { client_id: small?.clientId ?? "" }]],
    [none, ...deliveryStates.map((state): Choice => [state, { state }])],
    [none, ["one day", span]],
    [none, ...Object.entries(searched).map(([how, text]): Choice => [`${how} text`, { text }])],
  ];
  const combined = dimensions.reduce<readonly (readonly Choice[])[]>(
    (so, choices) => so.flatMap((one) => choices.map((choice) => [...one, choice])),
    [[]],
  );
  return combined.flatMap((choices) => {
    const parameters = Object.assign({}, ...choices.map(([, given]) => given)) as Record<string, string>;
    const words = choices.map(([said]) => said).filter((said) => said !== "");
    // So old that hardly a page is left behind it.
    const old = (parameters.since === undefined ? began : since) + day / 8;
    const cursor = writeCursor(firstUuid(Math.floor(old))) ?? "";
    return [
      { words: [...words, "first page"].join(", "), query: new URLSearchParams(parameters).toString() },
      { words: [...words, "last page"].join(", "), query: new URLSearchParams({ ...parameters, cursor }).toString() },
    ];
  });
}

const none: Choice = ["", {}];
