import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findTrail } from "../../src/evidence/trail.ts";
import { ask, faultOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage, pageOf, sign } from "../support/page.ts";
import { ann, bob, expireNow, inDays, requestOf, sendAndWait, signatureOf } from "../support/requests.ts";

const [sent, viewed, signed] = ["signature_request_sent", "signature_request_viewed", "signature_request_signed"];
const ending = ["signature_request_all_signed", "signature_request_downloadable"];
const eve = "eve@example.com";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const update = (id: string, json: object) => ask(house, `POST /signature_request/update/${id}`, { json });
    const lettersOf = (id: string) =>
      house.store.read
        .selectFrom("letters")
        .select(["to_email", "kind"])
        .where("request_id", "=", id)
        .orderBy("letter_id")
        .execute();

    test("another e-mail makes another signature: the old link says so, the new address is asked, the old one told, and no event goes out", async () => {
      const shown = await sendAndWait(house, { mailed: true });
      const { signature_request_id: id } = shown;
      const { signature_id: before } = signatureOf(shown);
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      const view = await open(page);
      await page.save(answersTo(view));

      const after = signatureOf(
        requestOf(await update(id, { signature_id: before, email_address: eve, name: "Eve Ott" })),
      );
      assert.notEqual(after.signature_id, before);
      assert.deepEqual([after.signer_email_address, after.signer_name, after.last_viewed_at], [eve, "Eve Ott", null]);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed]);
      for (const said of [await page.claim(), await page.finish(answersTo(view))])
        assert.ok(!said.ok && said.code === "sign_url_invalid");
      assert.deepEqual(await lettersOf(id), [
        { to_email: ann.email_address, kind: sent },
        { to_email: eve, kind: sent },
        { to_email: ann.email_address, kind: "signature_request_signer_removed" },
      ]);
      const step = (await findTrail(house.store.read, id)).find(({ kind }) => kind === "updated");
      assert.match(step?.facts_json ?? "", /Ann Lee \(ann@example\.com\) is now Eve Ott \(eve@example\.com\)/);

      const other = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: eve }) });
      const fresh = await open(other);
      assert.deepEqual(fresh.answers, {});
      assert.deepEqual(await other.finish(answersTo(fresh)), { ok: true, state: "signed" });
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, viewed, signed, ...ending]);
    });

    test("another name alone keeps the signature, its links and what was typed; the request is found by it, and no letter goes out", async () => {
      const shown = await sendAndWait(house, { mailed: true });
      const { signature_request_id: id } = shown;
      const { signature_id: signatureId } = signatureOf(shown);
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      await open(page);
      const after = signatureOf(requestOf(await update(id, { signature_id: signatureId, name: " Anna Zwölf " })));
      assert.deepEqual([after.signature_id, after.signer_name], [signatureId, "Anna Zwölf"]);
      assert.equal((await open(page)).signer.name, "Anna Zwölf");
      assert.equal((await lettersOf(id)).length, 1);
      const { json } = await ask(house, `GET /signature_request/list?query=${encodeURIComponent("to:ZWÖLF")}`);
      assert.match(JSON.stringify(json), new RegExp(id));
      assert.deepEqual(await eventsOf(house, id), [sent, viewed]);
    });

    test("in an ordered request who comes later is asked when the turn comes", async () => {
      const signers = [
        { ...ann, order: 0 },
        { ...bob, order: 1 },
      ];
      const shown = await sendAndWait(house, { mailed: true, signers });
      const { signature_request_id: id } = shown;
      await update(id, { signature_id: signatureOf(shown, 1).signature_id, email_address: eve });
      assert.deepEqual(
        (await lettersOf(id)).map(({ to_email }) => to_email),
        [ann.email_address],
      );
      const page = openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: ann.email_address }) });
      assert.ok((await page.finish(answersTo(await open(page)))).ok);
      await open(openPage(house, { link: await mailedLinkOf(house, { requestId: id, to: eve }) }));
    });

    test("the end can be moved, earlier or later, and the request ends then", async () => {
      const shown = await sendAndWait(house, { mailed: true });
      const { signature_request_id: id } = shown;
      const { signature_id: signature } = signatureOf(shown);
      const jobs = async () =>
        (
          await house.store.read
            .selectFrom("jobs")
            .select(["kind", "next_at"])
            .where("request_id", "=", id)
            .where("kind", "in", ["expire", "remind"])
            .where("state", "=", "pending")
            .orderBy("next_at")
            .execute()
        ).map(({ kind }) => kind);
      const far = requestOf(await update(id, { signature_id: signature, expires_at: inDays(30) }));
      assert.equal((far.expires_at ?? 0) % 3600, 0);
      assert.deepEqual(await jobs(), ["remind", "remind", "expire"]);
      const near = requestOf(await update(id, { signature_id: signature, expires_at: inDays(2) }));
      assert.ok((near.expires_at ?? 0) < (far.expires_at ?? 0));
      assert.deepEqual(await jobs(), ["expire"]);
      await expireNow(house, id);
      assert.deepEqual(await eventsOf(house, id), [sent, "signature_request_expired"]);
    });

    test("what cannot be is refused with its path, and nothing is changed", async () => {
      const shown = await sendAndWait(house, { signers: [{ ...ann, pin: "4711" }, bob] });
      const { signature_request_id: id } = shown;
      const [first, second] = [signatureOf(shown).signature_id, signatureOf(shown, 1).signature_id];
      for (const [json, path] of [
        [{ signature_id: second }, "email_address"],
        [{ signature_id: "f".repeat(32), name: "X" }, "signature_id"],
        [{ name: "X" }, "signature_id"],
        [{ signature_id: second, email_address: "nobody" }, "email_address"],
        [{ signature_id: second, name: ann.name, email_address: ann.email_address.toUpperCase() }, "email_address"],
        [{ signature_id: second, name: "\u202e" }, "name"],
        [{ signature_id: second, expires_at: inDays(91) }, "expires_at"],
        [{ signature_id: second, expires_at: inDays(0) }, "expires_at"],
        [{ signature_id: first, email_address: eve }, "email_address"],
      ] as const)
        assert.deepEqual(faultOf(await update(id, json)), [400, "bad_request", path], JSON.stringify(json));
      assert.deepEqual(requestOf(await ask(house, `GET /signature_request/${id}`)), shown);
      await sign(house, second);
      assert.deepEqual(faultOf(await update(id, { signature_id: second, name: "X" })), [
        400,
        "bad_request",
        "signature_id",
      ]);
    });

    test("a request with an appended signature page keeps its signers: their names stand on it", async () => {
      const shown = await sendAndWait(house, { form_fields_per_document: undefined });
      const answer = await update(shown.signature_request_id, {
        signature_id: signatureOf(shown).signature_id,
        name: "X",
      });
      assert.deepEqual(faultOf(answer), [400, "bad_request", "signature_id"]);
    });

    test("embedded, the old sign URL is dead and the new signature has its own; nobody gets a letter", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      const page = await pageOf(house, signatureOf(shown).signature_id);
      const after = signatureOf(
        requestOf(await update(id, { signature_id: signatureOf(shown).signature_id, email_address: eve })),
      );
      const said = await page.claim();
      assert.ok(!said.ok && said.code === "sign_url_invalid");
      assert.equal((await ask(house, `GET /embedded/sign_url/${signatureOf(shown).signature_id}`)).status, 404);
      await sign(house, after.signature_id);
      assert.deepEqual(await lettersOf(id), []);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed, ...ending]);
    });
  });
}
