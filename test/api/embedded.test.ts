import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashOf } from "../../src/base/secrets.ts";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, openPage, sign, signUrlOf } from "../support/page.ts";
import { ann, bob, sendAndWait, signatureOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    test("embeddedSignUrl answers an address on the server's own origin that lives 60 minutes", async () => {
      const shown = await sendAndWait(house);
      const { signature_id: id } = signatureOf(shown);
      const before = Math.floor(Date.now() / 1000);
      const { sign_url, expires_at } = await signUrlOf(house, id);

      assert.match(sign_url, new RegExp(`^${house.url}/editor/embeddedSign\\?signature_id=${id}&token=[0-9a-f]{64}$`));
      assert.ok(expires_at >= before + 3600 && expires_at <= Math.ceil(Date.now() / 1000) + 3600);
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
    });

    test("each call makes a token of its own, which only its holder knows: the house keeps the hash", async () => {
      const { signature_id: id } = signatureOf(await sendAndWait(house));
      const links = [await signUrlOf(house, id), await signUrlOf(house, id)];
      const pages = links.map(({ sign_url: link }) => openPage(house, { link }));
      const [first, second] = pages.map(({ token }) => token);
      assert.notEqual(first, second);

      const rows = await house.store.read
        .selectFrom("sign_links")
        .selectAll()
        .where("signature_id", "=", id)
        .orderBy("created_at")
        .execute();
      assert.deepEqual(
        new Set(rows.map(({ token_hash }) => token_hash)),
        new Set([first, second].map((t) => hashOf(t ?? ""))),
      );
      assert.ok(!JSON.stringify(rows).includes(first ?? ""));
      // A later link does not kill an earlier one.
      for (const page of pages) assert.equal((await open(page)).signatureId, id);
    });

    test("only the signer whose turn it is gets an address, and nobody twice after signing", async () => {
      const order = [
        { ...ann, order: 1 },
        { ...bob, order: 0 },
      ];
      const shown = await sendAndWait(house, { signers: order });
      const [annId, bobId] = shown.signatures.map(({ signature_id }) => signature_id);
      assert.ok(annId && bobId);

      const early = await ask(house, `GET /embedded/sign_url/${annId}`);
      assert.deepEqual(faultOf(early), [409, "conflict"]);
      assert.match(wordsOf(early), /not this signer's turn yet/);
      await sign(house, bobId);
      const again = await ask(house, `GET /embedded/sign_url/${bobId}`);
      assert.deepEqual(faultOf(again), [409, "conflict"]);
      assert.match(wordsOf(again), /Bob Ray has signed already/);
      assert.equal((await ask(house, `GET /embedded/sign_url/${annId}`)).status, 200);
    });

    test("a request that was sent by mail has no embedded addresses", async () => {
      const { signature_id: id } = signatureOf(await sendAndWait(house, { mailed: true }));
      const answer = await ask(house, `GET /embedded/sign_url/${id}`);
      assert.deepEqual(faultOf(answer), [409, "conflict"]);
      assert.match(wordsOf(answer), /sent by mail/);
    });

    test("a refused address leaves nothing behind", async () => {
      const { signature_id: id } = signatureOf(await sendAndWait(house, { mailed: true }));
      const before = await tracesOf(house);
      for (const each of [id, "0".repeat(32), "x"]) {
        const { status } = await ask(house, `GET /embedded/sign_url/${each}`);
        assert.ok(status === 409 || status === 404);
      }
      assert.deepEqual(await tracesOf(house), before);
    });
  });
}
