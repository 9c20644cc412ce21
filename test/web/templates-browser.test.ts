import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violationsOf } from "../support/axe.ts";
import { bulkIdOf, bulkSend, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { grounds, type House } from "../support/house.ts";
import { makeTemplate } from "../support/templates.ts";
import { knownPassword, signInWindow } from "./visitor.ts";

const [sqlite] = grounds();
const longTitle = "Lease".padEnd(200, "e");

describe("the pages of templates and bulk sends in a browser", needingChromium, () => {
  const windows = windowsOf();
  let house: House;
  let template: string;
  let job: string;
  before(async () => {
    assert.ok(sqlite);
    house = await sqlite.open(knownPassword);
    template = await makeTemplate(house, {
      title: longTitle,
      signer_roles: [
        { name: "Client".padEnd(100, "t"), order: 0 },
        { name: "Witness", order: 1 },
      ],
      cc_roles: ["Lawyer"],
      metadata: { deal: "x".repeat(900) },
    });
    await makeTemplate(house, { title: "Broken", files: [Buffer.from("%PDF-1.7")] });
    const client = await makeClientTemplate(house);
    job = bulkIdOf(await bulkSend(house, { template_ids: [client], signer_list: rowsOf(30), title: longTitle }));
    await house.quiet();
  });
  after(async () => {
    await windows.close();
    await house.close();
  });

  const paths = () => [
    "/app/templates",
    "/app/templates?query=colour:red",
    `/app/templates/${template}`,
    `/app/templates/${template}/send`,
    `/app/templates/${template}/delete`,
    "/app/bulk",
    `/app/bulk/${job}`,
  ];

  for (const colorScheme of ["light", "dark"] as const)
    test(`have nothing that axe finds wrong, ${colorScheme}, and fit a phone of 360 pixels`, async () => {
      const page = await windows.open({ colorScheme, viewport: { width: 360, height: 740 }, isMobile: true });
      await signInWindow(page, house);
      for (const path of paths()) {
        await page.goto(house.url + path);
        assert.deepEqual(await violationsOf(page), [], path);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360, path);
      }
      await page.context().close();
    });

  test("without script a template is sent by keyboard, and a bulk send that is under way shows how far it is", async () => {
    const page = await windows.open({ javaScriptEnabled: false });
    await signInWindow(page, house);
    await page.goto(`${house.url}/app/templates`);
    await page.getByRole("link", { name: longTitle }).click();
    await page.getByRole("img", { name: "Page 1, 4 fields" }).waitFor();
    await page.getByRole("link", { name: "Send it" }).click();
    for (const [role, name, email] of [
      [/^Client/, "Ann Lee", "ann@example.com"],
      [/^Witness/, "Bob Ray", "bob@example.com"],
    ] as const) {
      const group = page.getByRole("group", { name: role });
      await group.getByLabel("Name").fill(name);
      await group.getByLabel("E-mail").fill(email);
    }
    await page.getByLabel("Copy to: Lawyer").fill("law@example.com");
    await page.getByLabel("Copy to: Lawyer").press("Enter");
    await page.getByText("Sent.").waitFor();

    const half = { made: 12, ended_at: null };
    await house.store.transact((tx) => tx.updateTable("bulk_send_jobs").set(half).execute());
    await page.goto(`${house.url}/app/bulk/${job}`);
    const bar = page.getByRole("progressbar", { name: "Requests made" });
    assert.deepEqual([await bar.getAttribute("value"), await bar.getAttribute("max")], ["12", "30"]);
    await page.context().close();
  });

  test("a page of a bulk send follows it while it makes its requests", async () => {
    const client = await makeClientTemplate(house);
    const page = await windows.open();
    await signInWindow(page, house);
    await page.goto(`${house.url}/app/bulk`);
    await page.getByText("Live", { exact: true }).waitFor();
    await bulkSend(house, { template_ids: [client], signer_list: rowsOf(40), title: "Followed" });
    const row = page.getByRole("row", { name: /Followed/ });
    await row.getByText("40 of 40").waitFor();
    await row.getByText("Sent", { exact: true }).waitFor();
    await page.context().close();
  });
});
