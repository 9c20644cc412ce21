import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { BrowserContextOptions } from "playwright-core";
import { ask } from "../support/ask.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { mailedLinkOf } from "../support/page.ts";
import { sendAndWait, untilState } from "../support/requests.ts";
import { agree, finishSigning, typeSignature } from "../support/signer.ts";
import { lease, openStage, type Stage, until } from "../support/stage.ts";

const ann = { name: "Ann Lee", email_address: "ann@example.com" };
const signedOnce = [
  "signature_request_sent",
  "signature_request_viewed",
  "signature_request_signed",
  "signature_request_all_signed",
  "signature_request_downloadable",
];

describe("in hard times", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const send = async (more: object = {}) => {
    const { signature_request_id: id } = await sendAndWait(stage.house, { ...lease, mailed: true, ...more });
    return { id, link: await mailedLinkOf(stage.house, { requestId: id, to: ann.email_address }) };
  };
  const openAt = async (link: string, options: BrowserContextOptions = {}) => {
    const page = await windows.open(options);
    await page.goto(link);
    const surface = surfaceOf(page);
    await surface.getByRole("button", { name: "Start" }).waitFor();
    return { page, surface };
  };
  const fill = async ({ surface }: Pick<Awaited<ReturnType<typeof openAt>>, "surface">) => {
    await surface.getByRole("textbox", { name: "City" }).fill("Rivne");
    await surface.getByRole("textbox", { name: "E-mail" }).fill(ann.email_address);
    await typeSignature(surface, { name: ann.name });
  };

  /** What was typed saves itself: to wait for it leaves nothing under way. */
  const kept = (id: string, names: readonly string[]) =>
    until(`${names.join(", ")} kept`, async () => {
      const answers = await stage.house.store.read
        .selectFrom("answers")
        .select("api_id")
        .where("request_id", "=", id)
        .execute();
      return names.every((name) => answers.some((answer) => answer.api_id === name));
    });

  test("the connection is lost at the finish: the page says so, goes on by itself, and signs once", async () => {
    const { id, link } = await send();
    const tab = await openAt(link);
    await fill(tab);
    await tab.surface.getByRole("button", { name: "Finish" }).click();
    await tab.page.context().setOffline(true);
    await agree(tab.surface);
    await tab.surface.getByText("We cannot reach the server. Trying again…").waitFor();
    assert.equal((await eventsOf(stage.house, id)).includes("signature_request_signed"), false);
    await tab.page.context().setOffline(false);
    await tab.surface.getByRole("heading", { name: "You're done signing" }).waitFor();
    await untilState(stage.house, { id, not: ["awaiting", "sealing"] });
    assert.deepEqual(await eventsOf(stage.house, id), signedOnce);
  });

  test("the answer to the finish is lost: the page asks again and is thanked, and signed is told once", async () => {
    const { id, link } = await send();
    const tab = await openAt(link);
    await fill(tab);
    let lost = 0;
    await tab.page.route("**/sign-api/finish", async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort("connectionreset");
    });
    await finishSigning(tab.surface);
    assert.equal(lost, 1);
    await untilState(stage.house, { id, not: ["awaiting", "sealing"] });
    assert.deepEqual(await eventsOf(stage.house, id), signedOnce);
  });

  test("another device goes on where the first one was left, and the first is told when it comes back", async () => {
    const { id, link } = await send();
    const desk = await openAt(link);
    await desk.surface.getByRole("textbox", { name: "City" }).fill("Rivne");
    await desk.surface.getByRole("textbox", { name: "E-mail" }).focus();
    await kept(id, ["city"]);

    const phone = await openAt(link);
    assert.equal(await phone.surface.getByRole("textbox", { name: "City" }).inputValue(), "Rivne");
    await phone.surface.getByRole("textbox", { name: "E-mail" }).fill(ann.email_address);
    await typeSignature(phone.surface, { name: ann.name });
    await finishSigning(phone.surface);

    await desk.surface.getByRole("textbox", { name: "City" }).fill("Lviv");
    await desk.surface.getByRole("textbox", { name: "E-mail" }).focus();
    await desk.surface.getByRole("heading", { name: "You're done signing" }).waitFor();
    await untilState(stage.house, { id, not: ["awaiting", "sealing"] });
    const [sent, viewed, ...rest] = signedOnce;
    assert.deepEqual(await eventsOf(stage.house, id), [sent, viewed, viewed, ...rest]);
  });

  test("the request is withdrawn while it is open: said in words at the next answer", async () => {
    const { id, link } = await send();
    const tab = await openAt(link);
    assert.equal((await ask(stage.house, `POST /signature_request/cancel/${id}`)).status, 200);
    await tab.surface.getByRole("textbox", { name: "City" }).fill("Rivne");
    await tab.surface.getByRole("textbox", { name: "E-mail" }).focus();
    await tab.surface.getByText("withdrawn", { exact: false }).first().waitFor();
    assert.equal((await eventsOf(stage.house, id)).includes("signature_request_signed"), false);
  });

  test("the request expires while it is open: said in words at the finish, and nothing is signed", async () => {
    const { id, link } = await send();
    const tab = await openAt(link);
    await fill(tab);
    await kept(id, ["city", "mail", "tenant"]);
    await tab.surface.getByRole("button", { name: "Finish" }).click();
    await stage.house.store.transact((tx) =>
      tx.updateTable("signature_requests").set({ state: "expired" }).where("request_id", "=", id).execute(),
    );
    await agree(tab.surface);
    await tab.surface.getByText("The time to sign this document has run out.").first().waitFor();
    assert.equal((await eventsOf(stage.house, id)).includes("signature_request_signed"), false);
  });

  test("a slow network: what is there can be used before the pictures have come", async () => {
    const { id, link } = await send();
    const page = await windows.open();
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    await wire.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 400,
      downloadThroughput: 30_000,
      uploadThroughput: 15_000,
    });
    let isHeld = true;
    const held: (() => void)[] = [];
    await page.route("**/sign-api/pictures/**", async (route) => {
      if (isHeld) await new Promise<void>((go) => held.push(go));
      await route.continue();
    });
    await page.goto(link);
    const surface = surfaceOf(page);
    await fill({ surface });
    assert.ok(held.length > 0, "no picture has come yet");
    isHeld = false;
    for (const go of held) go();
    await finishSigning(surface);
    await untilState(stage.house, { id, not: ["awaiting", "sealing"] });
    assert.deepEqual(await eventsOf(stage.house, id), signedOnce);
  });

  test("at 200 % zoom nothing is cut off at the side, and everything is signed as before", async () => {
    const { id, link } = await send();
    const tab = await openAt(link, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
    const { page, surface } = tab;
    const overhang = () => page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    assert.ok((await overhang()) <= 0, "the page scrolls down only");
    for (const name of ["Start", "Finish", "Decline"]) {
      const box = await surface.getByRole("button", { name }).boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 640 && box.y + box.height <= 400, `${name} is in sight`);
    }
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/zoom-200.png` });
    await surface.getByRole("button", { name: "Start" }).click();
    await surface.getByRole("textbox", { name: "City" }).fill("Rivne");
    await surface.getByRole("button", { name: "Next field" }).click();
    await surface.getByRole("textbox", { name: "E-mail" }).fill(ann.email_address);
    await surface.getByRole("button", { name: "Next field" }).click();
    assert.ok((await overhang()) <= 0);
    await surface
      .getByRole("button", { name: /^Sign here/ })
      .first()
      .click();
    const dialog = surface.getByRole("dialog", { name: "Your signature" });
    await dialog.getByRole("textbox", { name: "Full name" }).fill(ann.name);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/zoom-200-dialog.png` });
    await dialog.getByRole("button", { name: "Insert" }).click();
    await finishSigning(surface);
    await untilState(stage.house, { id, not: ["awaiting", "sealing"] });
    assert.deepEqual(await eventsOf(stage.house, id), signedOnce);
  });
});
