import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { answersTo, mailedLinkOf, open, openPage } from "../support/page.ts";
import { ann, bob, expireNow, inDays, type NewRequest, sendAndWait, untilState } from "../support/requests.ts";

const owner = "admin@localhost";
const title = "Lease <b>of</b> a flat";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const begin = async (more: NewRequest = {}) => {
      const shown = await sendAndWait(house, { mailed: true, title, signers: [ann, bob], ...more });
      return shown.signature_request_id;
    };
    const pageFor = async (requestId: string, to = ann.email_address) =>
      openPage(house, { link: await mailedLinkOf(house, { requestId, to }) });
    /** To whom each kind of letter went, invitations apart. */
    const lettersOf = async (id: string) => {
      await eventsOf(house, id);
      const rows = await house.store.read
        .selectFrom("letters")
        .selectAll()
        .where("request_id", "=", id)
        .where("kind", "<>", "signature_request_sent")
        .execute();
      for (const { subject, html_body: html } of rows) {
        assert.ok(!html.includes("<b>of</b>"), "what a sender writes is text");
        assert.doesNotMatch(subject, /[\r\n]/);
      }
      return rows;
    };
    const told = (rows: readonly { readonly to_email: string; readonly subject: string }[]) =>
      rows.map(({ to_email: to, subject }) => `${to} ${subject.split(":")[0]}`).toSorted();

    test("a signer declines: the requester and the others who were asked are told, with the reason, and nobody else", async () => {
      const id = await begin({ allow_decline: true });
      const page = await pageFor(id);
      await open(page);
      await page.decline("Too dear\r\nBcc: x@example.com");
      const rows = await lettersOf(id);
      assert.deepEqual(told(rows), [`${owner} Declined`, `${bob.email_address} Declined`]);
      for (const { text_body: text } of rows) assert.match(text, /Ann Lee has declined to sign[\s\S]*Reason: Too dear/);
      const links = rows.map(({ to_email: to, text_body: text }) => [to, text.includes("/app/requests/")]);
      assert.deepEqual(Object.fromEntries(links), { [owner]: true, [bob.email_address]: false });
    });

    test("in an ordered request those who were never asked are not told either", async () => {
      const signers = [ann, bob].map((signer, order) => ({ ...signer, order }));
      const id = await begin({ allow_decline: true, signers });
      const page = await pageFor(id);
      await open(page);
      await page.decline("No");
      assert.deepEqual(told(await lettersOf(id)), [`${owner} Declined`]);
    });

    test("the time runs out: signers and requester are told", async () => {
      const id = await begin({ expires_at: inDays(2) });
      await expireNow(house, id);
      assert.deepEqual(
        told(await lettersOf(id)),
        [`${owner} Expired`, `${ann.email_address} Expired`, `${bob.email_address} Expired`].toSorted(),
      );
    });

    test("the sender withdraws: those who were asked are told", async () => {
      const id = await begin();
      assert.equal((await ask(house, `POST /signature_request/cancel/${id}`)).status, 200);
      assert.deepEqual(told(await lettersOf(id)), [`${ann.email_address} Withdrawn`, `${bob.email_address} Withdrawn`]);
    });

    test("a signer hands over: the other is invited, the requester told", async () => {
      const id = await begin({ allow_reassign: true });
      const page = await pageFor(id);
      await open(page);
      await page.reassign({ name: "Carl Orff", email: "carl@example.com", reason: "On holiday" });
      const rows = await lettersOf(id);
      assert.deepEqual(rows.map(({ to_email: to }) => to).toSorted(), [owner, "carl@example.com"].toSorted());
      const note = rows.find(({ to_email: to }) => to === owner);
      assert.match(
        note?.text_body ?? "",
        /ann@example\.com has asked Carl Orff \(carl@example\.com\)[\s\S]*On holiday/,
      );
    });

    test("an embedded request sends no letter, whatever becomes of it", async () => {
      const shown = await sendAndWait(house, { title, signers: [ann, bob] });
      const { signature_request_id: id } = shown;
      assert.equal((await ask(house, `POST /signature_request/cancel/${id}`)).status, 200);
      assert.deepEqual(await lettersOf(id), []);
    });

    test("all have signed: signers, copies and requester are told once each", async () => {
      const id = await begin({ cc_email_addresses: ["clerk@example.com", ann.email_address] });
      for (const to of [ann.email_address, bob.email_address]) {
        const page = await pageFor(id, to);
        await page.finish(answersTo(await open(page)));
      }
      await eventsOf(house, id);
      assert.deepEqual(
        told(await lettersOf(id)),
        [
          `${owner} Completed`,
          `${ann.email_address} Completed`,
          `${bob.email_address} Completed`,
          "clerk@example.com Completed",
        ].toSorted(),
      );
    });

    test("letters are in the account's language, and a signer's in that of the page where it was read or signed", async () => {
      const set = (locale: string) => ask(house, "PUT /account", { json: { locale } });
      assert.equal((await set("de_DE")).status, 200);
      try {
        const message = "السلام عليكم";
        const id = await begin({ cc_email_addresses: ["cc@example.com"], message });
        const asked = await house.store.read.selectFrom("letters").selectAll().where("request_id", "=", id).execute();
        assert.ok(asked.every(({ text_body: text }) => text.includes("bittet Sie")));
        assert.ok(asked.every(({ html_body: html }) => html.includes('<html lang="de" dir="ltr">')));
        assert.ok(asked.every(({ html_body: html }) => html.includes(`<p dir="auto">${message}</p>`)));
        for (const [signer, locale] of [
          [ann, "ar"],
          [bob, "fr"],
        ] as const) {
          const page = await pageFor(id, signer.email_address);
          const view = await page.claim({ locale });
          assert.ok("fields" in view && view.ok);
          const version = `${view.consent.version}-${locale}`;
          assert.deepEqual(await page.finish(answersTo(view), { version }), { ok: true, state: "signed" });
        }
        await untilState(house, { id, not: ["awaiting", "sealing"] });
        const done = (await lettersOf(id)).filter(({ kind }) => kind === "signature_request_all_signed");
        assert.deepEqual(
          Object.fromEntries(
            done.map(({ to_email: to, html_body: html }) => [to, /lang="(\w+)" dir="(\w+)"/.exec(html)?.[0]]),
          ),
          {
            [ann.email_address]: 'lang="ar" dir="rtl"',
            [bob.email_address]: 'lang="fr" dir="ltr"',
            "cc@example.com": 'lang="de" dir="ltr"',
            [owner]: 'lang="de" dir="ltr"',
          },
        );
      } finally {
        await set("en_US");
      }
    });
  });
}
