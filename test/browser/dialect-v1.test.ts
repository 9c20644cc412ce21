import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { signatureOf } from "../support/requests.ts";
import { agree, typeSignature } from "../support/signer.ts";
import { openLease, openStage, type Stage, until } from "../support/stage.ts";

describe("a host that still uses hellosign-embedded 1", needingChromium, () => {
  const hosts = ["foreign.example"];
  const windows = windowsOf({ hosts });
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const begin = async (options: Readonly<Record<string, unknown>> = {}, parameters = {}) => {
    const page = await windows.open();
    const opened = await openLease(stage, { page, at: `${stage.site.url}old?order=7`, options, parameters });
    return { page, ...opened, surface: opened.document.surface };
  };

  test("hears that the document was signed, and the frame goes when its signer closes it", async () => {
    const { page, request, document, surface } = await begin();
    await surface.getByRole("textbox", { name: "City" }).fill("Zagreb");
    await surface.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");
    await typeSignature(surface, { name: "Ann Lee" });
    await surface.getByRole("button", { name: "Finish" }).click();
    await agree(surface);
    await surface.getByRole("heading", { name: "You're done signing" }).waitFor();
    const { signature_id } = signatureOf(request);
    assert.deepEqual(await document.events(), [
      { name: "signature_request_signed", data: { event: "signature_request_signed", signature_id } },
    ]);
    await surface.getByRole("button", { name: "Close" }).click();
    await until("the frame is gone", async () => (await page.locator("#hsEmbeddedFrame").count()) === 0);
    assert.equal((await eventsOf(stage.house, request.signature_request_id)).at(-1), "signature_request_downloadable");
  });

  test("hears decline when its signer has read that it is done, and reassign at once", async () => {
    const first = await begin();
    await first.surface.getByRole("button", { name: "Decline" }).click();
    await first.surface.getByRole("textbox", { name: "Reason" }).fill("Too dear");
    await first.surface.getByRole("button", { name: "Decline to sign" }).click();
    await first.surface.getByRole("heading", { name: "You declined to sign" }).waitFor();
    assert.deepEqual(await first.document.eventNames(), []);
    await first.surface.getByRole("button", { name: "Close" }).click();
    await first.document.heard("signature_request_declined");

    const second = await begin({}, { allow_reassign: true });
    await second.surface.getByRole("button", { name: "Assign to someone else" }).click();
    await second.surface.getByRole("textbox", { name: "Name" }).fill("Bob Ray");
    await second.surface.getByRole("dialog").getByRole("textbox", { name: "E-mail" }).fill("bob@example.com");
    await second.surface.getByRole("button", { name: "Assign", exact: true }).click();
    await second.document.heard("signature_request_reassigned");
  });

  test("lets its signer cancel where it allows to, hides the header where it asks for that", async () => {
    const { document, surface } = await begin({ allowCancel: true, hideHeader: true });
    await surface.getByRole("button", { name: "Cancel" }).waitFor();
    assert.equal(await surface.locator(".header").count(), 0);
    await surface.getByRole("button", { name: "Cancel" }).click();
    await document.heard("signature_request_canceled");
    const other = await begin({ allowCancel: false });
    await other.surface.getByRole("button", { name: "Start" }).waitFor();
    assert.equal(await other.surface.getByRole("button", { name: "Cancel" }).count(), 0);
  });

  test("hears an error in words for a link that is used up", async () => {
    const first = await begin();
    await first.surface.getByRole("button", { name: "Start" }).waitFor();
    const page = await windows.open();
    await page.goto(`${stage.site.url}old`);
    await page.evaluate(
      ([url, clientId]) =>
        (globalThis as unknown as { openDocument: (url: string, options: object) => void }).openDocument(url ?? "", {
          clientId,
        }),
      [first.signUrl, stage.house.clientId],
    );
    const heard = () => page.evaluate(() => (globalThis as unknown as { heard: { data: object }[] }).heard);
    await until("an error came", async () => (await heard()).length === 1);
    assert.match(JSON.stringify(await heard()), /"event":"error".*not valid any more.*sign_url_invalid/);
  });
});
