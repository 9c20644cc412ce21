import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { makeSealed } from "../evidence/sealed.ts";
import { fileOf } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { ann, onePage, sendAndWait } from "../support/requests.ts";

const [sqlite] = grounds();

describe("the page that checks documents", needingChromium, () => {
  const windows = windowsOf();
  let house: HeardHouse;
  let sealed: Buffer;

  before(async () => {
    assert.ok(sqlite);
    house = await openHeardHouse(sqlite);
    const shown = await sendAndWait(house, { signers: [ann], test_mode: false, title: "Lease of a flat" });
    await sign(house, shown.signatures[0]?.signature_id ?? "");
    await eventsOf(house, shown.signature_request_id);
    ({ bytes: sealed } = await ask(house, `GET /signature_request/files/${shown.signature_request_id}`));
  });

  after(async () => {
    await windows.close();
    await house.close();
  });

  async function post(
    files: Readonly<Record<string, Uint8Array>>,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const form = new FormData();
    for (const [field, bytes] of Object.entries(files)) form.set(field, new Blob([Buffer.from(bytes)]), `${field}.pdf`);
    const answer = await fetch(`${house.url}/verify`, { method: "POST", body: form });
    return { status: answer.status, text: await answer.text() };
  }

  test("tells a stranger that a document of this house is as it was sealed, and since when", async () => {
    const { status, text } = await post({ document: sealed });
    assert.equal(status, 200);
    assert.match(text, /class="verdict green"/);
    assert.match(text, /The file is exactly as it was sealed\./);
    assert.match(text, /This server sealed exactly this file on \d{4}-\d\d-\d\d/);
    assert.match(text, /Agreed to sign electronically/);
  });

  test("tells what was changed, and that a foreign seal is one that it does not know", async () => {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(30) ^ 1, 30);
    const { text } = await post({ document: changed });
    assert.match(text, /class="verdict red"/);
    assert.match(text, /In the document as it was signed \(bytes 1 to \d+\)/);
    assert.doesNotMatch(text, /This server sealed exactly this file/);
    const other = await post({ document: (await makeSealed()).pdf });
    assert.match(other.text, /class="verdict amber"/);
    assert.match(other.text, /vouches for itself/);
  });

  test("compares with the file that was sent", async () => {
    const { text } = await post({ document: sealed, original: Buffer.from("another") });
    assert.match(text, /class="verdict red"/);
    assert.match(text, /none of those that were sent/);
  });

  test("keeps nothing of what it is given, and writes what a file says as text alone", async () => {
    const before = await house.store.read.selectFrom("trail").selectAll().execute();
    const title = "<script>alert(1)</script>";
    const shown = await sendAndWait(house, { signers: [{ ...ann, name: title }], title });
    await sign(house, shown.signatures[0]?.signature_id ?? "");
    await eventsOf(house, shown.signature_request_id);
    const { bytes } = await ask(house, `GET /signature_request/files/${shown.signature_request_id}`);
    const { text } = await post({ document: bytes });
    assert.ok(!text.includes("<script"));
    assert.match(text, /&lt;script&gt;alert/);
    assert.ok(before.length > 0);
  });

  test("says what is missing instead of failing: no file, no form, no PDF", async () => {
    for (const files of [{}, { document: Buffer.alloc(0) }]) {
      const { status, text } = await post(files);
      assert.equal(status, 400);
      assert.match(text, /role="alert">Choose a document first/);
    }
    const { status } = await fetch(`${house.url}/verify`, { method: "POST", body: "x" });
    assert.equal(status, 400);
    const { text } = await post({ document: Buffer.from("no PDF at all") });
    assert.match(text, /This file is no PDF\. Nothing can be said about it\./);
    const unsealed = await post({ document: onePage });
    assert.match(unsealed.text, /This file has no seal\. Nothing can be said about it\./);
  });

  test("holds no more than 200 MB of one visitor, in however many files", async () => {
    const form = new FormData();
    const large = new Blob([Buffer.alloc(80 * 1024 ** 2)]);
    for (const field of ["document", "original", "more"]) form.append(field, large, `${field}.pdf`);
    const answer = await fetch(`${house.url}/verify`, { method: "POST", body: form }).catch(() => null);
    // The line may be cut before the answer is read: the rest of such an upload is not taken.
    if (answer !== null) {
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /too large to be checked here/);
    }
    assert.equal((await post({ document: sealed })).status, 200);
  });

  for (const [name, options] of [
    ["desktop", { viewport: { width: 1200, height: 900 } }],
    ["phone, dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
  ] as const)
    test(`works without script, and for everybody: ${name}`, async () => {
      const page = await windows.open({ ...options });
      for (const file of [sealed, (await makeSealed()).pdf, Buffer.concat([sealed, Buffer.from("x")])]) {
        await page.goto(`${house.url}/verify`);
        assert.deepEqual(await violationsOf(page), []);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth > innerWidth"), false, "the form");
        await page.getByLabel("Signed document (PDF)").setInputFiles(fileOf("lease.pdf", file));
        await page.getByRole("button", { name: "Check" }).click();
        await page.getByRole("heading", { name: "lease.pdf" }).waitFor();
        assert.deepEqual(await violationsOf(page), []);
        const wider = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
        assert.ok(wider === false, "nothing is wider than the window");
        if (process.env.SHOTS)
          await page.screenshot({ path: `${process.env.SHOTS}/${name}-${file.length}.png`, fullPage: true });
      }
      if (process.env.SHOTS) {
        await page.goto(`${house.url}/verify`);
        await page.screenshot({ path: `${process.env.SHOTS}/${name}-form.png`, fullPage: true });
      }
    });
});
