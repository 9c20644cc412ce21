import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { mailedLinkOf } from "../support/page.ts";
import { ann, sendAndWait } from "../support/requests.ts";
import { typeSignature } from "../support/signer.ts";
import { lease, openStage, type Stage } from "../support/stage.ts";

const sizes = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
};

describe("axe-core finds nothing wrong", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  for (const colorScheme of ["light", "dark"] as const) {
    for (const [size, options] of Object.entries(sizes)) {
      test(`with any page, from the invitation to the end, ${colorScheme} on a ${size}`, async () => {
        const { house } = stage;
        const { signature_request_id: id } = await sendAndWait(house, {
          ...lease,
          mailed: true,
          message: "Hello Ann",
          allow_reassign: true,
        });
        const link = await mailedLinkOf(house, { requestId: id, to: ann.email_address });
        const page = await windows.open({ ...options, colorScheme });
        const surface = surfaceOf(page);
        const fine = async (where: string) => assert.deepEqual(await violationsOf(page), [], where);
        const button = (name: string) => surface.getByRole("button", { name, exact: true });

        for (const path of ["/", "/inbox", `/sign/${"0".repeat(64)}`]) {
          await page.goto(house.url + path);
          await page.getByRole("heading").waitFor();
          await fine(path);
        }
        await page.goto(`${house.url}/inbox`);
        await page
          .getByRole("link", { name: /Lease of a flat/ })
          .first()
          .click();
        await page.getByRole("link", { name: "Read and sign" }).waitFor();
        await fine("a letter");

        await page.goto(link);
        await button("Start").waitFor();
        await fine("the document");
        await button("Decline").click();
        await button("Decline to sign").click();
        await fine("the dialog to decline, without a reason");
        await button("Back").click();

        await button("Assign to someone else").click();
        await button("Assign").click();
        await fine("the dialog to hand over, without a name");
        await button("Back").click();

        await surface.getByRole("textbox", { name: "E-mail" }).fill("ann@");
        await surface.getByRole("textbox", { name: "City" }).fill("Zagreb");
        await surface.getByRole("textbox", { name: "E-mail" }).focus();
        await fine("a wrong value");
        await surface.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");
        await button("Next field").click();
        await surface.getByRole("button", { name: /^Sign here/ }).click();
        await surface.getByRole("textbox", { name: "Full name" }).fill("");
        await button("Insert").click();
        await fine("the dialog of the signature, without a name");
        await button("Back").click();
        await typeSignature(surface, { name: "Ann Lee" });
        await fine("a signed document");

        await button("Finish").click();
        await button("I agree").waitFor();
        await fine("the dialog to agree");
        await button("I agree").click();
        await surface.getByRole("heading", { name: "You're done signing" }).waitFor();
        await fine("the end");
        await button("Close").click();
        await surface.getByRole("heading", { name: "You can close this window now." }).waitFor();
        await fine("after the end");
      });
    }
  }
});
