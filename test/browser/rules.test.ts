import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { mailedLinkOf } from "../support/page.ts";
import { ann, onePage, sendAndWait } from "../support/requests.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { openLease, openStage, type Stage } from "../support/stage.ts";

const place = { document_index: 0, required: false, signer: 0, page: 1, x: 80, width: 160, height: 20 };
const extras = ["Garage", "Garden", "Cellar"].map((name, index) => ({
  ...place,
  api_id: name.toLowerCase(),
  name,
  type: "checkbox",
  is_checked: false,
  group: "extras",
  width: 18,
  height: 18,
  y: 240 + index * 30,
}));
const parameters = {
  files: [onePage],
  form_fields_per_document: [
    { ...place, api_id: "pet", name: "Pet", type: "dropdown", options: ["none", "cat", "dog"], required: true, y: 120 },
    { ...place, api_id: "pet_name", name: "Name of the pet", type: "text", required: true, y: 160 },
    ...extras,
    { ...place, api_id: "town", name: "Town", type: "text", link_id: "town", y: 380 },
    { ...place, api_id: "town_again", name: "Town again", type: "text", link_id: "town", y: 420 },
    { ...place, api_id: "sign", name: "Tenant", type: "signature", required: true, y: 500, width: 200, height: 40 },
  ],
  form_field_groups: [{ group_id: "extras", group_label: "Extras", requirement: "require_1" }],
  form_field_rules: [
    {
      id: "pets",
      trigger_operator: "AND",
      triggers: [{ id: "pet", operator: "any", values: ["cat", "dog"] }],
      actions: [{ field_id: "pet_name", hidden: false, type: "change-field-visibility" }],
    },
  ],
};

describe("rules and groups on the signing page", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("a field comes and goes with the answer that it hangs on, and counts only while it is there", async () => {
    const page = await windows.open();
    const { surface } = (await openLease(stage, { page, parameters })).document;
    const name = surface.getByRole("textbox", { name: "Name of the pet" });
    const told = (words: string) => surface.getByText(words, { exact: true }).waitFor();

    await told("3 of 3 required fields left");
    assert.equal(await name.count(), 0);
    await surface.getByRole("combobox", { name: "Pet" }).selectOption("cat");
    await told("3 of 4 required fields left");
    await name.fill("Tom");
    await told("2 of 4 required fields left");
    await surface.getByRole("combobox", { name: "Pet" }).selectOption("none");
    await name.waitFor({ state: "detached" });
    await told("2 of 3 required fields left");
    await page.context().close();
  });

  test("what is written into a linked field is written into all of them", async () => {
    const page = await windows.open();
    const { surface } = (await openLease(stage, { page, parameters })).document;
    await surface.getByRole("textbox", { name: "Town", exact: true }).fill("Split");
    assert.equal(await surface.getByRole("textbox", { name: "Town again" }).inputValue(), "Split");
    await surface.getByRole("textbox", { name: "Town again" }).fill("Zadar");
    assert.equal(await surface.getByRole("textbox", { name: "Town", exact: true }).inputValue(), "Zadar");
    await page.context().close();
  });

  test("a group says what it asks for, to eyes and ears, and is finished with as many ticks as it wants", async () => {
    const page = await windows.open();
    const request = await sendAndWait(stage.house, { ...parameters, mailed: true, signers: [ann] });
    const asked = { requestId: request.signature_request_id, to: ann.email_address };
    await page.goto(await mailedLinkOf(stage.house, asked));
    const surface = surfaceOf(page);
    const box = (named: string) => surface.getByRole("checkbox", { name: `${named} (Extras: Choose one.)` });

    await surface.getByRole("combobox", { name: "Pet" }).selectOption("none");
    await typeSignature(surface, { name: "Ann Lee" });
    await surface.getByRole("button", { name: "Finish" }).click();
    await surface.getByRole("status").filter({ hasText: "Garage, page 1: Choose one." }).waitFor();
    await box("Garden").check();
    await box("Cellar").check();
    await surface.getByRole("button", { name: "Finish" }).click();
    await surface.getByRole("status").filter({ hasText: "Cellar, page 1: Choose only one." }).waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await box("Cellar").uncheck();
    await finishSigning(surface);
    await page.context().close();
  });
});
