import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { defaultWhiteLabeling } from "../../src/accounts/white-labeling.ts";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { grounds, type House } from "../support/house.ts";
import { logoForm, pictureOf } from "../support/logo.ts";
import { knownPassword, signIn, signInWindow, type Visitor } from "./visitor.ts";

const [sqlite] = grounds();
const windows = windowsOf();
let house: House;
let visitor: Visitor;
let key: string;
before(async () => {
  assert.ok(sqlite);
  house = await sqlite.open(knownPassword);
  visitor = await signIn(house);
  key = await visitor.key();
});
after(async () => {
  await windows.close();
  await house.close();
});

const path = () => `/app/settings/apps/${house.clientId}/brand`;
const save = (colours: Readonly<Record<string, string>>) =>
  visitor.post(path(), { key, ...defaultWhiteLabeling, ...colours });
const savedNow = async () => {
  const { json } = await ask(house, `GET /api_app/${house.clientId}`);
  return (json as { readonly api_app: { readonly white_labeling_options: object | null } }).api_app
    .white_labeling_options;
};

describe("the colours of an app", () => {
  test("are the standard ones before any are saved, and the page says whose people see then", async () => {
    const { text } = await visitor.get(path());
    assert.match(text, /No colours are saved: people see Countersign’s own/);
    for (const [element, standard] of Object.entries(defaultWhiteLabeling)) {
      if (element === "legal_version") continue;
      assert.match(text, new RegExp(`id="${element}" name="${element}" value="${standard}"`));
      assert.match(text, new RegExp(`id="${element}-standard">standard ${standard}<`));
    }
    assert.match(text, /data-fill="header_background_color" fill="#1a1a1a"/);
    assert.doesNotMatch(text, / style=/);
    assert.equal(await savedNow(), null);
  });

  test("are saved all fourteen as the API keeps them, painted in the picture, and taken away again", async () => {
    const colours = { header_background_color: "#3B1F5B", text_color2: "#ffe9a8", legal_version: "terms2" };
    assert.equal((await save(colours)).location, `${path()}?done=saved`);
    assert.deepEqual(await savedNow(), { ...defaultWhiteLabeling, ...colours });
    const { text } = await visitor.get(`${path()}?done=saved`);
    assert.match(text, /Saved\. Signing pages that are opened from now on wear these colours\./);
    assert.match(text, /data-fill="header_background_color" fill="#3B1F5B"/);
    assert.match(text, /data-ink="header_background_color text_color2" fill="#ffe9a8"/);
    assert.match(
      (await visitor.get(path().replace("/brand", ""))).text,
      /data-fill="header_background_color" fill="#3B1F5B"/,
    );

    const { location } = await visitor.post(`${path()}/reset`, { key });
    assert.equal(location, `${path()}?done=reset`);
    assert.equal(await savedNow(), null);
  });

  test("that were set in part through the API are said to be so, and saving sets the rest", async () => {
    await ask(house, `PUT /api_app/${house.clientId}`, { json: { white_labeling_options: { link_color: "#004488" } } });
    assert.match((await visitor.get(path())).text, /13 of these were never set through the API/);
    await save({ link_color: "#004488" });
    assert.doesNotMatch((await visitor.get(path())).text, /never set through the API/);
    await visitor.post(`${path()}/reset`, { key });
  });

  test("that cannot be read on each other are refused beside their pair, with everything typed kept", async () => {
    const typed = {
      primary_button_color: "#777777",
      primary_button_text_color: "#888888",
      header_background_color: "#123456",
    };
    const { status, text } = await save(typed);
    assert.equal(status, 400);
    assert.match(text, /Nothing was saved\.<\/strong> 1 colour has to be mended/);
    assert.match(
      text,
      /class="reading bad" id="pair-2-0"[^>]*>Contrast 1\.2 to 1: this cannot be read\. It must be at least 2\.1/,
    );
    assert.match(text, /name="primary_button_text_color" value="#888888"[^>]*aria-invalid="true"/);
    for (const [name, value] of Object.entries(typed))
      assert.match(text, new RegExp(`name="${name}" value="${value}"`));
    assert.equal(await savedNow(), null);
  });

  for (const hostile of ["", "red", "#12345", '"><script>alert(1)</script>', "#0061FE\0", "url(https://evil.test)"]) {
    test(`take ${JSON.stringify(hostile)} for no colour, and paint nothing with it`, async () => {
      const { status, text } = await save({ link_color: hostile });
      assert.equal(status, 400);
      assert.equal(text.match(/<script/g)?.length, 1);
      assert.equal(await savedNow(), null);
    });
  }
});

describe("the logo of an app", () => {
  const logoPath = () => path().replace(/brand$/, "logo");
  const formWith = (logos: readonly Uint8Array[], more: object = { key }) => logoForm(logos, { ...more });
  const shownLogo = async () => /<img class="logo" src="([^"]+)"/.exec((await visitor.get(path())).text)?.[1] ?? null;

  test("is none before one is saved; then both pages of the app show it as signing pages do, until it is removed", async () => {
    assert.equal(await shownLogo(), null);
    assert.equal((await visitor.post(logoPath(), formWith([pictureOf("jpeg")]))).location, `${path()}?done=logo`);
    const logo = (await shownLogo()) ?? "";
    const { status, headers } = await visitor.get(logo);
    assert.deepEqual([status, headers.get("content-type")], [200, "image/png"]);
    assert.ok((await visitor.get(path().replace("/brand", ""))).text.includes(logo));
    await visitor.post(logoPath(), formWith([pictureOf("png", { width: 100 })]));
    assert.notEqual(await shownLogo(), logo);

    assert.equal((await visitor.post(`${logoPath()}/remove`, { key })).location, `${path()}?done=no-logo`);
    assert.equal(await shownLogo(), null);
    assert.equal((await visitor.get(logo)).status, 404);
  });

  test("that is no picture is refused beside its field, and one without the form's key or of another's app is not taken", async () => {
    await visitor.post(logoPath(), formWith([pictureOf("png")]));
    const logo = await shownLogo();
    for (const [files, words] of [
      [[Buffer.from("GIF89a")], "It is neither a PNG nor a JPEG."],
      [[], "Choose a file."],
      [[Buffer.alloc(0)], "The file is empty."],
    ] as const) {
      const { status, text } = await visitor.post(logoPath(), formWith(files));
      assert.equal(status, 400);
      assert.ok(text.includes(`<p class="fault" id="logo-fault">${words}</p>`), words);
    }
    assert.equal((await visitor.post(logoPath(), formWith([pictureOf("jpeg")], { key: "x" }))).status, 403);
    assert.equal((await visitor.post(`${logoPath()}/remove`, { key: "x" })).status, 403);
    const others = `/app/settings/apps/${"0".repeat(32)}/logo`;
    assert.equal((await visitor.post(others, formWith([pictureOf("jpeg")]))).status, 404);
    assert.equal((await visitor.post(`${others}/remove`, { key })).status, 404);
    assert.equal(await shownLogo(), logo);
    await visitor.post(`${logoPath()}/remove`, { key });
  });
});

describe("the colours of an app in a browser", needingChromium, () => {
  test("the picture and the words of a pair follow what is chosen, and the signing page wears what is saved", async () => {
    const page = await windows.open();
    await signInWindow(page, house);
    await page.goto(house.url + path());
    const header = page.locator('[data-fill="header_background_color"]');
    const reading = page.locator("#pair-0-0");
    await page.getByRole("group", { name: "Bar at the top" }).getByLabel("Background", { exact: true }).fill("#ffeecc");
    assert.equal(await header.getAttribute("fill"), "#ffeecc");
    assert.match((await reading.textContent()) ?? "", /^Contrast 1\.1 to 1: this cannot be read\./);
    assert.equal(await page.locator("#header_background_color").getAttribute("aria-invalid"), "true");
    await page.locator('[data-picker="text_color2"]').fill("#553300");
    assert.match((await reading.textContent()) ?? "", /^Contrast \d+\.\d to 1: easy to read\.$/);
    assert.equal(await page.locator("#text_color2").inputValue(), "#553300");
    assert.equal(await page.locator("#header_background_color").getAttribute("aria-invalid"), null);
    assert.equal(
      await page.locator('[data-ink="header_background_color text_color2"]').first().getAttribute("fill"),
      "#553300",
    );
    await page.locator("#header_background_color").fill("#ff");
    assert.equal(await header.getAttribute("fill"), "#ffeecc");
    await page.locator("#header_background_color").fill("#ffeecc");
    await page.getByRole("button", { name: "Save the colours" }).click();
    await page.getByText("Saved.").waitFor();
    assert.deepEqual(await savedNow(), {
      ...defaultWhiteLabeling,
      header_background_color: "#ffeecc",
      text_color2: "#553300",
    });
    await page
      .getByLabel("A picture")
      .setInputFiles({ name: "l.jpg", mimeType: "image/jpeg", buffer: pictureOf("jpeg") });
    await page.getByRole("button", { name: "Save the logo" }).click();
    await page.getByText("The logo is saved.").waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole("button", { name: "Remove the logo" }).click();
    await page.getByText("The logo is removed.").waitFor();
    await page.context().close();
  });

  test("without script they are typed, saved, and shown as they are saved", async () => {
    const page = await windows.open({ javaScriptEnabled: false });
    await signInWindow(page, house);
    await page.goto(house.url + path());
    assert.equal(await page.locator('input[type="color"]:visible').count(), 0);
    await page
      .getByRole("group", { name: "Around the document" })
      .getByLabel("Background", { exact: true })
      .fill("#eef3ff");
    await page.getByRole("button", { name: "Save the colours" }).click();
    await page.getByText("Saved.").waitFor();
    assert.equal(await page.locator('[data-fill="page_background_color"]').getAttribute("fill"), "#eef3ff");
    await page.getByRole("button", { name: "Back to the standard colours" }).click();
    await page.getByText("This app has no colours of its own any more.").waitFor();
    assert.equal(await savedNow(), null);

    const file = { name: "logo.png", mimeType: "image/png", buffer: pictureOf("png") };
    await page.getByLabel("A picture").setInputFiles(file);
    await page.getByRole("button", { name: "Save the logo" }).click();
    await page.getByRole("img", { name: "Logo of" }).waitFor();
    await page.getByRole("button", { name: "Remove the logo" }).click();
    await page.getByText("The logo is removed.").waitFor();
    await page.context().close();
  });
});
