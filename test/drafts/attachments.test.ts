import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, readAs } from "../support/ask.ts";
import {
  edit,
  embeddedDraft,
  finishDraft,
  OneEditUrl,
  openEditor,
  saveOf,
  signatureField,
  templateDraft,
  unclaimedDraft,
} from "../support/editor.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, bob, requestOf, shownRequest, untilState } from "../support/requests.ts";
import { cast, makeTemplate, sendWith, shownTemplate } from "../support/templates.ts";

const passport = { name: "Passport", signer_index: 0, required: true };
const licence = { name: "Licence", signer_index: 1, required: false };
const editing = { editor_options: { allow_edit_signers: true } };

for (const ground of grounds()) {
  describe(`files that are asked of a draft's signers, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    /** What a request asks of whom. */
    async function askedIn(id: string): Promise<readonly (readonly [name: string, email: string | undefined])[]> {
      await untilState(house, { id, not: ["processing"] });
      const rows = await house.store.read
        .selectFrom("attachments")
        .leftJoin("signatures", (join) =>
          join
            .onRef("signatures.request_id", "=", "attachments.request_id")
            .onRef("signatures.position", "=", "attachments.signer"),
        )
        .select(["attachments.name", "signatures.email"])
        .where("attachments.request_id", "=", id)
        .orderBy("attachments.position")
        .execute();
      return rows.map(({ name, email }) => [name, email ?? undefined]);
    }

    async function attachmentsIn(template: string) {
      const { attachments_json: json } = await house.store.read
        .selectFrom("templates")
        .select("attachments_json")
        .where("template_id", "=", template)
        .executeTakeFirstOrThrow();
      return (
        JSON.parse(json) as readonly { readonly id: string; readonly name: string; readonly signer: number }[]
      ).map(({ id, name, signer }) => ({ id, name, signer }));
    }

    test("they go where the signer goes, whom the sender moves or puts somebody before; those of who is gone are asked of nobody", async () => {
      const make = () => embeddedDraft(house, { ...editing, signers: [ann, bob], attachments: [passport, licence] });
      const cleo = { name: "Cleo", email: "cleo@example.com", order: null, was: null };
      const fields = [0, 1, 2].map((signer) => signatureField(signer));
      const moved = await finishDraft(house, {
        link: (await make()).claim_url,
        change: ({ signers }) => ({ signers: [cleo, ...signers.toReversed()], fields }),
      });
      assert.deepEqual(await askedIn(moved), [
        ["Passport", ann.email_address],
        ["Licence", bob.email_address],
      ]);
      const without = await finishDraft(house, {
        link: (await make()).claim_url,
        change: ({ signers }) => ({ signers: [...signers.slice(1), cleo], fields: fields.slice(0, 2) }),
      });
      assert.deepEqual(await askedIn(without), [["Licence", bob.email_address]]);
    });

    test("a save keeps who they were, so that a page that is opened anew sends the same", async () => {
      const made = await embeddedDraft(house, { ...editing, signers: [ann, bob], attachments: [licence] });
      const editor = openEditor(house, { link: made.claim_url });
      const view = await edit(editor);
      assert.ok((await editor.save({ ...saveOf(view), signers: view.signers.slice(1) })).ok);
      const again = await edit(editor);
      const done = await editor.finish({ ...saveOf(again), fields: [signatureField(0)] });
      assert.ok(done.ok, JSON.stringify(done));
      assert.deepEqual(await askedIn(done.requestId ?? ""), [["Licence", bob.email_address]]);
    });

    test("where the caller has named nobody, there are as many to name as are asked for files", async () => {
      const { claim_url: link } = await embeddedDraft(house, { signers: [], attachments: [licence] });
      const id = await finishDraft(house, {
        link,
        change: ({ signers }) => ({
          signers: signers.map((signer, index) => ({ ...signer, name: `N${index}`, email: `n${index}@example.com` })),
          fields: [signatureField(0), signatureField(1)],
        }),
      });
      assert.deepEqual(await askedIn(id), [["Licence", "n1@example.com"]]);
      const template = await templateDraft(house, { signer_roles: [], attachments: [licence] });
      const view = await edit(openEditor(house, { link: template.edit_url }));
      assert.deepEqual(
        view.signers.map(({ role, was }) => [role, was]),
        [
          ["Role 1", 0],
          ["Role 2", 1],
        ],
      );
    });

    test("a template whose roles are changed in the editor asks the same roles for the same files, under the ids they had", async () => {
      const template = await makeTemplate(house, { client_id: house.clientId, attachments: [passport, licence] });
      const [first, second] = await attachmentsIn(template);
      const edited = async (change: Parameters<typeof finishDraft>[1]["change"]) => {
        const answer = await ask(house, `POST /embedded/edit_url/${template}`, { json: editing });
        const editor = openEditor(house, { link: readAs(OneEditUrl, answer).embedded.edit_url });
        const view = await edit(editor);
        const done = await editor.finish({ ...saveOf(view), ...change?.(view) });
        assert.ok(done.ok, JSON.stringify(done));
      };
      await edited(({ signers, fields }) => ({
        signers: signers.toReversed(),
        fields: fields.map((field) => (field.signer === null ? field : { ...field, signer: 1 - field.signer })),
      }));
      assert.deepEqual(await attachmentsIn(template), [
        { ...first, signer: 1 },
        { ...second, signer: 0 },
      ]);
      const { signature_request_id: id } = requestOf(await sendWith(house, { template_ids: [template] }));
      assert.deepEqual(await askedIn(id), [
        ["Passport", ann.email_address],
        ["Licence", bob.email_address],
      ]);
      await edited(({ signers, fields }) => ({
        signers: signers.slice(0, 1),
        fields: fields.filter(({ signer }) => signer !== 1),
      }));
      assert.deepEqual(await attachmentsIn(template), [{ ...second, signer: 0 }]);
      assert.deepEqual(
        (await shownTemplate(house, template)).signer_roles.map(({ name }) => name),
        ["Witness"],
      );
    });

    test("a file that a template asks of a role it does not have is asked of nobody", async () => {
      const template = await makeTemplate(house, { attachments: [passport, licence] });
      const [first, second] = await attachmentsIn(template);
      const json = JSON.stringify([
        { ...first, required: true, instructions: null },
        { ...second, signer: 7, required: true, instructions: null },
      ]);
      await house.store.transact(async (tx) => {
        await tx.updateTable("templates").set({ attachments_json: json }).where("template_id", "=", template).execute();
      });
      const { signature_request_id: id } = requestOf(
        await sendWith(house, { template_ids: [template], signers: cast }),
      );
      assert.deepEqual(await askedIn(id), [["Passport", ann.email_address]]);
    });

    test("a request whose draft failed asks nobody for the files of who is not named", async () => {
      const made = await unclaimedDraft(house, {
        on: "create_embedded_with_template",
        asked: {
          files: [Buffer.from("%PDF-1.4\nbroken\n")],
          client_id: house.clientId,
          requester_email_address: "sender@example.com",
          template_ids: [await makeTemplate(house, { attachments: [passport, licence] })],
          signers: cast.slice(1),
        },
      });
      await house.quiet();
      const id = made.signature_request_id ?? assert.fail();
      assert.equal((await shownRequest(house, id)).has_error, true);
      assert.deepEqual(await askedIn(id), [["Licence", bob.email_address]]);
    });
  });
}
