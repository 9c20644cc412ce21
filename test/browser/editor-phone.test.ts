import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { EditorView } from "../../src/wire/editor-view.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { draftRequest, fieldNamed, kept, middleOf, numberIn } from "../support/editor-desk.ts";
import { openStage, type Stage, until } from "../support/stage.ts";

describe("a request that is prepared on a phone, alone in a window", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("with a finger: fields dragged, beside each other, the paper enlarged by two fingers, filled at once, kept over a reload and while the network is gone; nothing unsaved is left without a warning; another window's change is told; it is sent", async () => {
    const { house } = stage;
    const draft = await draftRequest(stage, { isAlone: true, signers: [] });
    const page = await windows.open({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    const surface = surfaceOf(page);
    const button = (name: string) => surface.getByRole("button", { name, exact: true });
    await page.goto(draft.url);

    // Nobody was named: who signs is asked first.
    await surface.getByRole("textbox", { name: "Name", exact: true }).fill("Ann Lee");
    await surface.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");
    await button("Continue").tap();
    await button("Signature").tap();
    const signature = fieldNamed(surface, /^Signature, for Ann Lee, page 1/);
    await signature.waitFor();
    const start = await middleOf(signature);
    await swipe(page, { from: start, to: { x: start.x + 40, y: start.y + 90 } });
    await until("it is dragged", async () => {
      const { x, y } = await middleOf(signature);
      return y > start.y + 60 && x > start.x + 20;
    });

    // What is not chosen lets the page be scrolled.
    await page.touchscreen.tap(40, start.y - 80);
    await until("nothing is chosen", async () => (await signature.getAttribute("aria-pressed")) === "false");
    const paper = surface.locator("main.paper");
    const before = await middleOf(signature);
    await swipe(page, { from: before, to: { x: before.x, y: before.y - 120 } });
    await until("the page has scrolled", async () => (await paper.evaluate((box) => box.scrollTop)) > 40);
    await kept(surface);

    const sheet = surface.getByRole("region", { name: "Page 1 of 2" });
    const [narrow, stood] = [await middleOf(sheet), await middleOf(signature)];
    await pinch(page, [30, 60]);
    await until("two fingers make it twice as wide", async () => (await middleOf(sheet)).width > narrow.width * 1.9);
    const ratio = (field: Awaited<ReturnType<typeof middleOf>>, at: typeof field) => (field.x - at.x) / at.width;
    const moved = ratio(await middleOf(signature), await middleOf(sheet)) - ratio(stood, narrow);
    assert.ok(Math.abs(moved) < 0.01, "the field stays where it stands on the page");
    await pinch(page, [60, 30]);
    await until("and as it was", async () => (await middleOf(sheet)).width < narrow.width * 1.1);

    await surface.getByRole("combobox", { name: "For" }).selectOption({ label: "Me (now)" });
    await button("Text").tap();
    await fieldNamed(surface, /^Text, filled by you now/).waitFor();
    await button("Checkbox").tap();
    await fieldNamed(surface, /^Checkbox/).waitFor();
    const placed = await Promise.all((await paper.locator(".item").all()).map(middleOf));
    assert.equal(placed.length, 3);
    for (const one of placed)
      for (const other of placed)
        assert.ok(
          one === other ||
            Math.abs(one.x - other.x) >= (one.width + other.width) / 2 - 1 ||
            Math.abs(one.y - other.y) >= (one.height + other.height) / 2 - 1,
          "what is placed from the palette covers nothing",
        );
    await page.keyboard.press("Delete");
    await fieldNamed(surface, /^Text, filled by you now/).tap();
    await button("Properties").tap();
    await surface.getByRole("heading", { name: "Text", exact: true }).and(surface.locator(":focus")).waitFor();
    await surface.getByRole("textbox", { name: "Text", exact: true }).fill("Zagreb");
    await surface.getByRole("textbox", { name: "Label" }).fill("City");
    await kept(surface);
    await page.reload();
    await fieldNamed(surface, /^Text “Zagreb”, filled by you now/).tap();
    await button("Properties").tap();
    assert.equal(await surface.getByRole("textbox", { name: "Text", exact: true }).inputValue(), "Zagreb");

    await page.context().setOffline(true);
    await surface.getByRole("textbox", { name: "Left", exact: true }).fill("99");
    await page.keyboard.press("Enter");
    await surface.getByText("Not saved: the server cannot be reached.").waitFor();
    const warning = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    assert.equal((await warning).type(), "beforeunload");
    await (await warning).dismiss();
    await page.context().setOffline(false);
    await kept(surface);

    await changeElsewhere(page, draft.url);
    await surface.getByRole("textbox", { name: "Left", exact: true }).fill("120");
    await page.keyboard.press("Enter");
    await surface.getByRole("dialog", { name: "Changed in another window" }).waitFor();
    await button("Load what is saved").tap();
    await fieldNamed(surface, /^Text “Zagreb”/).tap();
    await button("Properties").tap();
    assert.equal(await numberIn(surface, "Left"), 99);

    // Who dismisses that by Escape is led the same way: nothing could be kept any more.
    await changeElsewhere(page, draft.url);
    await surface.getByRole("textbox", { name: "Left", exact: true }).fill("130");
    await page.keyboard.press("Enter");
    await surface.getByRole("dialog", { name: "Changed in another window" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await fieldNamed(surface, /^Text “Zagreb”/).tap();
    await kept(surface);

    await button("Send").tap();
    await surface.getByRole("heading", { name: "It is sent" }).waitFor();
    await house.quiet();
    const sent = await house.store.read.selectFrom("signature_requests").select(["title", "request_id"]).execute();
    assert.deepEqual(
      sent.map(({ title }) => title),
      ["Elsewhere"],
    );
  });
});

type At = { readonly x: number; readonly y: number };

async function swipe(page: Page, { from, to }: { readonly from: At; readonly to: At }): Promise<void> {
  const fingers = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: readonly At[]) =>
    fingers.send("Input.dispatchTouchEvent", { type, touchPoints: [...points] });
  await touch("touchStart", [from]);
  for (let step = 1; step <= 6; step += 1)
    await touch("touchMove", [{ x: from.x + ((to.x - from.x) * step) / 6, y: from.y + ((to.y - from.y) * step) / 6 }]);
  await touch("touchEnd", []);
  await fingers.detach();
}

/** Two fingers, from so far apart to so far, in pixels to each side. */
async function pinch(page: Page, [from, to]: readonly [number, number]): Promise<void> {
  const fingers = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove", apart: number) =>
    fingers.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: [
        { x: 180 - apart, y: 400, id: 1 },
        { x: 180 + apart, y: 400, id: 2 },
      ],
    });
  await touch("touchStart", from);
  await touch("touchMove", (from + to) / 2);
  await touch("touchMove", to);
  await fingers.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await fingers.detach();
}

/** What a copy of this tab would do: saves another title. */
async function changeElsewhere(page: Page, url: string): Promise<void> {
  const { origin, searchParams } = new URL(url);
  const tab = await page.evaluate(() =>
    Object.values({ ...sessionStorage }).find((value) => /^[0-9a-f]{64}$/.test(value)),
  );
  const headers = { authorization: `Bearer ${searchParams.get("token")}.${tab}`, "content-type": "application/json" };
  const view = (await (await fetch(`${origin}/editor-api/draft`, { headers })).json()) as EditorView;
  const { revision, subject, message, signers, ccs, mergeFields, fields } = view;
  const save = { revision, title: "Elsewhere", subject, message, signers, ccs, mergeFields, fields };
  const saved = await fetch(`${origin}/editor-api/draft`, { method: "PUT", headers, body: JSON.stringify(save) });
  assert.deepEqual(await saved.json(), { ok: true, revision: revision + 1 });
}
