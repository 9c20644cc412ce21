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

  test("with a finger: fields dragged, filled at once, kept over a reload and while the network is gone; another window's change is told; it is sent", async () => {
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

    await surface.getByRole("combobox", { name: "For" }).selectOption({ label: "Me (now)" });
    await button("Text").tap();
    await fieldNamed(surface, /^Text, filled by you now/).waitFor();
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
    await button("Close").tap();

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
