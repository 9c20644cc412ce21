import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { draftTemplate, fieldNamed, openEditor } from "../support/editor-desk.ts";
import { openStage, type Stage } from "../support/stage.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 360, height: 740 };

describe("axe-core finds nothing wrong with the editor", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("at any step, light and dark, on a desktop and on a phone", async () => {
    const draft = await draftTemplate(stage, {
      editor_options: { allow_edit_signers: true, allow_edit_documents: true },
      merge_fields: [{ name: "rent", type: "text" }],
      cc_roles: ["Lawyer"],
      force_signer_roles: true,
      force_subject_message: true,
      show_preview: true,
    });
    const page = await windows.open({ viewport: desktop, reducedMotion: "reduce" });
    const { surface } = await openEditor(stage, { page, url: draft.url });
    const button = (name: string) => surface.getByRole("button", { name, exact: true });
    const fine = async (where: string) => {
      const frame = await surface.frame();
      for (const viewport of [desktop, phone])
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize(viewport);
          // The window is another's: it takes its new size in its own time.
          await frame.waitForFunction(`innerWidth > ${viewport.width / 2} && innerWidth <= ${viewport.width}`);
          await page.emulateMedia({ colorScheme });
          assert.deepEqual(await violationsOf(frame), [], `${where}, ${viewport.width}, ${colorScheme}`);
        }
      await page.setViewportSize(desktop);
    };

    await surface.getByRole("heading", { name: "Which roles are there?" }).waitFor();
    await fine("roles");
    await button("Continue").click();
    for (const kind of ["Signature", "Text", "Checkbox", "Radio buttons", "Dropdown", "Link", "rent"])
      await button(kind).click();
    await fieldNamed(surface, /^Merge text/).waitFor();
    await page.keyboard.press("Escape");
    await fine("fields, and the document beside them");
    await fieldNamed(surface, /^Dropdown/).click();
    await button("Add a rule").click();
    await fine("a field with a rule");
    await page.keyboard.press("Control+a");
    await fine("many fields");
    await button("Continue").click();
    await surface.getByRole("textbox", { name: "Subject of the mail" }).waitFor();
    await fine("the message");
    await button("Continue").click();
    await surface.getByRole("heading", { name: "This is what they will see" }).waitFor();
    await button("Save template").click();
    await surface.getByRole("region", { name: /another look/ }).waitFor();
    await fine("the preview, and faults");
    await surface.getByRole("button", { name: /address/ }).click();
    await surface.getByRole("textbox", { name: "Address" }).waitFor();
    await page.setViewportSize(phone);
    await button("Properties").click();
    assert.deepEqual(await violationsOf(await surface.frame()), [], "the sheet of a phone");
  });
});
