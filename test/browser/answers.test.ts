import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { needingChromium, patienceMs, windowsOf } from "../support/chromium.ts";
import { type HostSite, type OpenDocument, openDocument, startHostSite } from "../support/host-page.ts";
import { isEvent, startReceiver } from "../support/receiver.ts";
import { requestOf, send } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { lease, until } from "../support/stage.ts";

describe("what a signer writes", needingChromium, () => {
  const windows = windowsOf();
  let server: TestServer;
  let site: HostSite;
  before(async () => {
    [server, site] = await Promise.all([startTestServer(), startHostSite()]);
  });
  after(async () => {
    await windows.close();
    await Promise.all([server.stop(), site.close()]);
  });

  const openAt = (page: Page, signUrl: string): Promise<OpenDocument> =>
    openDocument(page, { at: site.url, signUrl, options: { clientId: server.clientId } });
  const newLease = async () => {
    const { signature_request_id: id, signatures } = requestOf(await send(server, lease));
    return { id, signUrl: await signUrlWhenReady(server, signatures[0]?.signature_id ?? "") };
  };

  test("is checked when a field is left and again at the finish, and told to eyes and ears", async () => {
    const { surface } = await openAt(await windows.open(), (await newLease()).signUrl);
    const mail = surface.getByRole("textbox", { name: "E-mail" });
    const finish = surface.getByRole("button", { name: "Finish" });
    const agreement = surface.getByRole("dialog", { name: "Agree and sign" });
    const told = (words: string) => surface.getByRole("status").filter({ hasText: words }).waitFor();

    await mail.fill("ann@");
    assert.equal(await mail.getAttribute("aria-invalid"), "false");
    await surface.getByRole("textbox", { name: "City" }).fill("Zagreb");
    await told("E-mail, page 1: Use an e-mail address");
    assert.equal(await mail.getAttribute("aria-invalid"), "true");
    await mail.and(surface.getByRole("textbox", { description: /Use an e-mail address/ })).waitFor();

    await typeSignature(surface, { name: "Ann Lee" });
    await finish.click();
    await mail.and(surface.locator(":focus")).waitFor();
    assert.equal(await agreement.count(), 0);
    await mail.fill("ann@example.com");
    assert.equal(await mail.getAttribute("aria-invalid"), "false");

    await surface.getByRole("textbox", { name: "City" }).fill("");
    await finish.click();
    await told("City, page 1:");
    assert.equal(await surface.getByRole("textbox", { name: "City" }).getAttribute("aria-invalid"), "true");
    assert.equal(await agreement.count(), 0);

    // What was empty at a finish is known to be flawed; its next flaw is told all the same.
    await mail.fill("");
    await finish.click();
    await told("City, page 1:");
    await mail.fill("nonsense");
    await mail.press("Tab");
    await told("E-mail, page 1: Use an e-mail address");
  });

  test("is kept whole when the browser fills in several fields in one go", async () => {
    const { surface } = await openAt(await windows.open(), (await newLease()).signUrl);
    await surface.getByRole("button", { name: "Start" }).waitFor();
    await (await surface.frame()).evaluate(`
      for (const [name, value] of [["City", "Zagreb"], ["E-mail", "ann@example.com"]]) {
        const box = document.querySelector('[aria-label="' + name + '"]');
        box.value = value;
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }`);
    await surface.getByText("1 of 3 required fields left").waitFor();
    await typeSignature(surface, { name: "Ann Lee" });
    await finishSigning(surface);
  });

  test("outlives a server that is killed, a reload, and the time in between, and signing goes on", async (t) => {
    const receiver = await startReceiver();
    t.after(receiver.close);
    const { status } = await server.call("PUT", "/account", { callback_url: `${receiver.url}/account` });
    assert.equal(status, 200);
    const { id, signUrl } = await newLease();
    const page = await windows.open();
    const { surface } = await openAt(page, signUrl);
    const saved = page.waitForResponse(
      (answer) =>
        answer.url().endsWith("/sign-api/answers") && answer.request().postData()?.includes("Zagreb") === true,
    );
    await surface.getByRole("textbox", { name: "City" }).fill("Zagreb");
    assert.deepEqual(await (await saved).json(), { saved: true });

    await server.kill();
    await surface.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");
    await surface.getByRole("status").filter({ hasText: "We cannot reach the server." }).waitFor();
    await server.restart();
    await surface.getByRole("status").filter({ hasText: "Your answers are saved." }).waitFor();
    // The page has been drawn anew: what is opened now shares no id with a flaw of before.
    const mail = surface.getByRole("textbox", { name: "E-mail" });
    await mail.fill("ann");
    await surface.getByRole("textbox", { name: "City" }).focus();
    await until("the flaw is told", async () => (await mail.getAttribute("aria-invalid")) === "true");
    await surface.getByRole("button", { name: "Decline" }).click();
    await surface.getByRole("dialog", { name: "Decline to sign" }).waitFor();
    const ids = await surface.locator("[id]").evaluateAll((all) => all.map(({ id }) => id));
    assert.deepEqual(ids.toSorted(), [...new Set(ids)].toSorted());
    await page.keyboard.press("Escape");
    await mail.fill("ann@example.com");

    await server.kill();
    await server.restart();
    await (await surface.frame()).evaluate("location.reload()");
    for (const [name, value] of [
      ["City", "Zagreb"],
      ["E-mail", "ann@example.com"],
    ] as const) {
      const box = surface.getByRole("textbox", { name });
      await until(`${name} is there again`, async () => (await box.inputValue()) === value);
    }
    await typeSignature(surface, { name: "Ann Lee" });
    await finishSigning(surface);
    await receiver.waitFor(isEvent("signature_request_downloadable", id), patienceMs);
    assert.deepEqual(receiver.types(id), [
      "signature_request_sent",
      "signature_request_viewed",
      "signature_request_signed",
      "signature_request_all_signed",
      "signature_request_downloadable",
    ]);
  });
});

/** The link, once the document has been prepared. */
async function signUrlWhenReady(server: TestServer, signatureId: string): Promise<string> {
  let link = "";
  await until("the request can be signed", async () => {
    const { status, body } = await server.call("GET", `/embedded/sign_url/${signatureId}`);
    assert.ok(status === 200 || status === 409, JSON.stringify(body));
    link = (body as { readonly embedded?: { readonly sign_url: string } }).embedded?.sign_url ?? "";
    return status === 200;
  });
  return link;
}
