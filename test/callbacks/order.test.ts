import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../src/base/limits.ts";
import { grounds } from "../support/house.ts";
import { type Answering, acknowledge, type Heard, isEvent } from "../support/receiver.ts";
import { ask, type Desk, deliveriesOf, failing, heardOf, openDesk, take } from "./desk.ts";

const life = ["sent", "viewed", "signed", "all_signed", "downloadable"].map((word) => `signature_request_${word}`);

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let desk: Desk;

    before(async () => {
      // One retry, and that in an hour: what fails here stays behind while the tests look at the rest.
      desk = await openDesk(ground, {
        COUNTERSIGN_CALLBACK_SCHEDULE: "3600",
        COUNTERSIGN_CALLBACKS_IN_FLIGHT: "7",
        COUNTERSIGN_DOWNLOADABLE: "each",
      });
    });

    afterEach(() => {
      desk.receiver.answer = acknowledge;
    });

    after(() => desk.close());

    test("per URL and request the callbacks arrive in sequence and one at a time", async () => {
      const { house, receiver } = desk;
      const open = new Set<string>();
      const most = new Map<string, number>();
      receiver.answer = async (heard) => {
        const line = `${heard.path} ${heard.payload.signature_request?.signature_request_id}`;
        const mark = `${line} ${String(heard.headers["countersign-delivery-id"])}`;
        open.add(mark);
        const beside = [...open].filter((one) => one.startsWith(line)).length;
        most.set(line, Math.max(most.get(line) ?? 0, beside));
        await sleep(40);
        open.delete(mark);
        return acknowledge();
      };
      const ids = await Promise.all([signAlone(desk), signAlone(desk), signAlone(desk)]);
      await house.quiet();

      for (const id of ids) {
        for (const path of ["/account", "/app"]) {
          const heard = heardOf(receiver, { id, path });
          assert.deepEqual(heard.map(typeOf), life);
          assert.deepEqual(heard.map(sequenceOf), [1, 2, 3, 4, 5]);
          assert.equal(most.get(`${path} ${id}`), 1);
        }
      }
    });

    test("where each signature is told to be downloadable, that comes after it in its commit, and once with the last", async () => {
      const { house, receiver } = desk;
      const { signature_request_id: id, signatures } = await ask(desk, {
        emails: ["ann@example.com", "bob@example.com"],
      });
      await receiver.waitFor(isEvent("signature_request_sent", id));
      for (const { signature_id: signatureId } of signatures) await (await take(desk, signatureId)).finish();
      await house.quiet();

      const [sent, viewed, signed, allSigned, downloadable] = life;
      const told = [sent, viewed, signed, downloadable, viewed, signed, allSigned, downloadable];
      for (const path of ["/account", "/app"]) assert.deepEqual(receiver.types(id, path), told);
      const [first, last] = heardOf(receiver, { id, path: "/account" }).filter(
        (heard) => typeOf(heard) === downloadable,
      );
      const stateOf = (heard?: Heard) => heard?.payload.signature_request?.is_complete;
      assert.deepEqual([stateOf(first), stateOf(last)], [false, true]);
    });

    test("a head that fails does not hold up what comes after it", async () => {
      const { house, receiver } = desk;
      receiver.answer = ({ path, payload }) =>
        path === "/app" && payload.event.event_type === "signature_request_sent"
          ? { status: 500, body: "" }
          : acknowledge();
      const id = await signAlone(desk);
      await house.quiet();

      assert.deepEqual(heardOf(receiver, { id, path: "/app" }).map(typeOf), life);
      const states = (await deliveriesOf(house, id)).filter(({ app }) => app !== null).map(({ state }) => state);
      assert.deepEqual(states, ["pending", "delivered", "delivered", "delivered", "delivered"]);
    });

    test("a URL that hangs holds up neither the other URL nor more connections than the setting gives it", async () => {
      const { house, receiver } = desk;
      const hanging = startHanging("/account");
      receiver.answer = hanging.answer;
      const count = limits.callbacksInFlight + 6;
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) ids.push((await ask(desk, { emails: [failing] })).signature_request_id);
      const appHears = ids.map((id) =>
        receiver.waitFor((heard) => heard.path === "/app" && isEvent("file_error", id)(heard)),
      );
      await Promise.all(appHears);

      assert.equal(hanging.most(), 7);
      hanging.release();
      await house.quiet();
      assert.deepEqual(
        ids.map((id) => receiver.types(id, "/account")),
        ids.map(() => ["file_error"]),
      );
    });

    test("one request that hangs does not hold up another at the same URL", async () => {
      const { house, receiver } = desk;
      const gate = Promise.withResolvers<void>();
      receiver.answer = async ({ payload }) => {
        if (payload.signature_request?.title === "slow") await gate.promise;
        return acknowledge();
      };
      const slow = await ask(desk, { title: "slow", withApp: false });
      const swift = await ask(desk, { title: "swift", withApp: false });
      await receiver.waitFor(isEvent("signature_request_sent", swift.signature_request_id));
      assert.deepEqual(receiver.types(slow.signature_request_id), []);
      gate.resolve();
      await house.quiet();
      assert.deepEqual(receiver.types(slow.signature_request_id), ["signature_request_sent"]);
    });
  });
}

/** A request with one signer, signed at once. */
async function signAlone(desk: Desk): Promise<string> {
  const { signature_request_id: id, signatures } = await ask(desk);
  await desk.receiver.waitFor(isEvent("signature_request_sent", id));
  const pen = await take(desk, signatures[0]?.signature_id ?? "");
  await pen.finish();
  return id;
}

/** Answers that do not come for one path until they are released; `most` is how many waited at once. */
function startHanging(path: string) {
  const gate = Promise.withResolvers<void>();
  let now = 0;
  let most = 0;
  const answer: Answering = async (heard) => {
    if (heard.path !== path) return acknowledge();
    now += 1;
    most = Math.max(most, now);
    await gate.promise;
    now -= 1;
    return acknowledge();
  };
  return { answer, most: () => most, release: () => gate.resolve() };
}

function typeOf({ payload }: Heard): string {
  return payload.event.event_type;
}

function sequenceOf({ headers }: Heard): number {
  return Number(headers["countersign-sequence"]);
}
