import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findTrail } from "../../src/evidence/trail.ts";
import { english } from "../support/english.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, newTab, openPage, type Page, pageOf } from "../support/page.ts";
import { ann, sendAndWait, signatureOf } from "../support/requests.ts";

const [sent, viewed, signed] = ["signature_request_sent", "signature_request_viewed", "signature_request_signed"];
const ending = ["signature_request_all_signed", "signature_request_downloadable"];
const pin = "Köln 4711";
const phone = "+380441234567";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function guarded(guard: object, given: object = {}) {
      const shown = await sendAndWait(house, { signers: [{ ...ann, ...guard }], title: "Secret lease", ...given });
      const { signature_id: signatureId } = signatureOf(shown);
      return { id: shown.signature_request_id, signatureId, shown };
    }

    const kindsOf = async (id: string) => (await findTrail(house.store.read, id)).map(({ kind }) => kind);
    const codesOf = async (id: string) => {
      await house.quiet();
      const rows = await house.store.read
        .selectFrom("letters")
        .select(["text_body", "to_name"])
        .where("request_id", "=", id)
        .where("kind", "=", "sms")
        .orderBy("letter_id", "desc")
        .execute();
      return rows.map(({ text_body: text, to_name: to }) => ({ text, to, code: /^\d{6}/.exec(text)?.[0] ?? "" }));
    };
    const wait = (signatureId: string, change: object) =>
      house.store.transact((tx) =>
        tx.updateTable("signatures").set(change).where("signature_id", "=", signatureId).execute(),
      );

    /** Nothing of the document may be in what is said before a gate. */
    function assertSaysNothing(said: unknown): void {
      const text = JSON.stringify(said);
      for (const secret of ["Secret lease", "pictures", "paper-1", ann.name, ann.email_address])
        assert.ok(!text.includes(secret), `${secret} in ${text}`);
    }

    async function signTo(page: Page, code: string): Promise<void> {
      const view = await page.enter(code);
      assert.ok(view.ok && view.state === "open", JSON.stringify(view));
      assert.deepEqual(await page.finish(answersTo(view)), { ok: true, state: "signed" });
    }

    test("an access code stands before the document: nothing is shown, and viewed is not told, until it is entered", async () => {
      const { id, signatureId, shown } = await guarded({ pin });
      assert.equal(signatureOf(shown).has_pin, true);
      assert.ok(!JSON.stringify(shown).includes(pin));
      const page = await pageOf(house, signatureId);
      const gate = await page.claim();
      assert.ok(gate.ok && gate.state === "gate" && gate.needs === "pin");
      assertSaysNothing(gate);
      for (const said of [await page.save({}), await page.finish({}), await page.decline("no")])
        assert.ok("code" in said && said.code === "code_needed");
      assert.deepEqual(await eventsOf(house, id), [sent]);

      const wrong = await page.enter("Köln 4712");
      assert.ok(!wrong.ok && wrong.code === "wrong_code");
      assert.match(english(wrong.says) ?? "", /4 more tries/);
      assertSaysNothing(wrong);
      await signTo(page, ` ${pin} `);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed, ...ending]);
      const steps = [
        "created",
        "sent",
        "code_failed",
        "code_passed",
        "viewed",
        "consented",
        "signed",
        "completed",
        "sealed",
      ];
      assert.deepEqual(await kindsOf(id), steps);
    });

    test("the same tab is let in after a reload; another tab is asked again", async () => {
      const { id } = await guarded({ pin }, { mailed: true });
      const link = await mailedLinkOf(house, { requestId: id, to: ann.email_address });
      const page = openPage(house, { link });
      await page.claim();
      assert.ok((await page.enter(pin)).ok);
      const again = await page.claim();
      assert.ok(again.ok && again.state === "open");
      const other = await openPage(house, { link, tab: newTab() }).claim();
      assert.ok(other.ok && other.state === "gate");
    });

    test("five wrong codes lock the page for every link and tab, longer each time; the right code helps only afterwards", async () => {
      const { id, signatureId } = await guarded({ pin });
      const first = await pageOf(house, signatureId);
      await first.claim();
      for (let tries = 1; tries < 5; tries += 1) assert.ok(!(await first.enter("0000")).ok);
      const locked = await first.enter("0000");
      assert.ok(!locked.ok && locked.code === "code_locked");
      assert.match(english(locked.says) ?? "", /15 minutes/);
      const second = await pageOf(house, signatureId);
      const gate = await second.claim();
      assert.ok(gate.ok && gate.state === "gate");
      assert.match(english(gate.notice) ?? "", /locked/);
      const right = await second.enter(pin);
      assert.ok(!right.ok && right.code === "code_locked");

      await wait(signatureId, { code_locked_until: 1 });
      for (let tries = 1; tries < 5; tries += 1) await second.enter("0000");
      const longer = await second.enter("0000");
      assert.ok(!longer.ok && /30 minutes/.test(english(longer.says) ?? ""));
      await wait(signatureId, { code_locked_until: 1 });
      await signTo(second, pin);
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed, ...ending]);
      assert.equal((await kindsOf(id)).filter((kind) => kind === "code_locked").length, 2);
    });

    test("twenty guesses at once are five tries", async () => {
      const { id, signatureId } = await guarded({ pin });
      const page = await pageOf(house, signatureId);
      await page.claim();
      const said = await Promise.all(Array.from({ length: 20 }, (_, n) => page.enter(`guess ${n}`)));
      const codes = said.map((one) => ("code" in one ? one.code : "in"));
      assert.equal(codes.filter((code) => code === "wrong_code").length, 4);
      assert.equal(codes.filter((code) => code === "code_locked").length, 16);
      assert.equal((await kindsOf(id)).filter((kind) => kind === "code_failed").length, 5);
    });

    test("a code comes by text message when the page is opened, to the signer's number, once; the right one opens", async () => {
      const { id, signatureId, shown } = await guarded({ sms_phone_number: "+380 (44) 123-45-67" });
      const signature = signatureOf(shown);
      assert.deepEqual([signature.has_sms_auth, signature.has_sms_delivery], [true, false]);
      const page = await pageOf(house, signatureId);
      const gate = await page.claim();
      assert.ok(gate.ok && gate.state === "gate" && gate.needs === "sms");
      assert.equal(gate.phone, "…67");
      assertSaysNothing(gate);
      await page.claim();
      const [message, ...more] = await codesOf(id);
      assert.deepEqual([message?.to, more.length], [phone, 0]);
      const early = await page.sendCode();
      assert.ok(!early.ok && /moment ago/.test(english(early.says) ?? ""));

      // As a clock wrote it that has been set back since.
      await wait(signatureId, { code_sent_at: Date.now() + 5 * 3_600_000 });
      assert.ok((await page.sendCode()).ok);
      const [newer] = await codesOf(id);
      if (newer?.code !== message?.code) assert.ok(!(await page.enter(message?.code ?? "")).ok);
      await signTo(page, newer?.code ?? "");
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed, ...ending]);
      const facts = (await findTrail(house.store.read, id)).filter(({ kind }) => kind === "code_sent");
      assert.deepEqual(
        facts.map(({ facts_json }) => facts_json),
        ['{"phone":"…67"}', '{"phone":"…67"}'],
      );
    });

    test("a code of a text message is good for ten minutes and once, and no more than five are sent in an hour", async () => {
      const { id, signatureId } = await guarded({ sms_phone_number: phone });
      const page = await pageOf(house, signatureId);
      await page.claim();
      const [message] = await codesOf(id);
      await wait(signatureId, { code_expires_at: 1 });
      assert.ok(!(await page.enter(message?.code ?? "")).ok);
      for (let codes = 2; codes <= 5; codes += 1) {
        await wait(signatureId, { code_sent_at: 1 });
        assert.ok((await page.sendCode()).ok);
      }
      await wait(signatureId, { code_sent_at: 1 });
      const sixth = await page.sendCode();
      assert.ok(!sixth.ok && /That was too often/.test(english(sixth.says) ?? ""));
      const [last] = await codesOf(id);
      assert.ok((await page.enter(last?.code ?? "")).ok);
      const other = await pageOf(house, signatureId);
      await other.claim();
      assert.ok(!(await other.enter(last?.code ?? "")).ok);
    });

    test("an access code and a text message are asked one after the other", async () => {
      const { id, signatureId } = await guarded({ pin, sms_phone_number: phone });
      const page = await pageOf(house, signatureId);
      await page.claim();
      assert.deepEqual(await codesOf(id), []);
      const next = await page.enter(pin);
      assert.ok(next.ok && next.state === "gate" && next.needs === "sms");
      assertSaysNothing(next);
      assert.deepEqual(await eventsOf(house, id), [sent]);
      const [message] = await codesOf(id);
      await signTo(page, message?.code ?? "");
      assert.deepEqual(await eventsOf(house, id), [sent, viewed, signed, ...ending]);
    });

    test("a link that is delivered by text message is the mailed one, and opens", async () => {
      const { id, shown } = await guarded(
        { sms_phone_number: phone, sms_phone_number_type: "delivery" },
        { mailed: true },
      );
      assert.equal(signatureOf(shown).has_sms_delivery, true);
      const [message] = await codesOf(id);
      const link = /https?:\/\/\S+/.exec(message?.text ?? "")?.[0] ?? "";
      const view = await openPage(house, { link }).claim();
      assert.ok(view.ok && view.state === "open");
    });

    test("neither an access code nor the code of a message is kept in clear", async () => {
      const { id, signatureId } = await guarded({ pin, sms_phone_number: phone });
      await (await pageOf(house, signatureId)).claim();
      const rows = await house.store.read.selectFrom("signatures").selectAll().where("request_id", "=", id).execute();
      const jobs = await house.store.read.selectFrom("jobs").selectAll().where("request_id", "=", id).execute();
      assert.ok(!JSON.stringify([rows, jobs]).includes(pin));
    });
  });
}
