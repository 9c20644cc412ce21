import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { buyLine, faxAndWait, type ShownFax } from "../support/faxes.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { makeSomebody } from "../support/people.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { openReader, type Reader } from "./reader.ts";
import { signInWindow, type Visitor } from "./visitor.ts";

const longTitle = "Fax".padEnd(200, "x");

describe("the dashboard's pages of faxes", needingChromium, () => {
  const windows = windowsOf();
  let house: HeardHouse;
  let visitor: Visitor;
  let read: Reader["read"];
  let number: string;
  let sent: ShownFax;
  let busy: ShownFax;
  before(async () => {
    ({ house, visitor, read } = await openReader());
    assert.match(await read("/app/faxes"), /No faxes yet/);
    assert.match(await read("/app/faxes/lines"), /No fax lines yet/);
    number = await buyLine(house);
    const cover = { cover_page_to: "Jill <Fax>", cover_page_message: `Hello\n${"w".repeat(300)}` };
    sent = await faxAndWait(house, { ...cover, title: longTitle, recipient: number });
    busy = await faxAndWait(house, { recipient: "+12095559901", title: "To a busy line" });
  });
  after(async () => {
    await windows.close();
    await house.close();
  });

  test("list what was sent and what came in, newest first, and the lines with their users", async () => {
    const list = await read("/app/faxes");
    const ids = [...list.matchAll(/data-key="([0-9a-f]{40})"/g)].map(([, id]) => id);
    assert.equal(ids.length, 3);
    assert.equal(ids[0], busy.fax_id);
    assert.equal(ids[2], sent.fax_id);
    for (const words of ["Line busy", "Received", "Sent", "2 pages"]) assert.ok(list.includes(words), words);
    const lines = await read("/app/faxes/lines");
    assert.ok(lines.includes(number) && lines.includes("admin@localhost"));
  });

  test("show one fax with its transmissions, events, cover and document", async () => {
    const page = await read(`/app/faxes/${busy.fax_id}`);
    for (const words of ["+12095559901", "The line was busy.", "fax_busy", "Account: delivered"])
      assert.ok(page.includes(words), words);
    assert.ok((await read(`/app/faxes/${sent.fax_id}`)).includes("Jill &lt;Fax&gt;"));
    const { status, headers } = await visitor.get(`/app/faxes/${sent.fax_id}/document`);
    assert.deepEqual([status, headers.get("content-type")], [200, "application/pdf"]);
    const event = /href="(\/app\/events\/[0-9a-f-]{36})"/.exec(page)?.[1] ?? "";
    assert.ok((await read(event)).includes(`/app/faxes/${busy.fax_id}`));
    assert.ok((await read("/app/events")).includes(`/app/faxes/${busy.fax_id}`));
  });

  test("buy a line once however often the form comes, say who may use it, and delete it once that is asked a second time", async () => {
    const path = "/app/faxes/lines";
    const key = await visitor.key();
    assert.match(await read(`${path}?codes=CA`), /Canada:<\/strong> 204, /);
    const once = /name="once" value="([0-9a-f]{40})"/.exec(await read(path))?.[1] ?? "";
    const form = { key, once, country: "UK", area_code: "20", city: "London" };
    const [one, two] = await Promise.all([visitor.post(path, form), visitor.post(path, form)]);
    const [bought, again] = [one.location ?? "", two.location ?? ""].toSorted((a, b) => b.localeCompare(a));
    const line = /^(.*\/4420\d{8})\?done=bought$/.exec(bought ?? "")?.[1] ?? assert.fail(`${bought} ${again}`);
    assert.equal(again, `${path}?done=twice`);
    assert.equal((await visitor.post(path, form)).location, `${path}?done=twice`);
    assert.equal((await house.store.read.selectFrom("fax_lines").select("line_id").execute()).length, 2);
    for (const [typed, field] of [
      [{ ...form, area_code: "999" }, "area_code"],
      [{ ...form, area_code: "many" }, "area_code"],
      [{ ...form, country: "FR" }, "country"],
    ] as const) {
      const { status, text } = await visitor.post(path, { ...typed, once: "f".repeat(40) });
      assert.equal(status, 400);
      assert.ok(text.includes(`id="${field}-fault"`), field);
    }
    assert.equal((await visitor.post(path, { ...form, key: "x" })).status, 403);

    const { email } = await makeSomebody(house, "fax.friend@example.com");
    assert.equal((await visitor.post(`${line}/users`, { key, email })).location, `${line}?done=added`);
    const page = await read(line);
    assert.ok(page.includes(email) && page.includes("London, UK"));
    const stranger = await visitor.post(`${line}/users`, { key, email: "nobody@example.com" });
    assert.equal(stranger.status, 400);
    assert.match(stranger.text, /id="email-fault">This server has no such account\./);
    const account = new RegExp(`value="([0-9a-f]{40})"><button[^>]*of ${email}"`).exec(page)?.[1] ?? "";
    assert.equal((await visitor.post(`${line}/users/remove`, { key, account })).location, `${line}?done=removed`);
    assert.ok(!(await read(line)).includes(email));

    assert.match(await read(`${line}/delete`), /Delete this fax line\?/);
    assert.equal((await visitor.post(`${line}/delete`, { key })).location, `${path}?done=deleted`);
    for (const gone of [line, `${line}/delete`]) assert.equal((await visitor.get(gone)).status, 404, gone);
    for (const action of ["users", "users/remove", "delete"])
      assert.equal((await visitor.post(`${line}/${action}`, { key, email, account })).status, 404, action);
  });

  test("are another account's for nobody else, and delete a fax once it is asked for a second time", async () => {
    const gone = await faxAndWait(house, { title: "To be deleted" });
    const path = `/app/faxes/${gone.fax_id}/delete`;
    assert.match(await read(path), /Delete this fax\?/);
    assert.equal((await visitor.post(path, { key: "wrong" })).status, 403);
    assert.equal((await visitor.post(path, { key: await visitor.key() })).status, 303);
    assert.ok(!(await read("/app/faxes")).includes("To be deleted"));
    assert.equal((await visitor.get(`/app/faxes/${gone.fax_id}`)).status, 404);

    await makeSecondAccount(house);
    const { account_id: other } = await house.store.read
      .selectFrom("accounts")
      .select("account_id")
      .where("email", "=", "second@example.com")
      .executeTakeFirstOrThrow();
    await house.store.transact(async (tx) => {
      for (const table of ["faxes", "fax_accounts"] as const)
        await tx.updateTable(table).set({ account_id: other }).where("fax_id", "=", busy.fax_id).execute();
    });
    for (const rest of ["", "/document", "/delete"])
      assert.equal((await visitor.get(`/app/faxes/${busy.fax_id}${rest}`)).status, 404, rest);
  });

  test("are clean to axe-core in light and dark, and fit 360 pixels", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await windows.open({ colorScheme, viewport: { width: 360, height: 740 }, isMobile: true });
      await signInWindow(page, house);
      const line = `/lines/${number.slice(1)}`;
      for (const path of ["", "/lines?codes=US", line, `${line}/delete`, `/${sent.fax_id}`, `/${sent.fax_id}/delete`]) {
        await page.goto(`${house.url}/app/faxes${path}`);
        assert.deepEqual(await violationsOf(page), [], path);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360, path);
      }
      await page.context().close();
    }
  });
});
