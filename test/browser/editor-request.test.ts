import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { needingChromium, type Surface, windowsOf } from "../support/chromium.ts";
import { draftRequest, fieldNamed, kept, numberIn, openEditor } from "../support/editor-desk.ts";
import { eventsOf } from "../support/heard-house.ts";
import { openStage, type Stage, until } from "../support/stage.ts";

describe("a request that is prepared in the editor", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("with the keyboard alone: placed, moved, resized, copied, removed, taken back, mended where it is told to, sent; focus is always seen", async () => {
    const { house } = stage;
    const draft = await draftRequest(stage);
    const page = await windows.open({ viewport: { width: 1280, height: 860 } });
    const document = await openEditor(stage, { page, url: draft.url });
    const { surface } = document;
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focused = surface.locator(":focus-visible");
    const tabTo = async (wanted: ReturnType<Surface["locator"]>, back = false) => {
      for (let presses = 0; (await wanted.and(focused).count()) === 0; presses += 1) {
        assert.ok(presses < 60, `Tab leads to ${wanted.toString()}`);
        await press(back ? "Shift+Tab" : "Tab");
      }
    };
    const button = (name: string) => surface.getByRole("button", { name, exact: true });
    const said = (words: string | RegExp) => surface.getByRole("status").filter({ hasText: words }).waitFor();

    await button("Signature").waitFor();
    await tabTo(button("Checkbox"));
    await press("Enter");
    const box = fieldNamed(surface, /^Checkbox, for Ann Lee, page 1$/);
    const boxes = (count: number) => until(`there are ${count}`, async () => (await box.count()) === count);
    await box.and(focused).waitFor();
    await said("Checkbox placed on page 1.");

    const placed = { left: await numberIn(surface, "Left"), top: await numberIn(surface, "Top") };
    const width = await numberIn(surface, "Width");
    await press("ArrowRight", "ArrowRight", "Shift+ArrowUp");
    await until(
      "it has moved by points and by tens",
      async () =>
        (await numberIn(surface, "Left")) === placed.left + 2 && (await numberIn(surface, "Top")) === placed.top - 10,
    );
    await said(/from the left/);
    await press("Alt+Shift+ArrowRight");
    await until("it is wider", async () => (await numberIn(surface, "Width")) === width + 10);
    await said(/wide/);

    await press("Control+d");
    await said("Field added.");
    await boxes(2);
    await press("Delete");
    await said("Field removed.");
    await box.and(focused).waitFor();
    await press("Control+z");
    await said("Taken back.");
    await boxes(2);
    await press("Control+Shift+Z");
    await boxes(1);
    await box.and(focused).waitFor();
    await press("Control+a", "Control+c", "Control+v");
    await boxes(2);
    await press("Control+z", "Control+z", "Control+z");
    await boxes(1);
    await press("Control+Shift+Z");
    await boxes(2);
    await press("Control+z");
    await kept(surface);

    // A screen reader presses without a key and without a pointer.
    await press("Escape");
    await until("nothing is chosen", async () => (await box.getAttribute("aria-pressed")) === "false");
    await box.dispatchEvent("click", { detail: 0 });
    await until("it is chosen", async () => (await box.getAttribute("aria-pressed")) === "true");
    await said("One field is chosen.");

    // Nobody can sign yet: the fault leads to what mends it.
    await tabTo(button("Send"));
    await press("Enter");
    const faults = surface.getByRole("region", { name: "One thing needs another look" });
    await faults.and(surface.locator(":focus")).waitFor();
    await tabTo(faults.getByRole("button", { name: /^Ann Lee: There is no signature field/ }));
    await press("Enter");
    await button("Signature").and(focused).waitFor();
    await press("Enter");
    const signature = fieldNamed(surface, /^Signature, for Ann Lee, page 1, required$/);
    await signature.and(focused).waitFor();
    await press("Alt+PageDown");
    await fieldNamed(surface, /^Signature, for Ann Lee, page 2, required$/)
      .and(focused)
      .waitFor();
    await tabTo(surface.getByRole("textbox", { name: "Label" }));
    await page.keyboard.type("Tenant");
    await kept(surface);
    await tabTo(button("Send"));
    await press("Enter");
    await document.heard("close");

    assert.deepEqual(await document.eventNames(), ["open", "ready", "send", "finish", "close"]);
    const told = (await document.events()).find(({ name }) => name === "send")?.data as Record<string, unknown>;
    const id = String(told.signatureRequestId);
    assert.equal(id, draft.id);
    assert.deepEqual(told.signatureRequestInfo, {
      title: "Please sign",
      message: "Hello",
      signatures: [{ signer_name: "Ann Lee", signer_email_address: "ann@example.com", order: null }],
      ccEmailAddresses: [],
    });
    assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
    const shown = (await ask(house, `GET /signature_request/${id}`)).json as {
      signature_request: { signatures: readonly { signature_id: string }[] };
    };
    assert.equal(told.signatureId, shown.signature_request.signatures[0]?.signature_id);
  });
});
