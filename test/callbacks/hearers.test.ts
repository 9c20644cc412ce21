import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findPrimaryKey } from "../../src/accounts/keys.ts";
import { transferAll } from "../../src/accounts/transfer.ts";
import { systemClock } from "../../src/base/clock.ts";
import { macOf } from "../../src/base/secrets.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { type JsonApi, openJsonApi, type Page } from "../api/json-api.ts";
import { destroy } from "../requests/secret-lease.ts";
import { ask, basic } from "../support/ask.ts";
import { crewOf, joinedPassword } from "../support/crew.ts";
import { embeddedDraft, finishDraft, signatureField } from "../support/editor.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { mailedLinkOf, open, openPage, sign } from "../support/page.ts";
import { firstOf, makeSomebody, type Somebody } from "../support/people.ts";
import { type Heard, isEvent } from "../support/receiver.ts";
import { ann, bob, requestOf, sendAndWait, signatureOf, untilState } from "../support/requests.ts";
import { knownPassword, visitorOf } from "../web/visitor.ts";

const [sent, viewed, signed] = ["signature_request_sent", "signature_request_viewed", "signature_request_signed"];
const ending = ["signature_request_all_signed", "signature_request_downloadable"];
const canceled = "signature_request_canceled";
const cleo = { name: "Cleo Fox", email_address: "cleo@example.com" };

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let api: JsonApi;
    let annHerself: Somebody;
    let cleoHerself: Somebody;

    // Ann and Cleo have shown that their addresses are theirs, and Cleo has no URL; Bob has a URL and has shown nothing.
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      api = await openJsonApi(house);
      const { join } = crewOf(house);
      annHerself = await makeSomebody(house, "Ann@Example.com");
      await join(annHerself);
      cleoHerself = await makeSomebody(house, cleo.email_address);
      await join(cleoHerself);
      const bobHimself = await makeSomebody(house, bob.email_address);
      const callAt = async ({ apiKey: key }: Somebody, path: string) =>
        (await ask(house, "PUT /account", { key, json: { callback_url: house.receiver.url + path } })).status;
      assert.deepEqual([await callAt(annHerself, "/ann"), await callAt(bobHimself, "/bob")], [200, 200]);
      await house.quiet();
      house.receiver.heard.length = 0;
    });

    after(() => house.close());

    const heardBy = (path: string, id: string) => house.receiver.types(id, path);
    const toldTo = async (id: string) => {
      const rows = await house.store.read
        .selectFrom("events")
        .innerJoin("accounts", "accounts.account_id", "events.account_id")
        .select("accounts.email")
        .distinct()
        .where("request_id", "=", id)
        .where("as_signer", "=", 1)
        .execute();
      return rows.map(({ email }) => email);
    };
    const update = (id: string, json: object) => ask(house, `POST /signature_request/update/${id}`, { json });

    test("a signer's own account hears the whole life of the request at its URL, each event once and with its own name and hash; the request's account and app hear as ever", async () => {
      const shown = await sendAndWait(house, { signers: [ann, bob, cleo, { ...ann, name: "Ann Again" }] });
      const { signature_request_id: id } = shown;
      for (const index of [0, 1, 2, 3]) await sign(house, signatureOf(shown, index).signature_id);
      await untilState(house, { id, not: ["awaiting", "sealing"] });
      const life = [sent, viewed, signed, viewed, signed, viewed, signed, viewed, signed, ...ending];
      assert.deepEqual(await eventsOf(house, id), life);
      assert.deepEqual(heardBy("/ann", id), life);
      assert.deepEqual(heardBy("/bob", id), []);
      assert.deepEqual(await toldTo(id), [annHerself.email]);

      const secret = readSecret({ given: null, dataFolder: house.dataFolder });
      const apiKey = await findPrimaryKey(house.store.read, { accountId: annHerself.accountId, secret });
      for (const heard of house.receiver.heard.filter(({ path }) => path === "/ann")) {
        const { event, account_guid: guid, client_id: client } = heard.payload;
        const { reported_for_account_id: forAccount, reported_for_app_id: forApp } = event.event_metadata;
        assert.deepEqual([guid, forAccount, client, forApp], [annHerself.accountId, annHerself.accountId, null, null]);
        assert.equal(event.event_hash, macOf(apiKey, event.event_time + event.event_type));
        const twin = house.receiver.heard.find(
          (other) => other.path === "/account" && sequenceOf(other) === sequenceOf(heard),
        );
        const { is_complete: isComplete, ...shownToSender } = twin?.payload.signature_request ?? assert.fail();
        const kept = isComplete ? {} : { response_data: [] };
        assert.deepEqual(heard.payload.signature_request, { ...shownToSender, is_complete: isComplete, ...kept });
        assert.notEqual(twin?.headers["countersign-event-id"], heard.headers["countersign-event-id"]);
      }
    });

    test("who is no signer any more hears nothing from then on, and who takes the place does; why somebody handed over is not told to others, and nobody is written to twice", async () => {
      const shown = await sendAndWait(house, { mailed: true, allow_reassign: true, signers: [cleo, ann] });
      const { signature_request_id: id } = shown;
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      await open(page);
      await page.reassign({ name: "Dan Roe", email: "dan@example.com", reason: "On holiday" });
      await eventsOf(house, id);
      assert.deepEqual(heardBy("/ann", id), [sent, viewed]);

      const back = { signature_id: signatureOf(shown).signature_id, email_address: ann.email_address, name: "Ann Lee" };
      assert.equal((await update(id, back)).status, 200);
      assert.equal((await ask(house, `POST /signature_request/cancel/${id}`)).status, 200);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, "signature_request_reassigned", canceled]);
      assert.deepEqual(heardBy("/ann", id), [sent, viewed, canceled]);
      const reasonsAt = (path: string) =>
        house.receiver.heard
          .find((heard) => heard.path === path && isEvent(canceled, id)(heard))
          ?.payload.signature_request?.signatures.map((one) => one.reassignment_reason);
      assert.deepEqual(reasonsAt("/account"), [null, "On holiday"]);
      assert.deepEqual(reasonsAt("/ann"), [null, null]);
      const letters = await house.store.read
        .selectFrom("letters")
        .select(["to_email", "kind"])
        .where("request_id", "=", id)
        .execute();
      const [asked, handed, gone] = [sent, "signature_request_reassigned", "signature_request_signer_removed"];
      assert.deepEqual(letters.map(({ to_email: to, kind }) => [to, kind]).toSorted(), [
        ["admin@localhost", handed],
        [ann.email_address, canceled],
        [ann.email_address, asked],
        [ann.email_address, asked],
        [cleo.email_address, asked],
        [cleo.email_address, gone],
        ["dan@example.com", canceled],
        ["dan@example.com", handed],
      ]);
    });

    test("signers hear nothing of what was never sent, nor of its sender's troubles, and of its end only if they heard of it", async () => {
      const draft = await embeddedDraft(house, { hold_request: true });
      const held = await finishDraft(house, { link: draft.claim_url, change: () => ({ fields: [signatureField(0)] }) });
      await eventsOf(house, held);
      assert.equal((await ask(house, `POST /signature_request/cancel/${held}`)).status, 200);
      await destroy(house, held);
      const failed = await sendAndWait(house, {
        signers: [ann, { name: "Err", email_address: "x+overlayerror@hellosign.com" }],
      });
      await destroy(house, failed.signature_request_id);
      for (const id of [held, failed.signature_request_id]) {
        const events = await eventsOf(house, id);
        assert.equal(events.at(-1), "signature_request_destroyed");
        assert.deepEqual(heardBy("/ann", id), []);
      }

      const { signature_request_id: id } = await sendAndWait(house, { signers: [ann, cleo] });
      await ask(house, `POST /signature_request/cancel/${id}`);
      await eventsOf(house, id);
      await destroy(house, id);
      const destroyed = [sent, canceled, "signature_request_destroyed"];
      assert.deepEqual(await eventsOf(house, id), destroyed);
      assert.deepEqual(heardBy("/ann", id), destroyed);
      const kept = await house.store.read
        .selectFrom("events")
        .select("type")
        .where((eb) => eb.and({ request_id: id, as_signer: 1 }))
        .where("object_json", "is not", null)
        .execute();
      assert.deepEqual(
        kept.map(({ type }) => type),
        ["signature_request_destroyed"],
      );
    });

    test("a signer's account finds what it was told among its events and sends it again, is shown the request as it was told of it and its dashboard shows nothing of it, and does not show its sender where it was told", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { title: "Secret title", signers: [ann] });
      await eventsOf(house, id);
      const key = annHerself.apiKey;
      const told = house.receiver.heard.find((heard) => heard.path === "/ann" && isEvent(sent, id)(heard))?.payload;
      assert.deepEqual(requestOf(await ask(house, `GET /signature_request/${id}`, { key })), told?.signature_request);
      const { events } = await api.ok<Page>(`GET /events?signature_request_id=${id}`, { key });
      assert.deepEqual(
        events.map((one) => [one.event_type, one.sequence, one.as_signer, one.client_id, one.deliveries.length]),
        [[sent, 1, true, null, 1]],
      );
      assert.deepEqual((await api.ok<Page>("GET /events?text=secret+title", { key })).events, []);
      const eventId = events[0]?.event_id ?? assert.fail();
      await api.ok(`POST /events/${eventId}/resend`, { key });
      await eventsOf(house, id);
      assert.deepEqual(heardBy("/ann", id), [sent, sent]);

      const headers = { authorization: basic(house.apiKey) };
      const zip = await (await fetch(`${house.url}/api/signature_requests/${id}/export`, { headers })).text();
      assert.deepEqual(
        ["/account", "/ann"].map((path) => zip.includes(house.receiver.url + path)),
        [true, false],
      );

      const form = { email: annHerself.email, password: joinedPassword };
      const { cookie } = await visitorOf(house).post("/app/sign-in", form);
      const visitor = visitorOf(house, cookie?.split(";")[0] ?? assert.fail());
      assert.equal((await visitor.get(`/app/requests/${id}`)).status, 404);
      for (const path of ["/app/events", `/app/events/${eventId}`]) {
        const { status, text } = await visitor.get(path);
        assert.equal(status, 200);
        assert.match(text, /Secret title/);
        assert.doesNotMatch(text, new RegExp(`href="/app/requests/${id}"`));
      }
    });

    test("a signer's account that has no URL hears at a command line that listens, and not a moment longer", async () => {
      const { apiKey: key } = cleoHerself;
      const opened = await api.ok<{ listener: { listener_id: string } }>("POST /listeners", {
        key,
        json: { name: "desk" },
      });
      const path = `/listeners/${opened.listener.listener_id}`;
      const { signature_request_id: first } = await sendAndWait(house, { signers: [cleo] });
      const { callbacks } = await api.ok<{ callbacks: readonly { readonly event_type: string }[] }>(
        `POST ${path}/take`,
        {
          key,
          json: { wait_seconds: 5 },
        },
      );
      assert.deepEqual(
        callbacks.map((one) => one.event_type),
        [sent],
      );
      const headers = { authorization: basic(key) };
      assert.equal((await fetch(`${house.url}/api${path}`, { method: "DELETE", headers })).status, 204);
      const { signature_request_id: second } = await sendAndWait(house, { signers: [cleo] });
      assert.deepEqual(await toldTo(first), [cleo.email_address]);
      assert.deepEqual(await toldTo(second), []);
    });

    test("a request that is handed over to the account of its signer is that account's own from then on: it hears once", async () => {
      const { signature_request_id: id } = await sendAndWait(house, { signers: [ann] });
      await house.quiet();
      const { store, dataFolder } = house;
      const accounts = await store.read.selectFrom("accounts").selectAll().execute();
      const accountOf = (one: string) => accounts.find((row) => row.account_id === one) ?? assert.fail();
      const secret = readSecret({ given: null, dataFolder });
      const transact = makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
      const [from, to] = [accountOf((await firstOf(house)).accountId), accountOf(annHerself.accountId)];
      await transact((work) => transferAll(work, { from, to }));
      assert.equal((await ask(house, `POST /signature_request/cancel/${id}`, { key: annHerself.apiKey })).status, 200);
      await house.quiet();
      assert.deepEqual(heardBy("/ann", id), [sent, canceled]);
      assert.deepEqual(heardBy("/account", id), [sent]);
    });
  });
}

function sequenceOf({ headers, payload }: Heard): string {
  return `${payload.signature_request?.signature_request_id} ${String(headers["countersign-sequence"])}`;
}
