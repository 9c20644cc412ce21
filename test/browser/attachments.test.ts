import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { devices } from "playwright-core";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, type Surface, surfaceOf, windowsOf } from "../support/chromium.ts";
import { mailedLinkOf } from "../support/page.ts";
import { sendAndWait } from "../support/requests.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { lease, openStage, type Stage } from "../support/stage.ts";

const ann = { name: "Ann Lee", email_address: "ann@example.com" };
const passport = { name: "passport.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 a passport") };
const attachments = [
  { name: "Passport", signer_index: 0, instructions: "The page with your picture.", required: true },
  { name: "Letter of the employer", signer_index: 0 },
];

describe("files that a signer is asked for", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const openLink = async (options: object = {}, more: object = {}) => {
    const { signature_request_id: id } = await sendAndWait(stage.house, {
      ...lease,
      mailed: true,
      attachments,
      ...more,
    });
    const page = await windows.open(options);
    await page.goto(await mailedLinkOf(stage.house, { requestId: id, to: ann.email_address }));
    const surface = surfaceOf(page);
    await surface.getByRole("button", { name: "Start" }).waitFor();
    return { id, page, surface };
  };
  const choose = async (surface: Surface, name: string, file = passport) => {
    const input = surface.locator("input[type=file]").and(surface.locator(`[aria-label="${name}"]`));
    await input.setInputFiles(file);
  };
  const broughtTo = async (id: string) =>
    stage.house.store.read.selectFrom("attachments").select("file_name").where("request_id", "=", id).execute();

  for (const [size, options] of [
    ["desk", {}],
    ["phone", devices["iPhone 13"] ?? {}],
  ] as const) {
    test(`on a ${size}: what is required counts, Next field leads there, and what was brought is signed with the rest`, async () => {
      const { id, page, surface } = await openLink(options, size === "phone" ? { form_fields_per_document: [] } : {});
      if (size === "desk") {
        await surface.getByText("4 of 4 required fields left").waitFor();
        await surface.getByRole("textbox", { name: "City" }).fill("Rivne");
        await surface.getByRole("textbox", { name: "E-mail" }).fill(ann.email_address);
        await typeSignature(surface, { name: ann.name });
      } else {
        await surface.getByRole("button", { name: "Start" }).click();
        await typeSignature(surface, { name: ann.name });
      }
      await surface.getByRole("button", { name: "Next field" }).click();
      const section = surface.getByRole("region", { name: "Files to attach" });
      await section.waitFor();
      assert.equal(
        await page.evaluate("document.activeElement.getAttribute('aria-label')"),
        "Passport",
        "the focus is where the file is chosen",
      );
      await surface.getByRole("button", { name: "Finish" }).click();
      await section.getByText("Attach a file here.").waitFor();
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/attach-${size}-flaw.png` });
      assert.deepEqual(await violationsOf(page), []);

      await choose(surface, "Passport", { ...passport, name: "passport.exe", buffer: Buffer.from("MZ\0") });
      await section.getByText("This kind of file cannot be attached.").waitFor();
      await choose(surface, "Passport");
      await section.getByText("The file is attached.").waitFor();
      await section.getByText("passport.pdf").waitFor();
      await choose(surface, "Letter of the employer", { ...passport, name: "letter.pdf" });
      await section.getByText("letter.pdf").waitFor();
      await section.getByRole("button", { name: "Remove" }).last().click();
      await section.getByText("letter.pdf").waitFor({ state: "detached" });
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/attach-${size}.png` });
      assert.deepEqual(await violationsOf(page), []);
      await finishSigning(surface);
      assert.deepEqual(
        (await broughtTo(id)).map(({ file_name: name }) => name),
        ["passport.pdf", null],
      );
    });
  }

  test("what is too large is said before it goes up, and a line that breaks is said too", async () => {
    const { id, page, surface } = await openLink();
    let asked = 0;
    await page.route("**/sign-api/attachment", (route) => {
      asked += 1;
      return asked === 1 ? route.abort() : route.continue();
    });
    await choose(surface, "Passport", { ...passport, buffer: Buffer.alloc(10 * 1024 ** 2 + 1, 37) });
    await surface.getByText("The file is too large: at most 10 MB.").waitFor();
    assert.equal(asked, 0);
    await choose(surface, "Passport");
    await surface.getByText("The file could not be uploaded. Please try again.").waitFor();
    await choose(surface, "Passport");
    await surface.getByText("The file is attached.").waitFor();
    await page.reload();
    await surface.getByText("passport.pdf").waitFor();
    assert.equal((await broughtTo(id))[0]?.file_name, "passport.pdf");
  });

  test("in the form view they come last, with what is said about them", async () => {
    const { page, surface } = await openLink({}, { signer_experience: { form_view: "forced" } });
    await choose(surface, "Passport");
    await surface.getByText("The file is attached.").waitFor();
    await surface.getByText("The page with your picture.").waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/attach-form.png`, fullPage: true });
    assert.deepEqual(await violationsOf(page), []);
  });
});
