import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { grouped } from "../support/groups.ts";
import { logoForm, pictureOf } from "../support/logo.ts";
import { mailedLinkOf, open, openPage } from "../support/page.ts";
import { ann, bob, sendAndWait } from "../support/requests.ts";
import { lease, openLease, openStage, type Stage } from "../support/stage.ts";

describe("an app's logo, and a group", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
    const { house } = stage;
    const answer = await ask(house, `PUT /api_app/${house.clientId}`, {
      form: logoForm([pictureOf("png")], { name: "Bicycle shop" }),
    });
    assert.equal(answer.status, 200);
  });
  after(() => stage.close());

  for (const colorScheme of ["light", "dark"] as const)
    test(`the logo stands in the header of the signing page, in an iframe and on a narrow screen, ${colorScheme}`, async () => {
      const page = await windows.open({ colorScheme, viewport: { width: 360, height: 740 } });
      const { document } = await openLease(stage, { page });
      const logo = document.surface.getByRole("img", { name: "Bicycle shop" });
      await logo.waitFor();
      const [natural, shown, wide] = await logo.evaluate((element) => {
        const image = element as unknown as { naturalWidth: number; getBoundingClientRect: () => { width: number } };
        const { body } = (element as unknown as { ownerDocument: { body: { scrollWidth: number } } }).ownerDocument;
        return [image.naturalWidth, image.getBoundingClientRect().width, body.scrollWidth] as const;
      });
      assert.equal(natural, 480);
      assert.ok(shown > 40 && shown <= 160 && wide <= 360, `${shown} of ${wide}`);
      assert.deepEqual(await violationsOf(await document.surface.frame()), []);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/logo-${colorScheme}.png` });
    });

  test("who comes when somebody else of the group has signed reads that, in words", async () => {
    const { house } = stage;
    const shown = await sendAndWait(house, { ...lease, ...grouped, mailed: true, client_id: house.clientId });
    const { signature_request_id: requestId } = shown;
    const link = await mailedLinkOf(house, { requestId, to: bob.email_address });
    const page = await windows.open();
    await page.goto(link);
    const surface = surfaceOf(page);
    await surface.getByRole("textbox", { name: "City" }).fill("Kyiv");
    const other = openPage(house, { link: await mailedLinkOf(house, { requestId, to: ann.email_address }) });
    const { signer } = await open(other);
    const answers = { city: "Lviv", mail: ann.email_address, tenant: signer.name };
    assert.deepEqual(await other.finish(answers), { ok: true, state: "signed" });

    const words = surface.getByText("Somebody else of your group has signed this document.");
    await surface.getByRole("textbox", { name: "E-mail" }).fill("bob@example.com");
    await words.waitFor();
    await page.reload();
    await words.waitFor();
    assert.equal(await surface.getByRole("button", { name: "Start" }).count(), 0);
    assert.deepEqual(await violationsOf(page), []);
  });
});
