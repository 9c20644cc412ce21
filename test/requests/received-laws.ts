import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { transferAll } from "../../src/accounts/transfer.ts";
import { systemClock } from "../../src/base/clock.ts";
import { readQuery } from "../../src/requests/query.ts";
import { findReceived } from "../../src/requests/received.ts";
import { readSecret } from "../../src/server/secret.ts";
import { makeTransact } from "../../src/server/transact.ts";
import { migrations } from "../../src/storage/migrate.ts";
import { faultOf } from "../support/ask.ts";
import { embeddedDraft, finishDraft, signatureField } from "../support/editor.ts";
import type { Somebody } from "../support/people.ts";
import { ann, bob, requestOf, sendAndWait, untilState } from "../support/requests.ts";
import { cleo, fileDoors, gone, idsOf, missing, type ReceivedDesk } from "./received-desk.ts";
import { destroy } from "./secret-lease.ts";

/** What is listed and shown of received requests. */
export function receivedListLaws(desk: () => ReceivedDesk): void {
  test("who has received a request is shown it as its callbacks show it, and it is found among those that they have sent, newest first, by what they are shown", async () => {
    const { house, annHerself, sender, get, list, find } = desk();
    const words = {
      title: "Lease of the mill",
      subject: "Your mill",
      message: "Please sign",
      metadata: { no: "x4711" },
    };
    const first = await sendAndWait(house, { ...words, signers: [ann, { ...ann, name: "Ann Again" }, cleo] });
    const own = await sendAndWait(
      { ...house, apiKey: annHerself.apiKey, clientId: "" },
      { mailed: true, title: "Own mill" },
    );
    const last = await sendAndWait(house, { signers: [cleo, ann], allow_decline: true, test_mode: false });
    const ids = [last, own, first].map((one) => one.signature_request_id);

    const answer = requestOf(await get(annHerself, ids[2] ?? ""));
    assert.deepEqual(answer, { ...first, response_data: [], custom_fields: [] });
    assert.equal(answer.requester_email_address, sender.email);
    const all = await list();
    assert.deepEqual(idsOf(all), ids);
    assert.deepEqual(all.list_info, { page: 1, num_pages: 1, num_results: 3, page_size: 100 });
    assert.deepEqual(all.signature_requests[2], answer);
    for (const page of [1, 2, 3, 4]) {
      const one = await list({ page: String(page), page_size: "1" });
      assert.deepEqual(idsOf(one), ids.slice(page - 1, page));
      assert.equal(one.list_info.num_results, 3);
    }

    const [mill, theirs] = [ids[2], [ids[0], ids[2]]];
    for (const [query, found] of [
      ["to:me", ids],
      ["from:me", [ids[1]]],
      ["NOT from:me", theirs],
      [`from:${sender.email}`, theirs],
      ["admin@local", theirs],
      ["mill", [ids[1], mill]],
      ["title:lease", [mill]],
      ["subject:your message:please", [mill]],
      ["metadata:x4711", [mill]],
      ["filename:paper", ids],
      ["cleo", theirs],
      ["awaiting_my_signature:true", ids],
      ["complete:true", []],
      ["declined:false", ids],
      ["test_mode:false", [ids[0]]],
      ["template:abc", []],
      ["created:[2020-01-01 TO *]", ids],
      ["created:[* TO 2020-01-01]", []],
    ] as const)
      assert.deepEqual(await find(query), found, query);
    assert.deepEqual(idsOf(await list({ query: "mill", page: "2", page_size: "1" })), [mill]);

    // What its events have said, mail that came back to others among it, is the sender's.
    const add = sql`update request_words set words = words || ${"between us\n"} where request_id = ${mill}`;
    await house.store.transact((tx) => add.execute(tx));
    assert.deepEqual([await find("between"), await find("between OR lease")], [[], [mill]]);
    assert.deepEqual(idsOf(await list({ query: "between" }, sender.apiKey)), [mill]);
    assert.ok(!idsOf(await list({}, sender.apiKey)).includes(ids[1] ?? ""));
  });

  test("a long list of what was received holds its newest, and says down to where it looked", async () => {
    const { house, annHerself } = desk();
    const mine = { address: annHerself.email, accountIds: [annHerself.accountId] };
    const query = readQuery("", { email: annHerself.email, isSigner: true });
    const all = await findReceived(house.store, { ...mine, query });
    assert.deepEqual([all.rows.length, all.to], [2, null]);
    const newest = await findReceived(house.store, { ...mine, query, most: 1 });
    assert.deepEqual(newest.rows, all.rows);
    const cut = await findReceived(house.store, { ...mine, query, most: 0 });
    assert.deepEqual([cut.rows, cut.to], [all.rows.slice(0, 1), all.rows[0]]);
  });

  test("strangers, accounts that have not shown that the address is theirs, and those in copy see nothing of it", async () => {
    const { house, annHerself, bobHimself, by, get, list, files } = desk();
    const { signature_request_id: id } = await sendAndWait(house, {
      signers: [bob],
      cc_email_addresses: [ann.email_address],
    });
    for (const who of [annHerself, bobHimself]) {
      assert.deepEqual(faultOf(await get(who, id)), missing);
      assert.deepEqual(
        await files(who, id),
        fileDoors.map(() => missing),
      );
      for (const what of ["cancel", "remove"])
        assert.deepEqual(faultOf(await by(who, `POST /signature_request/${what}/${id}`)), missing);
      assert.ok(!idsOf(await list({}, who.apiKey)).includes(id));
    }
  });

  test("what was not sent yet, failed, or was held back until it ended is not there for its signers; what was withdrawn or destroyed is gone", async () => {
    const { house, annHerself, sender, by, get, list, files } = desk();
    const draft = await embeddedDraft(house, { hold_request: true });
    const held = await finishDraft(house, { link: draft.claim_url, change: () => ({ fields: [signatureField(0)] }) });
    await untilState(house, { id: held, not: ["processing"] });
    assert.deepEqual(faultOf(await get(annHerself, held)), missing);
    assert.equal((await by(sender, `POST /signature_request/cancel/${held}`)).status, 200);
    assert.deepEqual(faultOf(await get(annHerself, held)), missing);
    const failed = await sendAndWait(house, {
      signers: [ann, { name: "Err", email_address: "x+overlayerror@hellosign.com" }],
    });
    assert.deepEqual(faultOf(await get(annHerself, failed.signature_request_id)), missing);

    await by(annHerself, "PUT /account", { callback_url: `${house.receiver.url}/ann` });
    const { signature_request_id: id } = await sendAndWait(house, { signers: [ann] });
    assert.equal((await get(annHerself, id)).status, 200);
    assert.deepEqual(faultOf(await by(annHerself, `POST /signature_request/cancel/${id}`)), [
      400,
      "signature_request_cancel_failed",
    ]);
    const remind = await by(annHerself, `POST /signature_request/remind/${id}`, { email_address: ann.email_address });
    assert.deepEqual(faultOf(remind), missing);
    assert.equal((await by(sender, `POST /signature_request/cancel/${id}`)).status, 200);
    const seen = async () => [faultOf(await get(annHerself, id)), ...(await files(annHerself, id))];
    const ways = ["", ...fileDoors];
    assert.deepEqual(
      await seen(),
      ways.map(() => gone),
    );
    assert.ok(!idsOf(await list()).includes(id));
    await destroy(house, id);
    assert.deepEqual(
      await seen(),
      ways.map(() => gone),
    );
  });

  test("the step that brought this to a house finds in what there is who has received it", async () => {
    const { house } = desk();
    const kept = async () =>
      house.store.read
        .selectFrom("signatures")
        .select(["signature_id", "received_at"])
        .orderBy("signature_id")
        .execute();
    const before = await kept();
    const fill = migrations.find(({ name }) => name === "received")?.statements[1];
    assert.ok(typeof fill === "string");
    await house.store.transact(async (tx) => {
      await tx.updateTable("signatures").set({ received_at: 1 }).where("email", "<>", "").execute();
      await sql.raw(fill).execute(tx);
    });
    assert.deepEqual(await kept(), before);
    assert.ok(before.some((row) => row.received_at === null) && before.some((row) => row.received_at !== null));
  });
}

/** What becomes of them when requests change hands; the apps of the sender do, so this comes last. */
export function receivedTransferLaws(desk: () => ReceivedDesk): void {
  test("what an account signs of its own is listed once; what it hands over to another is received from then on", async () => {
    const { house, annHerself, sender, get, find } = desk();
    const asSender = { ...house, apiKey: annHerself.apiKey, clientId: "" };
    const { signature_request_id: id } = await sendAndWait(asSender, { mailed: true, signers: [ann, cleo] });
    const theirs = await sendAndWait(house, { signers: [ann] });
    const mine = await find("to:me");
    assert.equal(mine.filter((one) => one === id).length, 1);
    const { store, dataFolder } = house;
    const accounts = await store.read.selectFrom("accounts").selectAll().execute();
    const accountOf = (one: Somebody) => accounts.find((row) => row.account_id === one.accountId) ?? assert.fail();
    const secret = readSecret({ given: null, dataFolder });
    const transact = makeTransact({ store, clock: systemClock, secret, reactions: [], wake: () => {} });
    await house.quiet();
    await transact((work) => transferAll(work, { from: accountOf(annHerself), to: accountOf(sender) }));
    assert.equal(requestOf(await get(annHerself, id)).requester_email_address, sender.email);
    assert.deepEqual(await find("to:me"), mine);
    assert.deepEqual(await find("from:me"), []);
    await transact((work) => transferAll(work, { from: accountOf(sender), to: accountOf(annHerself) }));
    assert.ok((await find("from:me")).includes(theirs.signature_request_id));
    assert.deepEqual(
      (await find("to:me")).filter((one) => mine.includes(one)),
      mine,
    );
  });
}
