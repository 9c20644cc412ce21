import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { openDocument } from "../support/host-page.ts";
import { signUrlOf } from "../support/page.ts";
import { isEvent } from "../support/receiver.ts";
import { signatureOf } from "../support/requests.ts";
import { agree, typeSignature } from "../support/signer.ts";
import { openLease, openStage, type Stage, until } from "../support/stage.ts";

const clientsX = ".x-hellosign-embedded__modal-close-button";
const reason = "The rent is not what we agreed on — “€ 900”.";

describe("a signer leaves the iframe", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("by declining: the host hears decline, finish, close, and the integrator is called back with the reason", async () => {
    const page = await windows.open();
    const { request, document } = await openLease(stage, { page });
    const { surface } = document;
    await surface.getByRole("button", { name: "Decline" }).click();
    const dialog = surface.getByRole("dialog", { name: "Decline to sign" });
    await dialog.getByRole("button", { name: "Decline to sign" }).click();
    await dialog.getByText("Say why you decline.").waitFor();
    await dialog.getByRole("textbox", { name: "Reason" }).fill(reason);
    await dialog.getByRole("button", { name: "Decline to sign" }).click();
    await surface.getByRole("heading", { name: "You declined to sign" }).waitFor();
    await surface.getByRole("button", { name: "Close" }).click();
    await document.heard("close");

    const id = request.signature_request_id;
    const { signature_id: signatureId } = signatureOf(request);
    assert.deepEqual(await document.eventNames(), ["open", "ready", "decline", "finish", "close"]);
    const told = (await document.events()).find(({ name }) => name === "decline");
    assert.deepEqual(told?.data, { signatureId, reason });
    assert.deepEqual(await eventsOf(stage.house, id), [
      "signature_request_sent",
      "signature_request_viewed",
      "signature_request_declined",
    ]);
    const { payload } = await stage.house.receiver.waitFor(isEvent("signature_request_declined", id, signatureId));
    assert.equal(payload.signature_request?.signatures[0]?.decline_reason, reason);
  });

  test("by handing over: the host hears reassign, finish, close, and the integrator learns the new signature's id", async () => {
    const page = await windows.open();
    const { request, document } = await openLease(stage, { page, parameters: { allow_reassign: true } });
    const { surface } = document;
    await surface.getByRole("button", { name: "Assign to someone else" }).click();
    const dialog = surface.getByRole("dialog", { name: "Assign to someone else" });
    const box = (name: string) => dialog.getByRole("textbox", { name });
    const assign = dialog.getByRole("button", { name: "Assign" });
    await assign.click();
    await dialog.getByText("Write the name of the person").waitFor();
    await box("Name").fill("Bob Ray");
    await box("E-mail").fill("bob at example");
    await assign.click();
    await until(
      "the address is told to be wrong",
      async () => (await box("E-mail").getAttribute("aria-invalid")) === "true",
    );
    await box("E-mail").fill("bob@example.com");
    await assign.click();
    await surface.getByRole("heading", { name: "You assigned this document to someone else" }).waitFor();
    await surface.getByRole("button", { name: "Close" }).click();
    await document.heard("close");

    const { signature_id: signatureId } = signatureOf(request);
    assert.deepEqual(await document.eventNames(), ["open", "ready", "reassign", "finish", "close"]);
    const told = (await document.events()).find(({ name }) => name === "reassign");
    assert.deepEqual(told?.data, { signatureId, name: "Bob Ray", email: "bob@example.com", reason: "" });
    assert.deepEqual(await eventsOf(stage.house, request.signature_request_id), [
      "signature_request_sent",
      "signature_request_viewed",
      "signature_request_reassigned",
    ]);
  });

  test("by the client's X: the host hears cancel, close, nobody is called back, and what was typed is kept", async () => {
    const page = await windows.open();
    const { request, document } = await openLease(stage, { page });
    await document.surface.getByRole("textbox", { name: "City" }).fill("Zagreb");
    await page.locator(clientsX).click();
    await document.heard("close");
    assert.deepEqual(await document.eventNames(), ["open", "ready", "cancel", "close"]);
    assert.deepEqual(await eventsOf(stage.house, request.signature_request_id), [
      "signature_request_sent",
      "signature_request_viewed",
    ]);

    const { sign_url: signUrl } = await signUrlOf(stage.house, signatureOf(request).signature_id);
    const options = { clientId: stage.house.clientId };
    const again = await openDocument(page, { at: stage.site.url, signUrl, options });
    const city = again.surface.getByRole("textbox", { name: "City" });
    await until("the city is there again", async () => (await city.inputValue()) === "Zagreb");
  });

  test("by the page's own Cancel, which is there when the host allows to cancel", async () => {
    const page = await windows.open();
    const { request, document } = await openLease(stage, { page, options: { allowCancel: true } });
    await document.surface.getByRole("button", { name: "Cancel" }).click();
    await document.heard("close");
    assert.deepEqual(await document.eventNames(), ["open", "ready", "cancel", "close"]);
    assert.deepEqual((await eventsOf(stage.house, request.signature_request_id)).slice(1), [
      "signature_request_viewed",
    ]);
  });

  test("in no way but by signing, where the host allows no cancelling and the request no declining", async () => {
    const page = await windows.open();
    const { document } = await openLease(stage, {
      page,
      options: { allowCancel: false },
      parameters: { allow_decline: false },
    });
    await document.heard("ready");
    await document.surface.getByRole("button", { name: "Start" }).waitFor();
    assert.equal(await page.locator(clientsX).count(), 0);
    for (const name of ["Cancel", "Decline"])
      assert.equal(await document.surface.getByRole("button", { name }).count(), 0);
  });

  for (const { by, where } of [
    { by: "the client's redirectTo", where: { option: true } },
    { by: "the request's signing_redirect_url", where: { option: false } },
  ]) {
    test(`by signing, where ${by} takes the iframe: no finish, then the X only closes`, async () => {
      const page = await windows.open();
      const target = `${stage.site.url}after?order=7`;
      const { request, document } = await openLease(stage, {
        page,
        options: where.option ? { redirectTo: target } : {},
        parameters: where.option ? {} : { signing_redirect_url: target },
      });
      const { surface } = document;
      await surface.getByRole("textbox", { name: "City" }).fill("Zagreb");
      await surface.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");
      await typeSignature(surface, { name: "Ann Lee" });
      await surface.getByRole("button", { name: "Finish" }).click();
      await agree(surface);
      await surface.getByRole("heading", { name: "Our website" }).waitFor();

      const { signature_id: signatureId } = signatureOf(request);
      const { searchParams, pathname } = new URL((await surface.frame()).url());
      assert.equal(pathname, "/after");
      assert.deepEqual(Object.fromEntries(searchParams), {
        order: "7",
        event: "signature_request_signed",
        signature_id: signatureId,
      });
      await page.locator(clientsX).click();
      await document.heard("close");
      assert.deepEqual(await document.eventNames(), ["open", "ready", "sign", "close"]);
      assert.equal(
        (await eventsOf(stage.house, request.signature_request_id)).at(-1),
        "signature_request_downloadable",
      );
    });
  }
});
