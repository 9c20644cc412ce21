import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { Type } from "typebox";
import { readConfig } from "../../src/server/config.ts";
import { OwnAccount } from "../../src/wire/account.ts";
import { ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { bulkSend, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import {
  edit as editDraft,
  embeddedDraft,
  openEditor,
  saveOf,
  signatureField,
  templateDraft,
} from "../support/editor.ts";
import { faxAndWait, faxTo, goodNumber, statusOf } from "../support/faxes.ts";
import { grounds, type House } from "../support/house.ts";
import { pageOf } from "../support/page.ts";
import { ann, bob, edit, onePage, send, sendAndWait, shownRequest, signatureOf } from "../support/requests.ts";
import { createTemplate, makeTemplate, shownTemplate } from "../support/templates.ts";
import { untilWaiting } from "../support/waiting.ts";
import { knownPassword, signIn } from "../web/visitor.ts";

const OneAccount = Type.Object({ account: OwnAccount });
const settings = {
  COUNTERSIGN_QUOTA_REQUESTS: "6",
  COUNTERSIGN_QUOTA_TEMPLATES: "2",
  COUNTERSIGN_QUOTA_SMS: "1",
  COUNTERSIGN_QUOTA_FAX_PAGES: "4",
};
const real = { test_mode: false };
const beyond = [402, "payment_required"];

for (const ground of grounds()) {
  describe(`quotas, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    before(async () => {
      house = await ground.open({ ...knownPassword, ...settings });
    });
    after(() => house.close());

    const left = async () => readAs(OneAccount, await ask(house, "GET /account")).account.quotas;
    const requestsLeft = async () => (await left()).api_signature_requests_left;
    /** As if so much had been used, this month or in one before. */
    const use = (kind: string, { used, daysAgo = 0 }: { readonly used: number; readonly daysAgo?: number }) =>
      house.store.transact(async (tx) => {
        await tx
          .updateTable("quota_uses")
          .set((eb) => ({ used, month: eb("month", "-", daysAgo * 86_400_000) }))
          .where("kind", "=", kind)
          .execute();
      });

    test("an account tells what it has left, and what it may hold", async () => {
      assert.deepEqual(await left(), {
        api_signature_requests_left: 6,
        documents_left: 6,
        templates_total: 2,
        templates_left: 2,
        sms_verifications_left: 1,
        num_fax_pages_left: 4,
      });
      const { text } = await (await signIn(house)).get("/app/settings");
      const line = "6 of 6 signature requests this month, 2 of 2 templates, 1 of 1 codes by text message this month";
      assert.ok(text.includes(line), text);
    });

    test("however many ask at once, as many requests go out as the quota has; tests are free, and what is refused leaves nothing", async () => {
      const answers = await Promise.all(Array.from({ length: 9 }, () => send(house, real)));
      const refused = answers.filter(({ status }) => status !== 200);
      assert.deepEqual(refused.map(faultOf), [beyond, beyond, beyond]);
      const again =
        /^You must upgrade to make additional requests\. The account's quota of 6 signature requests a month is used up: it opens again at \d{4}-\d\d-01T00:00:00Z\.$/;
      for (const one of refused) assert.match(wordsOf(one), again);
      assert.equal((await send(house)).status, 200);
      assert.equal(await requestsLeft(), 0);
      const rows = await house.store.read.selectFrom("signature_requests").select("request_id").execute();
      assert.equal(rows.length, 7);
    });

    test("a month that is over is forgotten: an edit counts as another request, a bulk send counts its rows once and goes whole or not at all", async () => {
      await use("requests", { used: 6, daysAgo: 40 });
      assert.equal(await requestsLeft(), 6);
      const { signature_request_id: id } = await sendAndWait(house, real);
      assert.equal((await edit(house, { id, ...real, title: "Edited" })).status, 200);
      assert.equal(await requestsLeft(), 4);

      const template = await makeClientTemplate(house);
      const bulk = (rows: number) => bulkSend(house, { ...real, template_ids: [template], signer_list: rowsOf(rows) });
      const tooMany = await bulk(5);
      assert.deepEqual(faultOf(tooMany), beyond);
      assert.match(wordsOf(tooMany), /takes 5 signature requests, and 4 of the account's quota of 6 .* are left until/);
      assert.equal((await bulk(3)).status, 200);
      await house.quiet();
      assert.equal(await requestsLeft(), 1);

      await use("requests", { used: 6 });
      assert.deepEqual(faultOf(await edit(house, { id, ...real, title: "Twice" })), beyond);
      assert.equal((await shownRequest(house, id)).title, "Edited");
    });

    test("a draft counts when it is sent, once however often that is asked; one that finds the quota used up stays open", async () => {
      const made = await embeddedDraft(house, real);
      const editor = openEditor(house, { link: made.claim_url });
      const save = { ...saveOf(await editDraft(editor)), fields: [signatureField(0)] };
      const refused = await editor.finish(save);
      assert.ok(!refused.ok && "says" in refused);
      assert.deepEqual([refused.code, refused.says.key], ["unavailable", "trouble.quota"]);

      await use("requests", { used: 4 });
      const [one, other] = await Promise.all([editor.finish(save), editor.finish(save)]);
      assert.ok(one.ok, JSON.stringify(one));
      assert.deepEqual(other, one);
      assert.equal(await requestsLeft(), 1);
    });

    test("a form waits for the quota before it takes anything of the lists, as whoever else sends does: none deadlocks", async (context) => {
      if (house.store.kind === "sqlite") return context.skip("SQLite has one writer");
      await use("requests", { used: 0 });
      const editor = openEditor(house, { link: (await embeddedDraft(house, real)).claim_url });
      const save = { ...saveOf(await editDraft(editor)), fields: [signatureField(0)] };
      const [taken, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const held = house.store.transact(async (tx) => {
        await tx
          .updateTable("quota_uses")
          .set((eb) => ({ used: eb.ref("used") }))
          .execute();
        taken.resolve();
        await free.promise;
      });
      await taken.promise;
      const finished = editor.finish(save);
      await untilWaiting(house.store);
      const { rows: written } = await sql`
        select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_class c on c.oid = l.relation
        where a.datname = current_database() and a.wait_event_type = 'Lock' and c.relname = 'signature_requests'
          and l.mode = 'RowExclusiveLock'`.execute(house.store.read);
      free.resolve();
      await held;
      assert.ok((await finished).ok);
      assert.deepEqual(written, []);
    });

    test("templates are counted while they are held: another finds room once one is deleted, a test needs none", async () => {
      const answers = await Promise.all([1, 2, 3].map(() => createTemplate(house, real)));
      assert.deepEqual(answers.filter(({ status }) => status !== 200).map(faultOf), [beyond]);
      await house.quiet();
      const [id = ""] = (
        await house.store.read.selectFrom("templates").select("template_id").where("test_mode", "=", 0).execute()
      ).map((row) => row.template_id);
      const { accounts } = await shownTemplate(house, id);
      assert.deepEqual([(await left()).templates_left, accounts[0]?.quotas.templates_left], [0, 0]);
      const full = await ask(house, `POST /template/update_files/${id}`, {
        json: { file_urls: ["http://127.0.0.1:1/x.pdf"] },
      });
      assert.deepEqual(faultOf(full), beyond);
      assert.match(wordsOf(full), /holds 2 of at most 2 templates/);
      const editor = openEditor(house, { link: (await templateDraft(house, real)).edit_url });
      const fields = [signatureField(0), signatureField(1)];
      const save = { ...saveOf(await editDraft(editor)), fields };
      const refused = await editor.finish(save);
      assert.ok(!refused.ok && "says" in refused && refused.says.key === "trouble.quota");
      await makeTemplate(house);

      assert.equal((await ask(house, `POST /template/delete/${id}`)).status, 200);
      assert.ok((await editor.finish(save)).ok);
      assert.equal((await left()).templates_left, 0);
    });

    test("a signer for whom no code is left is told so, and no further request is taken that needs one", async () => {
      await use("requests", { used: 0 });
      const signers = [ann, bob].map((one) => ({ ...one, sms_phone_number: "+380441234567" }));
      const shown = await sendAndWait(house, { ...real, signers });
      const gates = await Promise.all(
        [0, 1].map(async (n) => (await pageOf(house, signatureOf(shown, n).signature_id)).claim()),
      );
      const notices = gates.map((gate) => (gate.ok && gate.state === "gate" ? (gate.notice?.key ?? null) : gate));
      assert.deepEqual(notices.toSorted(), [null, "trouble.quota"].toSorted());
      assert.equal((await left()).sms_verifications_left, 0);
      const refused = await send(house, { ...real, signers });
      assert.deepEqual(faultOf(refused), beyond);
      assert.match(wordsOf(refused), /quota of 1 codes by text message a month is used up/);
      assert.equal((await send(house, { signers })).status, 200);
    });

    test("every page of a fax counts for every number; one that has more than are left fails and takes none, then max_faxes refuses", async () => {
      const pagesLeft = async () => (await left()).num_fax_pages_left;
      const twice = { ...real, files: [onePage, onePage] };
      assert.equal(statusOf(await faxAndWait(house, { ...twice, recipient: "jill@example.com" })), "success");
      assert.equal(statusOf(await faxAndWait(house, { ...twice, recipient: "+12095559901" })), "error_busy");
      assert.equal(await pagesLeft(), 2);
      const long = await faxAndWait(house, { ...real, files: [onePage, onePage, onePage] });
      assert.equal(statusOf(long), "error_could_not_fax");
      assert.equal(await pagesLeft(), 2);
      const answers = await Promise.all([1, 2, 3, 4].map(() => faxTo(house, { ...real, recipient: goodNumber })));
      const refused = answers.filter(({ status }) => status !== 200);
      assert.deepEqual(refused.map(faultOf), [
        [429, "max_faxes"],
        [429, "max_faxes"],
      ]);
      assert.match(wordsOf(refused[0] ?? assert.fail()), /quota of 4 fax pages a month is used up: it opens again at/);
      await house.quiet();
      assert.equal(await pagesLeft(), 0);
      assert.equal((await faxTo(house, {})).status, 200);
      await house.quiet();
      const { usage } = readAs(OneAccount, await ask(house, "GET /account")).account;
      assert.deepEqual(usage, { fax_pages_sent: 2 }, "letters, tests and numbers that were not reached are none");
    });
  });
}

test("a quota that is no number of things is refused at the start, by its name; an empty one is none", () => {
  for (const given of ["-1", "many", "1.5", "2000000000"])
    assert.throws(
      () => readConfig({ COUNTERSIGN_QUOTA_FAX_PAGES: given }),
      /COUNTERSIGN_QUOTA_FAX_PAGES is ".*"; right would be a number from 0 to/,
    );
  const { quotas } = readConfig({ COUNTERSIGN_QUOTA_REQUESTS: "0", COUNTERSIGN_QUOTA_SMS: "" });
  assert.deepEqual(quotas, { requests: 0, templates: null, codes: null, faxPages: null });
});
