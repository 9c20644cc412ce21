import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { findTrail } from "../../src/evidence/trail.ts";
import { line, paper } from "../documents/papers.ts";
import { needing, runOn } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { mailedLinkOf } from "../support/page.ts";
import { sendAndWait } from "../support/requests.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { lease, openStage, type Stage } from "../support/stage.ts";

const ann = { name: "Ann Lee", email_address: "ann@example.com" };

describe("what a signer takes home", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const openLink = async (more: object = {}) => {
    const { signature_request_id: id } = await sendAndWait(stage.house, { ...lease, mailed: true, ...more });
    const page = await windows.open();
    await page.goto(await mailedLinkOf(stage.house, { requestId: id, to: ann.email_address }));
    const surface = surfaceOf(page);
    await surface.getByRole("button", { name: "Start" }).waitFor();
    return { id, page, surface };
  };

  test("a copy is the sealed document byte for byte, asked for at once after signing, and the trail tells who took it", async () => {
    const { id, page, surface } = await openLink();
    await surface.getByRole("textbox", { name: "City" }).fill("Rivne");
    await surface.getByRole("textbox", { name: "E-mail" }).fill(ann.email_address);
    await typeSignature(surface, { name: ann.name });
    await finishSigning(surface);
    const coming = page.waitForEvent("download");
    await surface.getByRole("button", { name: "Download your copy" }).click();
    const download = await coming;
    assert.equal(download.suggestedFilename(), "Lease of a flat.pdf");
    const copy = await readFile(await download.path());
    const { bytes } = await ask(stage.house, `GET /signature_request/files/${id}`);
    assert.ok(bytes.equals(copy));
    const taken = (await findTrail(stage.house.store.read, id)).filter(({ kind }) => kind === "downloaded");
    assert.equal(taken[0]?.who, "Ann Lee (ann@example.com)");
  });

  test("the printer gets every page with what is filled in, and nothing around it", needing("pdftotext"), async () => {
    const far = { document_index: 1, signer: 0, page: 1, required: false, x: 160, y: 120, width: 200, height: 20 };
    const { page, surface } = await openLink({
      files: [
        paper({ content: line(72, 720, "Lease of a flat") }),
        paper({ content: line(72, 720, "The second page") }),
      ],
      form_fields_per_document: [
        ...(lease.form_fields_per_document as readonly object[]),
        { ...far, api_id: "street", type: "text", name: "Street" },
      ],
    });
    await page.evaluate("window.print = () => document.body.setAttribute('data-printed', '')");
    await surface.getByRole("textbox", { name: "City" }).fill("Rivne");
    await surface.getByRole("textbox", { name: "Street" }).fill("Soborna 1");
    await surface.getByRole("button", { name: "Print" }).click();
    await page.locator("body[data-printed]").waitFor();
    const arePictures = await page
      .locator(".picture")
      .evaluateAll((all) => all.every((one) => (one as unknown as { naturalWidth: number }).naturalWidth > 0));
    assert.ok(arePictures, "every page's picture has come before the printer is asked");

    const pdf = await page.pdf({ format: "Letter" });
    if (process.env.SHOTS) await writeFile(`${process.env.SHOTS}/printed.pdf`, pdf);
    assert.match(runOn(pdf, "pdfinfo", "{}"), /Pages:\s+2\n/);
    const first = runOn(pdf, "pdftotext", "-f", "1", "-l", "1", "{}", "-");
    const second = runOn(pdf, "pdftotext", "-f", "2", "-l", "2", "{}", "-");
    assert.match(first, /Rivne/);
    assert.match(second, /Soborna 1/);
    assert.doesNotMatch(first + second, /Finish|Start|Print|Next field|Decline/);
  });
});
