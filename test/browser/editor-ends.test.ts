import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { draftRequest, draftTemplate, fieldNamed, kept, openEditor } from "../support/editor-desk.ts";
import { openDocument } from "../support/host-page.ts";
import { openStage, type Stage } from "../support/stage.ts";
import { createTemplate, templateIdOf } from "../support/templates.ts";

const signs = {
  document_index: 0,
  api_id: "tenant",
  type: "signature",
  name: "Tenant",
  signer: 0,
  required: true,
  page: 1,
  x: 160,
  y: 600,
  width: 200,
  height: 40,
};

describe("how the editor's page ends, and what its host is told", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  test("in the host's language and words, without its header, to where the host wants the frame to go: no finish takes it away", async () => {
    const draft = await draftRequest(stage, { form_fields_per_document: [signs] });
    const page = await windows.open();
    const target = `${stage.site.url}thanks?order=7`;
    const options = {
      finalButtonText: "Continue",
      locale: "de-DE",
      hideHeader: true,
      redirectTo: target,
      allowCancel: false,
    };
    const document = await openEditor(stage, { page, url: draft.url, options });
    const { surface } = document;
    await fieldNamed(surface, /^Unterschrift „Tenant“, für Ann Lee, Seite 1, Pflichtfeld$/).waitFor();
    assert.equal(
      await surface.getByRole("heading", { level: 1, name: "Please sign" }).evaluate((title) => title.className),
      "unseen",
    );
    assert.equal(await surface.getByRole("button", { name: "Abbrechen" }).count(), 0);
    await surface.getByRole("button", { name: "Weiter", exact: true }).click();
    await surface.getByRole("heading", { name: "Our website" }).waitFor();
    const { searchParams } = new URL((await surface.frame()).url());
    assert.equal(searchParams.get("order"), "7");
    assert.equal(searchParams.get("event"), "signature_request_sent");
    assert.equal(searchParams.get("signature_request_id"), draft.id);
    assert.deepEqual(await document.eventNames(), ["open", "ready", "send"]);
  });

  test("with a cancel that keeps what was done, from the page's own button or the host's X; a link that was opened elsewhere is refused, with an error after the greeting", async () => {
    const draft = await draftTemplate(stage);
    const page = await windows.open();
    const first = await openEditor(stage, { page, url: draft.url, options: { allowCancel: true } });
    await first.surface.getByRole("button", { name: "Checkbox" }).click();
    await fieldNamed(first.surface, /^Checkbox/).waitFor();
    await first.surface.getByRole("button", { name: "Cancel" }).click();
    await first.heard("close");
    assert.deepEqual(await first.eventNames(), ["open", "ready", "cancel", "close"]);

    const renewed = await ask(stage.house, `POST /embedded/edit_url/${draft.id}`, { json: { test_mode: true } });
    const { embedded } = renewed.json as { readonly embedded: { readonly edit_url: string } };
    const second = await openEditor(stage, { page, url: embedded.edit_url });
    await fieldNamed(second.surface, /^Checkbox/).waitFor();
    await kept(second.surface);
    await page.locator(".x-hellosign-embedded__modal-close-button").click();
    await second.heard("close");
    assert.deepEqual(await second.eventNames(), ["open", "ready", "cancel", "close"]);

    const stranger = await windows.open();
    const third = await openEditor(stage, { page: stranger, url: embedded.edit_url });
    await third.surface.getByRole("heading", { name: "This page cannot be opened" }).waitFor();
    assert.deepEqual(await third.eventNames(), ["open", "ready", "error"]);
    const told = (await third.events()).at(-1)?.data as { code: string };
    assert.equal(told.code, "sign_url_invalid");
  });

  test("that only shows what is sent, once those are named whom nobody has named, when nothing else may be changed", async () => {
    const { house } = stage;
    const templateId = templateIdOf(await createTemplate(house));
    await house.quiet();
    const client = { role: "Client", name: "Ann Lee", email_address: "ann@example.com" };
    const given = {
      template_ids: [templateId],
      client_id: house.clientId,
      requester_email_address: "office@example.com",
    };
    const json = { ...given, test_mode: true, signers: [client], preview_only: true };
    const answer = await ask(house, "POST /unclaimed_draft/create_embedded_with_template", { json });
    const { unclaimed_draft: draft } = answer.json as { unclaimed_draft: { claim_url: string } };
    const page = await windows.open();
    const document = await openEditor(stage, { page, url: draft.claim_url });
    const { surface } = document;
    const witness = surface.getByRole("group", { name: /Signer 2/ });
    await witness.getByRole("textbox", { name: "Name" }).fill("Bob Ray");
    await witness.getByRole("textbox", { name: "E-mail" }).fill("bob@example.com");
    await surface.getByRole("button", { name: "Continue" }).click();
    await surface.getByRole("heading", { name: "This is what they will see" }).waitFor();
    await surface.getByRole("button", { name: /^Sign here: Client signs/ }).waitFor();
    assert.equal(await surface.getByRole("region", { name: "Fields to place" }).count(), 0);
    await surface.getByRole("button", { name: "Send" }).click();
    await document.heard("close");
    assert.deepEqual(await document.eventNames(), ["open", "ready", "send", "finish", "close"]);
  });

  test("in the words of version 1 of the client", async () => {
    const draft = await draftTemplate(stage, {
      form_fields_per_document: [signs, { ...signs, api_id: "owner", signer: 1, y: 660 }],
    });
    const page = await windows.open();
    const options = { clientId: stage.house.clientId };
    const document = await openDocument(page, { at: `${stage.site.url}old`, signUrl: draft.url, options });
    await document.surface.getByRole("button", { name: "Save template" }).click();
    await document.heard("template_created");
    const [told] = (await document.events()).map(({ data }) => data as { readonly template_id: string });
    assert.equal(told?.template_id, draft.id);
  });
});
