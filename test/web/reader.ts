import assert from "node:assert/strict";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { isEvent } from "../support/receiver.ts";
import { type NewRequest, type Shown, sendAndWait } from "../support/requests.ts";
import { until } from "../support/stage.ts";
import { knownPassword, signIn, type Visitor } from "./visitor.ts";

/** Somebody who is signed in to a house that calls back, and reads what its pages say. */
export type Reader = {
  readonly house: HeardHouse;
  readonly visitor: Visitor;
  /** The text of a page that must be there. */
  readonly read: (path: string) => Promise<string>;
  /** Makes a request and waits until the event was heard and each of its deliveries tried. */
  readonly told: (parameters: NewRequest, type: string) => Promise<Shown>;
  /** The id of a request's event of this type. */
  readonly eventOf: (requestId: string, type: string) => Promise<string>;
};

/** Opens a house on SQLite and signs its reader in. */
export async function openReader(): Promise<Reader> {
  const [ground] = grounds();
  assert.ok(ground);
  const house = await openHeardHouse(ground, knownPassword);
  const visitor = await signIn(house);
  return {
    house,
    visitor,
    read: async (path) => {
      const { status, text } = await visitor.get(path);
      assert.equal(status, 200, path);
      return text;
    },
    told: async (parameters, type) => {
      const request = await sendAndWait(house, parameters);
      await house.receiver.waitFor(isEvent(type, request.signature_request_id));
      await until("each delivery was tried", () => areTried(house, request.signature_request_id));
      return request;
    },
    eventOf: async (requestId, type) => {
      const { event_id } = await house.store.read
        .selectFrom("events")
        .select("event_id")
        .where("request_id", "=", requestId)
        .where("type", "=", type)
        .executeTakeFirstOrThrow();
      return event_id;
    },
  };
}

async function areTried({ store }: HeardHouse, requestId: string): Promise<boolean> {
  const rows = await store.read
    .selectFrom("deliveries")
    .select("delivery_id")
    .where("request_id", "=", requestId)
    .where((eb) => eb.or([eb("tries", "=", 0), eb("leased", "=", 1)]))
    .execute();
  return rows.length === 0;
}
