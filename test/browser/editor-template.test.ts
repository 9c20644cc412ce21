import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { Field } from "../../src/documents/document.ts";
import { ask } from "../support/ask.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { draftTemplate, fieldNamed, kept, middleOf, numberIn, openEditor } from "../support/editor-desk.ts";
import { onePage } from "../support/requests.ts";
import { openStage, type Stage, until } from "../support/stage.ts";

describe("a template that is made in the editor", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("with the mouse: roles, fields dragged, pulled, chosen by a frame and put in order, undone, previewed, saved; its host and its callback hear of it, and it can be sent", async () => {
    const { house } = stage;
    const draft = await draftTemplate(stage, {
      editor_options: { allow_edit_signers: true, allow_edit_documents: true },
      merge_fields: [{ name: "rent", type: "text" }],
      force_signer_roles: true,
      force_subject_message: true,
      show_preview: true,
    });
    const page = await windows.open({ viewport: { width: 1280, height: 860 } });
    const document = await openEditor(stage, { page, url: draft.url });
    const { surface } = document;
    const button = (name: string | RegExp) => surface.getByRole("button", { name, exact: true });

    await surface.getByRole("heading", { name: "Which roles are there?" }).waitFor();
    await surface
      .getByRole("group", { name: /Role 2/ })
      .getByRole("textbox", { name: "Role" })
      .fill("Landlord");
    await button("Continue").click();

    const paper = surface.getByRole("region", { name: "Page 1 of 2" });
    await paper.waitFor();
    const drop = async (kind: string, to: { readonly x: number; readonly y: number }) => {
      const at = await middleOf(paper.locator("img"));
      const point = {
        x: at.x - at.width / 2 + (to.x * at.width) / 612,
        y: at.y - at.height / 2 + (to.y * at.width) / 612,
      };
      await drag(page, { from: await middleOf(button(kind)), to: point });
    };
    await drop("Signature", { x: 200, y: 300 });
    const signature = fieldNamed(surface, /^Signature, for Tenant, page 1, required/);
    await signature.waitFor();
    assert.ok(Math.abs((await numberIn(surface, "Left")) + 80 - 200) < 4, "dropped where the pointer was");

    const start = await middleOf(signature);
    await drag(page, { from: start, to: { x: start.x + 60, y: start.y + 41 } });
    await until("it has moved", async () => (await middleOf(signature)).x > start.x + 50);
    const corner = await middleOf(surface.locator("[data-handle=se]"));
    const narrow = (await middleOf(signature)).width;
    await drag(page, { from: corner, to: { x: corner.x + 47, y: corner.y + 13 } });
    await until("it is pulled", async () => (await middleOf(signature)).width > narrow + 40);

    await drop("Text", { x: 230, y: 440 });
    await surface.getByRole("textbox", { name: "Label", exact: true }).fill("City");
    await drop("rent", { x: 420, y: 240 });
    await fieldNamed(surface, /^Merge text “rent”, merge field, page 1/).waitFor();

    const at = await middleOf(paper.locator("img"));
    await drag(page, {
      from: { x: at.x - at.width / 2 + 12, y: at.y - at.height / 2 + 200 },
      to: { x: at.x + at.width / 2 - 20, y: at.y + 140 },
    });
    await surface.getByRole("heading", { name: "3 fields" }).waitFor();
    await button("Left edges").click();
    const lefts = async () =>
      new Set(
        await Promise.all(
          (await paper.getByRole("button").all()).map(async (one) => Math.round((await one.boundingBox())?.x ?? 0)),
        ),
      );
    await until("all stand at one edge", async () => (await lefts()).size === 1);
    await button("Undo").click();
    await until("they stand where they stood", async () => (await lefts()).size === 3);
    await button("Redo").click();

    await surface.getByRole("combobox", { name: "For" }).selectOption("Landlord");
    await button("Signature").click();
    await fieldNamed(surface, /^Signature, for Landlord/).waitFor();
    await kept(surface);

    await button("Continue").click();
    await surface.getByRole("textbox", { name: "Subject of the mail" }).fill("Your lease");
    await button("Continue").click();
    await surface.getByRole("button", { name: /^Sign here/ }).waitFor();
    await surface.getByRole("status").filter({ hasText: "This is what they will see" }).waitFor();
    assert.equal(await surface.getByRole("textbox", { name: "City" }).count(), 1);
    await button("Save template").click();
    await document.heard("close");

    assert.deepEqual(await document.eventNames(), ["open", "ready", "createTemplate", "finish", "close"]);
    const told = (await document.events()).find(({ name }) => name === "createTemplate")?.data;
    const { templateId, templateInfo } = told as { templateId: string; templateInfo: object };
    assert.equal(templateId, draft.id);
    assert.deepEqual(templateInfo, {
      title: "Lease of a flat",
      message: "Hello",
      signerRoles: [
        { name: "Tenant", order: null },
        { name: "Landlord", order: null },
      ],
      ccRoles: [],
    });
    await house.quiet();
    const heard = house.receiver.heard.map(({ payload }) => payload.event.event_type);
    assert.ok(heard.includes("template_created"), heard.join());

    const sent = await ask(house, "POST /signature_request/send_with_template", {
      json: {
        template_ids: [draft.id],
        test_mode: true,
        signers: [
          { role: "Tenant", name: "Ann Lee", email_address: "ann@example.com" },
          { role: "Landlord", name: "Bob Ray", email_address: "bob@example.com" },
        ],
        custom_fields: [{ name: "rent", value: "900" }],
      },
    });
    assert.equal(sent.status, 200, sent.bytes.toString());
    const { signature_request: request } = sent.json as { signature_request: { subject: string } };
    assert.equal(request.subject, "Your lease");
  });

  test("of files that are added, moved and removed, with groups and rules; what they say is kept", async () => {
    const draft = await draftTemplate(stage, {
      signer_roles: [{ name: "Tenant" }],
      editor_options: { allow_edit_signers: false, allow_edit_documents: true },
    });
    const page = await windows.open({ viewport: { width: 1280, height: 860 } });
    const { surface, heard } = await openEditor(stage, { page, url: draft.url });
    const button = (name: string | RegExp) => surface.getByRole("button", { name, exact: true });
    const names = () => surface.locator(".files .file-name").allInnerTexts();

    await surface
      .locator("input[type=file]")
      .setInputFiles({ name: "annex.pdf", mimeType: "application/pdf", buffer: Buffer.from(onePage) });
    await button("Move annex.pdf up").click();
    await until("the annex is second", async () => /annex/.test((await names())[1] ?? ""));
    await button("Remove annex.pdf").click();
    await surface.getByRole("dialog", { name: "Remove this file?" }).getByRole("button", { name: "Remove" }).click();
    await until("the annex is gone", async () => (await names()).length === 2);

    await button("Text").click();
    await surface.getByRole("textbox", { name: "Label" }).fill("City");
    await surface.getByRole("combobox", { name: "Filled by itself with" }).selectOption("Company");
    await surface.getByRole("textbox", { name: /^Link: / }).fill("town");
    await button("Radio buttons").click();
    await fieldNamed(surface, /^Radio buttons/)
      .first()
      .click();
    await surface.getByRole("textbox", { name: "Name of the group" }).fill("Pets");
    await button("Add another button").click();
    await until("there are three", async () => (await fieldNamed(surface, /^Radio buttons/).count()) === 3);
    // What takes the place of a button that is gone has the focus.
    const rule = surface.getByRole("group", { name: "Rule" }).locator(":focus");
    await button("Add a rule").click();
    await rule.waitFor();
    await button("Remove the rule").press("Enter");
    await rule.and(button("Add a rule")).press("Enter");
    await rule.waitFor();
    await surface.getByRole("combobox", { name: "Other field" }).selectOption("City");
    await surface.getByRole("textbox", { name: "Value" }).fill("Zagreb");
    await button("Signature").click();
    await kept(surface);

    const { fields } = await stage.house.store.read
      .selectFrom("drafts")
      .select("said_json")
      .where("template_id", "=", draft.id)
      .executeTakeFirstOrThrow()
      .then(({ said_json: said }) => JSON.parse(said) as { readonly fields: readonly Field[] });
    const radios = fields.filter(({ type }) => type === "radio");
    const city = fields.find(({ name }) => name === "City");
    assert.deepEqual([city?.autoFill, city?.linkId], ["company", "town"]);
    assert.equal(radios.length, 3);
    for (const { group, condition } of radios) {
      assert.deepEqual(group, { id: "group_1", label: "Pets", least: 1, most: 1 });
      assert.deepEqual(condition, { field: city?.apiId, operator: "is", values: ["Zagreb"], hides: false });
    }
    await button("Save template").click();
    await heard("createTemplate");
  });
});

type At = { readonly x: number; readonly y: number };

async function drag(page: Page, { from, to }: { readonly from: At; readonly to: At }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
}
