import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { Ink } from "../../src/wire/session.ts";
import { needing, pictureOf } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, type Surface, surfaceOf, windowsOf } from "../support/chromium.ts";
import { mailedLinkOf } from "../support/page.ts";
import { ann, type NewRequest, sendAndWait, untilState } from "../support/requests.ts";
import { finishSigning } from "../support/signer.ts";
import { openStage, type Stage, until } from "../support/stage.ts";
import { photo } from "./photo.ts";
import { inkIn } from "./pictures.ts";

const place = { document_index: 0, signer: 0, page: 1, required: true };
const boxes = [
  { page: 1, x: 100, y: 200, width: 200, height: 40 },
  { page: 1, x: 100, y: 300, width: 120, height: 40 },
] as const;
const initialsBox = { page: 1, x: 100, y: 400, width: 60, height: 30 };

const asked: NewRequest = {
  title: "Loan of a bicycle",
  mailed: true,
  signers: [ann],
  form_fields_per_document: boxes.map(({ x, y, width, height }, n) => ({
    ...place,
    api_id: `s${n}`,
    type: "signature",
    name: `Borrower ${n + 1}`,
    x,
    y,
    width: width / 0.9,
    height: height / 0.9,
  })),
};
const withInitials: NewRequest = {
  ...asked,
  form_fields_per_document: [
    ...(asked.form_fields_per_document as readonly object[]),
    { ...place, api_id: "i", type: "initials", name: "Initials", ...initialsBox, width: 66, height: 33 },
  ],
};

describe("the signature dialog", { ...needingChromium, skip: needingChromium.skip || needing("pdftoppm").skip }, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const begin = async (parameters: NewRequest, options = {}) => {
    const { signature_request_id: id } = await sendAndWait(stage.house, parameters);
    const page = await windows.open(options);
    await page.goto(await mailedLinkOf(stage.house, { requestId: id, to: ann.email_address }));
    const surface = surfaceOf(page);
    await page.getByRole("button", { name: "Start" }).waitFor();
    return { id, page, surface };
  };
  const openDialog = async (surface: Surface) => {
    await surface
      .getByRole("button", { name: /^Sign here/ })
      .first()
      .click();
    const dialog = surface.getByRole("dialog", { name: "Your signature" });
    await dialog.waitFor();
    return dialog;
  };
  const shoot = async (page: Page, name: string) => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/pen-${name}.png` });
  };
  const sealed = async (id: string) => {
    await untilState(stage.house, { id, not: ["awaiting", "sealing"] });
    return pictureOf((await ask(stage.house, `GET /signature_request/files/${id}?file_type=pdf`)).bytes);
  };

  /** Draws three strokes with a pointer over the pad. */
  const scribble = async (page: Page, pad: ReturnType<Page["getByRole"]>) => {
    const box = await pad.boundingBox();
    assert.ok(box);
    for (const [from, to] of [
      [0.1, 0.5],
      [0.35, 0.7],
      [0.6, 0.9],
    ] as const) {
      await page.mouse.move(box.x + box.width * from, box.y + box.height * 0.75);
      await page.mouse.down();
      for (let step = 1; step <= 12; step += 1) {
        const share = from + ((to - from) * step) / 12;
        await page.mouse.move(box.x + box.width * share, box.y + box.height * (0.5 + 0.3 * Math.sin(step * 1.3)));
      }
      await page.mouse.up();
    }
  };

  test("draws with the mouse, may undo and clear, and one drawing stands in every field of the sealed document", async () => {
    const { id, page, surface } = await begin(asked);
    const dialog = await openDialog(surface);
    await dialog.getByRole("tab", { name: "Draw" }).click();
    await dialog.getByRole("button", { name: "Insert" }).click();
    await dialog.getByText("Draw your signature first").waitFor();
    const pad = dialog.getByRole("img", { name: "Drawing area for your signature" });
    await scribble(page, pad);
    await shoot(page, "draw");
    assert.deepEqual(await violationsOf(page), []);
    assert.equal(await pad.locator("path[d^=M]").count(), 3);
    await dialog.getByRole("button", { name: "Undo" }).click();
    assert.equal(await pad.locator("path[d^=M]").count(), 2);
    await dialog.getByRole("button", { name: "Clear", exact: true }).click();
    assert.equal(await pad.locator("path[d^=M]").count(), 0);
    await scribble(page, pad);
    await dialog.getByRole("button", { name: "Insert" }).click();
    await dialog.waitFor({ state: "hidden" });
    // The second field takes the same with one click.
    await surface.getByRole("button", { name: "Sign here: Borrower 2" }).click();
    await surface.getByRole("button", { name: /Borrower 2, signed as Ann Lee/ }).waitFor();
    assert.equal(await page.locator(".place.signature .ink path").count(), 6);
    await shoot(page, "drawn");

    await page.reload();
    await until("after a reload it is still drawn", async () => (await page.locator(".ink path").count()) === 6);
    await finishSigning(surface);
    const picture = await sealed(id);
    for (const box of boxes) assert.ok(inkIn(picture, { box, from: 0, to: 1 }) > 150, `ink at ${box.y}`);
  });

  test("takes a photo of a signature and leaves its paper away", async () => {
    const { id, page, surface } = await begin(asked, { colorScheme: "dark" });
    const dialog = await openDialog(surface);
    await dialog.getByRole("tab", { name: "Upload" }).click();
    const chooser = dialog.getByLabel("Choose a picture");
    await chooser.setInputFiles({ name: "notes.txt", mimeType: "image/png", buffer: Buffer.from("no picture") });
    await dialog.getByText("This file is no picture").waitFor();
    await chooser.setInputFiles({ name: "paper.png", mimeType: "image/png", buffer: await photo(page, false) });
    await dialog.getByText("No writing was found").waitFor();
    await chooser.setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: await photo(page, true) });
    await dialog.getByRole("img", { name: "Your signature as it will stand" }).waitFor();
    await shoot(page, "upload");
    assert.deepEqual(await violationsOf(page), []);
    await dialog.getByRole("button", { name: "Insert" }).click();
    await dialog.waitFor({ state: "hidden" });
    await surface.getByRole("button", { name: "Sign here: Borrower 2" }).click();
    await finishSigning(surface);
    const rows = await stage.house.store.read.selectFrom("hands").selectAll().where("request_id", "=", id).execute();
    const [ink] = rows.map(({ ink_json: json }) => JSON.parse(json) as Extract<Ink, { form: "picture" }>);
    assert.ok(ink && ink.width > 300 && ink.height < ink.width, "cut to the ink");
    const picture = await sealed(id);
    const [first] = boxes;
    const dark = inkIn(picture, { box: first, from: 0, to: 1 });
    assert.ok(dark > 100 && dark < 0.4 * 4 * first.width * first.height, `a line of ink without its paper: ${dark}`);
  });

  test("types in another handwriting, initials too, by keyboard alone", async () => {
    const { id, page, surface } = await begin(withInitials);
    const dialog = await openDialog(surface);
    await shoot(page, "type");
    await dialog.getByRole("textbox", { name: "Full name" }).fill("Ann Lee");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await dialog.getByRole("radio", { name: "Handwriting 1" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.ok(await dialog.getByRole("radio", { name: "Handwriting 3" }).isChecked());
    await shoot(page, "typed-3");
    assert.deepEqual(await violationsOf(page), []);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await surface.getByRole("button", { name: "Sign here: Borrower 2" }).click();
    await surface.getByRole("button", { name: /^Initial here/ }).click();
    assert.equal(await page.locator('.ink text[style*="Great Vibes"]').count(), 3);
    await finishSigning(surface);
    assert.ok(inkIn(await sealed(id), { box: initialsBox, from: 0, to: 1 }) > 20);
  });

  test("arrow keys lead through the tabs", async () => {
    const { page, surface } = await begin(asked);
    const dialog = await openDialog(surface);
    await dialog.getByRole("tab", { name: "Type" }).focus();
    for (const name of ["Draw", "Upload", "Type"]) {
      await page.keyboard.press("ArrowRight");
      await dialog.getByRole("tab", { name, selected: true }).and(page.locator(":focus")).waitFor();
    }
  });

  test("is drawn on a phone that the desktop's code leads to", async () => {
    const { id, page, surface } = await begin(withInitials);
    const dialog = await openDialog(surface);
    await dialog.getByRole("tab", { name: "Draw" }).click();
    await dialog.getByRole("button", { name: "Use your phone" }).click();
    const code = dialog.getByRole("img", { name: /leads your phone to/ });
    await code.waitFor();
    await shoot(page, "code");
    assert.deepEqual(await violationsOf(page), []);
    const address = /http\S+/.exec((await code.getAttribute("aria-label")) ?? "")?.[0] ?? "";

    const phone = await windows.open({ viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true });
    await phone.goto(address);
    await scribble(phone, phone.getByRole("img", { name: "Drawing area for your signature" }));
    await phone.getByRole("button", { name: "Send" }).click();
    await phone.getByText("Draw your signature first").waitFor();
    await scribble(phone, phone.getByRole("img", { name: "Drawing area for your initials" }));
    await shoot(phone, "phone-pad");
    assert.deepEqual(await violationsOf(phone), []);
    await phone.getByRole("button", { name: "Send" }).click();
    await phone.getByRole("heading", { name: "Your signature is on the other screen" }).waitFor();
    await dialog.waitFor({ state: "hidden" });
    await surface.getByRole("button", { name: /Borrower 1, signed as/ }).waitFor();
    await phone.reload();
    await phone.getByRole("heading", { name: /used up or too old/ }).waitFor();

    await surface.getByRole("button", { name: "Sign here: Borrower 2" }).click();
    await surface.getByRole("button", { name: /^Initial here/ }).click();
    await finishSigning(surface);
    assert.ok(inkIn(await sealed(id), { box: initialsBox, from: 0, to: 1 }) > 20);
  });

  test("with a finger: the page does not scroll away beneath it", async () => {
    const { page, surface } = await begin(asked, {
      viewport: { width: 375, height: 740 },
      isMobile: true,
      hasTouch: true,
    });
    const dialog = await openDialog(surface);
    await dialog.getByRole("tab", { name: "Draw" }).tap();
    const pad = dialog.getByRole("img", { name: "Drawing area for your signature" });
    const box = await pad.boundingBox();
    assert.ok(box);
    const client = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number) =>
      client.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
    await touch("touchStart", box.x + 40, box.y + 20);
    for (let step = 1; step < 10; step += 1) await touch("touchMove", box.x + 40 + step * 25, box.y + 20 + step * 6);
    await touch("touchEnd", 0, 0);
    await until("one stroke is there", async () => (await pad.locator("path[d^=M]").count()) === 1);
    await shoot(page, "finger");
    assert.equal((await pad.boundingBox())?.y, box.y);
  });
});
