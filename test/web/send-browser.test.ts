import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { limits } from "../../src/base/limits.ts";
import { line, paper } from "../documents/papers.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { mailedLinkOf } from "../support/page.ts";
import { onePage, untilState } from "../support/requests.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { until } from "../support/stage.ts";
import { knownPassword, signInWindow } from "./visitor.ts";

const [sqlite] = grounds();
const pdf = (name: string, bytes: Uint8Array = onePage) => ({
  name,
  mimeType: "application/pdf",
  buffer: Buffer.from(bytes),
});
const tagged = paper({ content: line(72, 700, "Lease") + line(72, 500, "[sig|req|signer1|Tenant          ]") });

describe("the form that sends a document, in a browser", needingChromium, () => {
  const windows = windowsOf();
  let house: HeardHouse;
  before(async () => {
    assert.ok(sqlite);
    house = await openHeardHouse(sqlite, knownPassword);
  });
  after(async () => {
    await windows.close();
    await house.close();
  });

  const openForm = async (javaScriptEnabled: boolean): Promise<Page> => {
    const page = await windows.open({ javaScriptEnabled });
    await signInWindow(page, house);
    await page.goto(`${house.url}/app/requests`);
    await page.getByRole("link", { name: "Send a document" }).first().click();
    await page.getByRole("heading", { name: "Send a document" }).waitFor();
    return page;
  };
  const signer = (page: Page, number: number) => page.getByRole("group", { name: `Signer ${number}`, exact: true });
  const fill = async (page: Page, { number, name, email }: { number: number; name: string; email: string }) => {
    await signer(page, number).getByLabel("Name").fill(name);
    await signer(page, number).getByLabel("E-mail").fill(email);
  };
  const idOf = (page: Page) => /\/app\/requests\/([0-9a-f]{40})/.exec(page.url())?.[1] ?? assert.fail(page.url());

  test("without script a document is sent, and its signer signs at its text tag, of which nothing is seen", async () => {
    const page = await openForm(false);
    await fill(page, { number: 1, name: "Ann Lee", email: "ann@example.com" });
    await page.getByLabel("Title").fill("Lease");
    await page.getByLabel("Files").setInputFiles([pdf("lease.pdf", tagged)]);
    assert.equal(await page.getByRole("checkbox", { name: /^Test mode/ }).isChecked(), true);
    await page.getByRole("button", { name: "Send for signature" }).click();
    await page.waitForURL(/\/app\/requests\/[0-9a-f]{40}\?done=sent$/);
    await page.getByText("Sent.", { exact: true }).waitFor();
    const id = idOf(page);
    await untilState(house, { id, not: ["processing"] });

    const tab = await windows.open();
    await tab.goto(await mailedLinkOf(house, { requestId: id, to: "ann@example.com" }));
    const surface = surfaceOf(tab);
    await typeSignature(surface, { name: "Ann Lee" });
    assert.equal(await surface.getByText("[sig|req|signer1").count(), 0);
    await finishSigning(surface);
    assert.deepEqual(await eventsOf(house, id), [
      "signature_request_sent",
      "signature_request_viewed",
      "signature_request_signed",
      "signature_request_all_signed",
      "signature_request_downloadable",
    ]);
    await page.reload();
    await page.getByText("Complete", { exact: true }).waitFor();
    await page.context().close();
    await tab.context().close();
  });

  for (const javaScriptEnabled of [true, false]) {
    test(`two quick clicks send one request, ${javaScriptEnabled ? "with" : "without"} script`, async () => {
      const page = await openForm(javaScriptEnabled);
      const title = `Twice ${javaScriptEnabled}`;
      await fill(page, { number: 1, name: "Ann Lee", email: "ann@example.com" });
      await page.getByLabel("Title").fill(title);
      await page.getByLabel("Files").setInputFiles([pdf("lease.pdf")]);
      await page.getByRole("button", { name: "Send for signature" }).dblclick();
      // Not as one navigation: the second click may break off that of the first.
      await until("the request is shown", async () => /\/app\/requests\/[0-9a-f]{40}\?done=/.test(page.url()));
      const sent = await house.store.read
        .selectFrom("signature_requests")
        .select("request_id")
        .where("title", "=", title)
        .execute();
      assert.deepEqual(
        sent.map(({ request_id: id }) => id),
        [idOf(page)],
      );
      assert.deepEqual(await eventsOf(house, idOf(page)), ["signature_request_sent"]);
      await page.context().close();
    });
  }

  test("without script more rows are asked for by their button alone, not by Enter, and what was typed stands", async () => {
    const page = await openForm(false);
    await page.getByLabel("Title").press("Enter");
    await page.locator("#files:focus").waitFor();
    assert.equal(await signer(page, 4).count(), 0);
    await fill(page, { number: 3, name: "Cy Fox", email: "cy@example.com" });
    await page.getByLabel("Title").fill("Lease of many");
    await page.getByRole("button", { name: "More rows" }).click();
    await signer(page, 8).waitFor();
    assert.equal(await signer(page, 3).getByLabel("Name").inputValue(), "Cy Fox");
    assert.equal(await page.getByLabel("Title").inputValue(), "Lease of many");
    await page.context().close();
  });

  test("with script rows come and go, numbered anew with the focus in sight, up to as many as may sign", async () => {
    const page = await openForm(true);
    assert.equal(await page.getByRole("button", { name: "More rows" }).count(), 0);
    await page.getByRole("button", { name: "Add a signer" }).click();
    await signer(page, 4).getByLabel("Name").and(page.locator(":focus")).waitFor();
    await fill(page, { number: 4, name: "Dee Orr", email: "dee@example.com" });
    await signer(page, 2).getByRole("button", { name: "Remove" }).click();
    assert.equal(await signer(page, 3).getByLabel("Name").inputValue(), "Dee Orr");
    assert.equal(await signer(page, 2).getByLabel("Name").and(page.locator(":focus")).count(), 1);
    assert.deepEqual(await violationsOf(page), []);
    const add = page.getByRole("button", { name: "Add a signer" });
    for (let rows = 3; rows < limits.signers; rows += 1)
      await add.evaluate((button) => (button as unknown as { click: () => void }).click());
    await signer(page, limits.signers).waitFor();
    assert.equal(await add.count(), 0);
    await page.context().close();
  });

  test("with script a file that cannot be sent is told before it is sent", async () => {
    const page = await openForm(true);
    await fill(page, { number: 1, name: "Ann Lee", email: "ann@example.com" });
    const files = page.getByLabel("Files");
    await files.setInputFiles([pdf("lease.pdf"), pdf("nothing.pdf", Buffer.alloc(0))]);
    assert.deepEqual(await page.locator("[data-chosen] li").allTextContents(), [
      "lease.pdf · 1 KB",
      "nothing.pdf · empty",
    ]);
    assert.equal(await page.locator("#files:invalid").count(), 1);
    await page.getByRole("button", { name: "Send for signature" }).click();
    assert.match(page.url(), /\/app\/requests\/new$/);
    await files.setInputFiles([pdf("lease.pdf")]);
    assert.equal(await page.locator("#files:invalid").count(), 0);
    await page.context().close();
  });

  test("a refused form stands again with its signers, and axe-core finds nothing wrong with it", async () => {
    const page = await openForm(false);
    await page.getByLabel("Title").fill("Lease");
    await fill(page, { number: 2, name: "Ann Lee", email: "ann@localhost" });
    await page.getByLabel("Copies to").fill("nobody");
    await page.getByLabel("Files").setInputFiles([pdf("lease.pdf")]);
    await page.getByRole("button", { name: "Send for signature" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.locator("#cc").getAttribute("aria-invalid"), "true");
    assert.equal(await signer(page, 2).getByLabel("E-mail").inputValue(), "ann@localhost");
    await page.context().close();
    // axe-core itself is script.
    const look = await openForm(true);
    await fill(look, { number: 1, name: "Ann Lee", email: "ann@example.com" });
    await look.getByLabel("Copies to").fill("nobody");
    await look.getByLabel("Files").setInputFiles([pdf("lease.pdf")]);
    await look.getByRole("button", { name: "Send for signature" }).click();
    await look.getByRole("alert").waitFor();
    assert.deepEqual(await violationsOf(look), []);
    await look.context().close();
  });
});
