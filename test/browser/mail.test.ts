import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { mailedLinkOf, open, openPage } from "../support/page.ts";
import { sendAndWait } from "../support/requests.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { lease, openStage, type Stage } from "../support/stage.ts";

const boris = { name: "Борис Ґудзь", email_address: "boris@example.com" };

describe("a request that goes out by mail", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("is read, signed and downloaded through the letters of the inbox", async () => {
    const { house } = stage;
    const message = "Dear Boris,\nplease look at <b>page 1</b>.";
    const { signature_request_id: id } = await sendAndWait(house, {
      ...lease,
      mailed: true,
      signers: [boris],
      message,
    });

    // A mail scanner looks first: that opens nothing.
    const link = await mailedLinkOf(house, { requestId: id, to: boris.email_address });
    assert.equal((await fetch(link)).status, 200);
    assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);

    const page = await windows.open();
    const wrong: string[] = [];
    page.on("console", (said) => said.type() === "error" && wrong.push(said.text()));
    await page.goto(`${house.url}/inbox`);
    await page.getByRole("link", { name: /Lease of a flat: your signature is needed.*Борис Ґудзь/s }).click();
    await page.getByText("please look at <b>page 1</b>").waitFor();
    await page.getByRole("link", { name: "Read and sign" }).click();

    const surface = surfaceOf(page);
    await surface.getByRole("button", { name: "Start" }).waitFor();
    await surface.getByRole("region", { name: /^Message from/ }).waitFor();
    assert.equal(await surface.getByRole("button", { name: "Cancel" }).count(), 0);
    await surface.getByRole("textbox", { name: "City" }).fill("Rivne");
    await surface.getByRole("textbox", { name: "E-mail" }).fill(boris.email_address);
    await typeSignature(surface, { name: boris.name });
    await finishSigning(surface);
    await surface.getByRole("button", { name: "Close" }).click();
    await surface.getByRole("heading", { name: "You can close this window now." }).waitFor();

    assert.deepEqual(await eventsOf(house, id), [
      "signature_request_sent",
      "signature_request_viewed",
      "signature_request_signed",
      "signature_request_all_signed",
      "signature_request_downloadable",
    ]);
    await page.goto(`${house.url}/inbox`);
    await page.getByRole("link", { name: /Completed: Lease of a flat.*Борис Ґудзь/s }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download the document" }).click();
    const download = await coming;
    assert.equal(download.suggestedFilename(), "Lease of a flat.pdf");
    const { bytes } = await ask(house, `GET /signature_request/files/${id}`);
    assert.ok(bytes.equals(await readFile(await download.path())));
    assert.deepEqual(wrong, []);
  });

  test("shows its words to a mail's link that is none", async () => {
    const page = await windows.open();
    await page.goto(`${stage.house.url}/sign/${"0".repeat(64)}`);
    await page.getByRole("heading", { name: "This document cannot be opened" }).waitFor();
    await page.getByText("This link is not valid any more.").waitFor();
  });

  test("thanks again when its link is opened after the signature", async () => {
    const { house } = stage;
    const { signature_request_id: id } = await sendAndWait(house, {
      signers: [boris],
      mailed: true,
    });
    const link = await mailedLinkOf(house, { requestId: id, to: boris.email_address });
    const pen = openPage(house, { link });
    const view = await open(pen);
    const signatures = view.fields.filter(({ type }) => type === "signature");
    assert.deepEqual(await pen.finish(Object.fromEntries(signatures.map(({ apiId }) => [apiId, boris.name]))), {
      ok: true,
      state: "signed",
    });
    const page = await windows.open();
    await page.goto(link);
    await page.getByRole("heading", { name: "You're done signing" }).waitFor();
  });
});
