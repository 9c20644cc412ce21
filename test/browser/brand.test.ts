import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, type Surface, surfaceOf, windowsOf } from "../support/chromium.ts";
import { draftRequest, openEditor } from "../support/editor-desk.ts";
import { mailedLinkOf } from "../support/page.ts";
import { ann, sendAndWait } from "../support/requests.ts";
import { lease, openLease, openStage, type Stage } from "../support/stage.ts";

const colours = {
  header_background_color: "#3b1f5b",
  text_color2: "#ffe9a8",
  page_background_color: "#f3ecff",
  text_color1: "#4a3b66",
  link_color: "#7a1fa2",
  primary_button_color: "#7a1fa2",
  primary_button_text_color: "#ffffff",
  primary_button_color_hover: "#4a0072",
  primary_button_text_color_hover: "#ffe9a8",
  secondary_button_color: "#ffe9a8",
  secondary_button_text_color: "#3b1f5b",
  secondary_button_color_hover: "#3b1f5b",
  secondary_button_text_color_hover: "#ffe9a8",
};
const rgb = (hex: string) => `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;

describe("the colours of an app", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
    const { house } = stage;
    const answer = await ask(house, `PUT /api_app/${house.clientId}`, { json: { white_labeling_options: colours } });
    assert.equal(answer.status, 200);
  });
  after(() => stage.close());

  const link = { document_index: 0, signer: 0, page: 1, required: false, x: 360, y: 400, width: 200, height: 20 };
  const linked = {
    form_fields_per_document: [
      ...(lease.form_fields_per_document as readonly object[]),
      { ...link, api_id: "terms", type: "hyperlink", content: "Terms", content_url: "https://example.com/terms" },
    ],
  };
  const styleOf = async (surface: Surface, selector: string) =>
    surface
      .locator(selector)
      .first()
      .evaluate((element) => {
        const view = (element as unknown as { ownerDocument: { defaultView: never } }).ownerDocument.defaultView as {
          getComputedStyle: (of: unknown) => { backgroundColor: string; color: string };
        };
        const { backgroundColor, color } = view.getComputedStyle(element);
        return [backgroundColor, color];
      });

  for (const scheme of ["light", "dark"] as const) {
    test(`are worn by its signing page, ${scheme}: header, page, links, both kinds of button and their hovers`, async () => {
      const page = await windows.open({ colorScheme: scheme });
      const { document } = await openLease(stage, { page, parameters: linked });
      const { surface } = document;
      await surface.getByRole("button", { name: "Start" }).waitFor();
      const look = (selector: string) => styleOf(surface, selector);
      assert.deepEqual(await look(".header"), [rgb(colours.header_background_color), rgb(colours.text_color2)]);
      assert.deepEqual(await look(".paper"), [rgb(colours.page_background_color), rgb(colours.text_color1)]);
      assert.equal((await look(".hyperlink a"))[1], rgb(colours.link_color));
      assert.deepEqual(await look(".button.primary"), [rgb(colours.primary_button_color), rgb("#ffffff")]);
      const finish = surface.getByRole("button", { name: "Finish" });
      await finish.hover();
      assert.deepEqual(await look(".bar-main .button:not(.primary)"), [
        rgb(colours.secondary_button_color_hover),
        rgb(colours.secondary_button_text_color_hover),
      ]);
      await surface.getByRole("button", { name: "Start" }).hover();
      assert.deepEqual(await look(".button.primary"), [
        rgb(colours.primary_button_color_hover),
        rgb(colours.primary_button_text_color_hover),
      ]);
      assert.deepEqual(await look(".bar-main .button:not(.primary)"), [
        rgb(colours.secondary_button_color),
        rgb(colours.secondary_button_text_color),
      ]);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/brand-${scheme}.png` });
    });
  }

  test("are worn by its editor", async () => {
    const draft = await draftRequest(stage);
    const page = await windows.open();
    const { surface } = await openEditor(stage, { page, url: draft.url });
    await surface.getByRole("button", { name: "Send" }).waitFor();
    for (const [selector, [back, front]] of [
      [".header", ["header_background_color", "text_color2"]],
      [".paper", ["page_background_color", "text_color1"]],
      [".button.primary", ["primary_button_color", "primary_button_text_color"]],
    ] as const)
      assert.deepEqual(await styleOf(surface, selector), [rgb(colours[back]), rgb(colours[front])], selector);
    assert.deepEqual(await violationsOf(await surface.frame()), []);
  });

  test("are worn by what comes by mail for that app; what the host gives goes before them, unreadable pairs do not", async () => {
    const { house } = stage;
    const { signature_request_id: id } = await sendAndWait(house, {
      ...lease,
      mailed: true,
      client_id: house.clientId,
    });
    const page = await windows.open();
    await page.goto(await mailedLinkOf(house, { requestId: id, to: ann.email_address }));
    const surface = surfaceOf(page);
    await surface.getByRole("button", { name: "Start" }).waitFor();
    assert.deepEqual(await styleOf(surface, ".header"), [
      rgb(colours.header_background_color),
      rgb(colours.text_color2),
    ]);

    assert.deepEqual(await violationsOf(page), []);

    const hosted = await windows.open();
    const whiteLabeling = { primary_button_color: "#005500", primary_button_text_color: "#116611" };
    const { document } = await openLease(stage, { page: hosted, options: { whiteLabeling } });
    await document.surface.getByRole("button", { name: "Start" }).waitFor();
    assert.deepEqual(await styleOf(document.surface, ".button.primary"), [rgb("#005500"), rgb("#ffffff")]);
    assert.deepEqual(await styleOf(document.surface, ".header"), [
      rgb(colours.header_background_color),
      rgb(colours.text_color2),
    ]);
  });
});
