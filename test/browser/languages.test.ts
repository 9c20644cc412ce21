import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { IntlMessageFormat } from "intl-messageformat";
import type { Page } from "playwright-core";
import { directionOf, type Locale, locales } from "../../src/language/locales.ts";
import { en } from "../../src/language/page/en.ts";
import type { PageWord, PageWords, Values } from "../../src/language/saying.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { openDocument } from "../support/host-page.ts";
import { mailedLinkOf, signUrlOf } from "../support/page.ts";
import { ann, sendAndWait, signatureOf } from "../support/requests.ts";
import { lease, openStage, type Stage, until } from "../support/stage.ts";

const walked: readonly Locale[] = process.env.COUNTERSIGN_TORTURE ? locales : ["de", "ja", "ar"];
const phone = { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true };

describe("the signing page speaks", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const openMailed = async (options: object) => {
    const parameters = { ...lease, mailed: true, allow_reassign: true, test_mode: false };
    const { signature_request_id: id } = await sendAndWait(stage.house, parameters);
    const page = await windows.open(options);
    await page.goto(await mailedLinkOf(stage.house, { requestId: id, to: ann.email_address }));
    return { id, page };
  };

  for (const locale of walked) {
    for (const [size, options] of Object.entries({ desktop: {}, phone })) {
      test(`${locale} on a ${size}, from the opening to the thanks`, async () => {
        const words = await catalogueOf(locale);
        const { id, page } = await openMailed({ ...options, locale });
        const say = (key: PageWord, values: Values = {}) =>
          String(new IntlMessageFormat(words[key], locale).format(values)).trim();
        const button = (key: PageWord) => page.getByRole("button", { name: say(key), exact: true });
        await button("bar.start").waitFor();
        const check = async (where: string) => {
          if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${locale}-${size}-${where}.png` });
          assert.deepEqual(await violationsOf(page), [], where);
          assert.deepEqual(await englishOn(page, words), [], where);
          assert.deepEqual(await clippedOn(page), [], where);
        };
        assert.deepEqual(await page.evaluate("[document.documentElement.lang, document.documentElement.dir]"), [
          locale,
          directionOf(locale),
        ]);
        await check("document");

        await page.getByRole("textbox", { name: "E-mail" }).fill("ann@");
        await page.getByRole("textbox", { name: "City" }).fill("Zagreb");
        await button("bar.finish").click();
        await until("the flaw is told", async () => (await page.content()).includes(say("flaw.email_address")));
        await page.getByRole("textbox", { name: "E-mail" }).fill("ann@example.com");
        await page
          .getByRole("button", { name: new RegExp(say("field.signHere")) })
          .first()
          .click();
        const dialog = page.getByRole("dialog", { name: say("signature.heading") });
        await dialog.getByRole("textbox", { name: say("signature.fullName") }).waitFor();
        await check("signature");
        await button("signature.insert").click();
        await dialog.waitFor({ state: "hidden" });
        await button("bar.finish").click();
        await button("agree.agree").waitFor();
        await check("agree");
        await button("agree.agree").click();
        await page.getByRole("heading", { name: say("over.signed") }).waitFor();
        await check("thanks");
        assert.equal((await eventsOf(stage.house, id)).at(-1), "signature_request_downloadable");
      });
    }
  }

  test("the language that the host asks for, and another that its signer chooses, without losing anything", async () => {
    const shown = await sendAndWait(stage.house, lease);
    const { sign_url: signUrl } = await signUrlOf(stage.house, signatureOf(shown).signature_id);
    const page = await windows.open();
    const options = { clientId: stage.house.clientId, locale: "fr-FR" };
    const { surface } = await openDocument(page, { at: stage.site.url, signUrl, options });
    await surface.getByRole("button", { name: "Commencer" }).waitFor();
    await surface.getByRole("textbox", { name: "City" }).fill("Zagreb");
    await surface.getByRole("combobox", { name: "Langue" }).selectOption("uk");
    await surface.getByRole("button", { name: /Наступне поле/ }).waitFor();
    assert.equal(await surface.getByRole("textbox", { name: "City" }).inputValue(), "Zagreb");
    assert.equal(await (await surface.frame()).evaluate("document.documentElement.lang"), "uk");
  });

  test("a refusal, and the shell before any script, in the browser's language", async () => {
    const page = await windows.open({ locale: "he-IL" });
    await page.goto(`${stage.house.url}/sign/${"0".repeat(64)}`);
    await page.getByRole("heading", { name: "לא ניתן לפתוח את המסמך" }).waitFor();
    const headers = { "accept-language": "da, nl-NL;q=0.8" };
    const shell = await (await fetch(`${stage.house.url}/sign/${"0".repeat(64)}`, { headers })).text();
    assert.match(shell, /<html lang="nl" dir="ltr">[\s\S]*Voor het ondertekenen is JavaScript nodig/);
  });
});

async function catalogueOf(locale: string): Promise<PageWords> {
  const module = (await import(`../../src/language/page/${locale}.ts`)) as Readonly<Record<string, PageWords>>;
  return module[locale] ?? en;
}

/** English sentences of the page that are on it, though its language has others. */
async function englishOn(page: Page, words: PageWords): Promise<readonly string[]> {
  if (words === en) return [];
  const text = await page.evaluate<string>("document.body.innerText");
  const lines = new Set(text.split("\n").map((line) => line.trim()));
  return Object.entries(en)
    .filter(([key, sentence]) => lines.has(sentence) && words[key as PageWord] !== sentence && sentence !== "E-mail")
    .map(([key]) => key);
}

/** Words on buttons that do not fit. */
async function clippedOn(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll(".button, [role=tab]")]
    .filter((button) => button.scrollWidth > button.clientWidth + 1)
    .map((button) => button.textContent)`);
}
