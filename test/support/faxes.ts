import assert from "node:assert/strict";
import { type Static, Type } from "typebox";
import { FaxShape } from "../../src/wire/fax.ts";
import { FaxLineShape } from "../../src/wire/fax-line.ts";
import { Warning } from "../../src/wire/shapes.ts";
import { type Answered, ask, readAs } from "./ask.ts";
import type { HeardHouse } from "./heard-house.ts";
import type { House } from "./house.ts";
import { formOf, onePage } from "./requests.ts";

/** A fax as v3 shows it. */
export type ShownFax = Static<typeof FaxShape>;

/** What answers with one fax look like. */
export const OneFax = Type.Object({ fax: FaxShape, warnings: Type.Optional(Type.Array(Warning)) });
/** What answers with one line look like. */
export const OneLine = Type.Object({ fax_line: FaxLineShape });

/** A recipient whom every fax reaches. */
export const goodNumber = "+12095550100";

/** Parameters of v3, and files instead of one page; `key`: another account's. */
export type NewFax = Readonly<Record<string, unknown>> & {
  readonly files?: readonly Uint8Array[];
  readonly key?: string;
};

/** Asks to send a fax of one page in test mode, unless the parameters say otherwise. */
export function faxTo(
  house: Pick<House, "url" | "apiKey">,
  { files = [onePage], key, ...parameters }: NewFax,
): Promise<Answered> {
  const given = { test_mode: true, title: "Fax", recipient: goodNumber, ...parameters };
  const body = files.length === 0 ? { json: given } : { form: formOf(files, given) };
  return ask(house, "POST /fax/send", { ...body, ...(key === undefined ? {} : { key }) });
}

/** Sends a fax, waits until nothing is owed any more, and answers it as it is shown then. */
export async function faxAndWait(house: House, parameters: NewFax = {}): Promise<ShownFax> {
  const { fax } = readAs(OneFax, await faxTo(house, parameters));
  await house.quiet();
  return shownFax(house, fax.fax_id);
}

/** A fax as an account sees it. */
export async function shownFax(house: Pick<House, "url" | "apiKey">, id: string): Promise<ShownFax> {
  return readAs(OneFax, await ask(house, `GET /fax/${id}`)).fax;
}

/** The one status of a fax with one recipient. */
export function statusOf({ transmissions }: ShownFax): string {
  assert.equal(transmissions.length, 1);
  return transmissions[0]?.status_code ?? "";
}

/** Buys a line in California and answers its number. */
export async function buyLine(house: Pick<House, "url" | "apiKey">, json: object = {}): Promise<string> {
  const answer = await ask(house, "POST /fax_line/create", { json: { area_code: 209, country: "US", ...json } });
  return readAs(OneLine, answer).fax_line.number;
}

/** Every event about a fax, in order, once nothing more is owed: what was written down, which must be what its account heard. */
export async function faxEventsOf({ store, receiver, quiet }: HeardHouse, faxId: string): Promise<readonly string[]> {
  await quiet();
  const written = await store.read
    .selectFrom("events")
    .select(["type", "seq", "account_id"])
    .where("fax_id", "=", faxId)
    .orderBy("seq")
    .execute();
  assert.deepEqual(
    written.map(({ seq }) => seq),
    written.map((_, index) => index + 1),
  );
  const heard = receiver.heard.filter(({ payload }) => payload.transmission?.fax_id === faxId);
  const [mine] = heard;
  const own = written.filter(({ account_id: id }) => mine === undefined || id === mine.payload.account_guid);
  assert.deepEqual(
    heard.map(({ path, payload }) => [path, payload.event.event_type]),
    own.map(({ type }) => ["/account", type]),
  );
  return written.map(({ type }) => type);
}
