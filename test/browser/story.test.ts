import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AccountApi,
  ApiAppApi,
  EmbeddedApi,
  EventCallbackHelper,
  EventCallbackRequest,
  HttpError,
  SignatureRequestApi,
} from "@dropbox/sign";
import { unzipSync } from "fflate";
import { needing, pictureOf, runOn } from "../evidence/tools.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { holding, startFileHost } from "../support/file-host.ts";
import { openDocument, startHostSite } from "../support/host-page.ts";
import { acknowledge, type Heard, isEvent, startReceiver } from "../support/receiver.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { finishSigning, typeSignature } from "../support/signer.ts";
import { differences, fromDiagonal, inkIn } from "./pictures.ts";
import { fieldBoxes, shown, storyPaper } from "./story-paper.ts";

const olena = { name: "Олена Шевченко", emailAddress: "olena@example.com", order: 0 };
const bob = { name: "Bob Ray", emailAddress: "bob@example.com", order: 1 };
const city = "Чернівці";
const original = storyPaper();
const windows = windowsOf();

test(
  "two people sign a rotated document in the official client's iframe, and callbacks alone tell the integrator when",
  needingChromium,
  async (t) => {
    const server = await startTestServer();
    const receiver = await startReceiver();
    const files = await startFileHost();
    const site = await startHostSite();
    t.after(async () => {
      await windows.close();
      await Promise.all([server.stop(), receiver.close(), files.close(), site.close()]);
    });
    const { requests, embedded, accounts, apps } = clientsOf(server);
    const signUrlOf = async (id: string) => (await embedded.embeddedSignUrl(id)).body.embedded.signUrl ?? "";

    await accounts.accountUpdate({ callbackUrl: `${receiver.url}/account` });
    await apps.apiAppUpdate(server.clientId, { callbackUrl: `${receiver.url}/app` });

    // What the integrator's handlers do while the server waits for their answer.
    const signUrls: string[] = [];
    const copies: Uint8Array[] = [];
    const handlers: Readonly<Record<string, (heard: Heard) => Promise<void>>> = {
      signature_request_sent: async ({ payload }) => {
        const [first, second] = idsOf(payload);
        assert.equal(await statusOf(signUrlOf(second)), 409);
        signUrls.push(await signUrlOf(first));
      },
      signature_request_signed: async ({ payload }) => {
        if (signUrls.length === 1) signUrls.push(await signUrlOf(idsOf(payload)[1]));
      },
      signature_request_all_signed: async ({ payload }) => {
        copies.push(...(await everyCopyOf(requests, payload.signature_request?.signature_request_id ?? "")));
      },
    };
    receiver.answer = async (heard) => {
      if (heard.path === "/account") await handlers[heard.payload.event.event_type]?.(heard);
      return acknowledge();
    };

    const { listener, release } = holding(original);
    const { body: created } = await requests.signatureRequestCreateEmbedded({
      clientId: server.clientId,
      testMode: true,
      title: "Agreement of two people",
      fileUrls: [files.at("/agreement.pdf", listener)],
      useTextTags: true,
      hideTextTags: true,
      signers: [olena, bob],
    });
    const id = created.signatureRequest.signatureRequestId ?? "";
    const [firstId = "", secondId = ""] =
      created.signatureRequest.signatures?.map((each) => each.signatureId ?? "") ?? [];
    assert.equal(await statusOf(signUrlOf(firstId)), 409);
    release();
    await receiver.waitFor(isEvent("signature_request_sent", id));

    const host = await windows.open();
    const options = { clientId: server.clientId };
    const first = await openDocument(host, { at: site.url, signUrl: signUrls[0] ?? "", options });
    const { surface } = first;
    await surface.getByRole("button", { name: "Start" }).click();
    const cityBox = surface.getByRole("textbox", { name: "City" });
    await cityBox.and(surface.locator(":focus")).waitFor();
    await cityBox.fill(city);
    await surface.getByRole("button", { name: "Next field" }).click();
    const newsletter = surface.getByRole("checkbox", { name: "Newsletter" });
    await newsletter.and(surface.locator(":focus")).waitFor();
    await newsletter.check();
    await surface.getByRole("button", { name: "Next field" }).click();
    await surface
      .getByRole("button", { name: /^Sign here/ })
      .and(surface.locator(":focus"))
      .waitFor();
    await typeSignature(surface, { name: olena.name });
    await finishSigning(surface);
    await surface.getByRole("button", { name: "Close" }).click();
    await first.heard("close");
    assert.deepEqual(await first.eventNames(), ["open", "ready", "sign", "finish", "close"]);
    assert.deepEqual((await first.events()).find(({ name }) => name === "sign")?.data, { signatureId: firstId });

    await receiver.waitFor(isEvent("signature_request_signed", id, firstId));
    const second = await openDocument(host, { at: site.url, signUrl: signUrls[1] ?? "", options });
    await second.surface.getByText(city).waitFor();
    assert.equal(await second.surface.getByRole("button", { name: /^Sign here/ }).count(), 1);
    await typeSignature(second.surface, { name: bob.name });
    await finishSigning(second.surface);
    await second.surface.getByRole("button", { name: "Close" }).click();
    await second.heard("close");
    assert.deepEqual(await second.eventNames(), ["open", "ready", "sign", "finish", "close"]);

    for (const path of ["/account", "/app"]) {
      const isLast = isEvent("signature_request_downloadable", id);
      await receiver.waitFor((heard) => heard.path === path && isLast(heard));
      assert.deepEqual(receiver.types(id, path), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_all_signed",
        "signature_request_downloadable",
      ]);
    }
    assert.deepEqual(viewersOf(receiver.heard, id), [firstId, secondId]);
    for (const { path, payload } of receiver.heard) {
      const event = EventCallbackRequest.init(payload);
      assert.ok(EventCallbackHelper.isValid(server.apiKey, event), `${path} ${payload.event.event_type}`);
      assert.equal(EventCallbackHelper.getCallbackType(event), `${path.slice(1)}_callback`);
    }

    const { body: ended } = await requests.signatureRequestGet(id);
    assert.equal(ended.signatureRequest.isComplete, true);
    const sealed = copies[0] ?? new Uint8Array();
    assert.equal(copies.length, 4);
    for (const copy of copies) assert.deepEqual(Buffer.from(copy), Buffer.from(sealed));

    await t.test("the sealed document's signature is valid and covers all of it", needing("pdfsig"), () => {
      const told = runOn(sealed, "pdfsig", "-nocert", "{}");
      assert.match(told, /Signature Validation: Signature is Valid/);
      assert.match(told, /Total document signed/);
    });
    await t.test("its text holds both names, the city, the day and the trail", needing("pdftotext"), () => {
      const text = runOn(sealed, "pdftotext", "-layout", "{}", "-");
      for (const words of [olena.name, bob.name, city, "Status: Completed"]) assert.ok(text.includes(words), words);
      assert.match(text, /\d\d \/ \d\d \/ \d{4}/);
    });
    await t.test(
      "on the rotated page each field shows its value, and nothing else has changed but the watermark",
      needing("pdftoppm"),
      () => {
        const [before, after] = [pictureOf(original, 2), pictureOf(sealed, 2)] as const;
        assert.deepEqual([after.width, after.height], [before.width, before.height]);
        const boxes = fieldBoxes();
        for (const [name, box] of Object.entries(boxes)) {
          if (name === "news") continue;
          assert.ok(inkIn(after, { box, from: 0, to: 0.5 }) > 200, `${name} shows its value from the left`);
          assert.ok(inkIn(before, { box, from: 0.9, to: 1 }) > 20, `${name} had its tag to the right end`);
          assert.equal(inkIn(after, { box, from: 0.9, to: 1 }), 0, `${name} shows no tag any more`);
        }
        assert.ok(inkIn(after, { box: boxes.news, from: 0.4, to: 0.6 }) > 40, "the box is ticked");
        assert.equal(inkIn(after, { box: boxes.news, from: 0, to: 0.4 }), 0);
        const allows = (point: { readonly x: number; readonly y: number }) =>
          fromDiagonal(point, shown) < 40 ? 40 : 0;
        const changed = differences([before, after], { boxes: Object.values(boxes), margin: 4, allows });
        assert.deepEqual(changed.slice(0, 5), []);
        assert.ok(
          differences([before, after], { boxes: Object.values(boxes), margin: 4, allows: () => 0 }).length > 5000,
        );
      },
    );
  },
);

function clientsOf({ url, apiKey }: TestServer) {
  const clients = {
    requests: new SignatureRequestApi(`${url}/v3`),
    embedded: new EmbeddedApi(`${url}/v3`),
    accounts: new AccountApi(`${url}/v3`),
    apps: new ApiAppApi(`${url}/v3`),
  };
  for (const client of Object.values(clients)) client.username = apiKey;
  return clients;
}

function idsOf({ signature_request: request }: Heard["payload"]): readonly [string, string] {
  const [first = "", second = ""] = request?.signatures.map(({ signature_id: id }) => String(id)) ?? [];
  return [first, second];
}

/** The status of an answer that the official client rejects for; 200 where it does not. */
async function statusOf(call: Promise<unknown>): Promise<number | undefined> {
  return call.then(
    () => 200,
    (error: unknown) => {
      assert.ok(error instanceof HttpError, String(error));
      return error.statusCode;
    },
  );
}

/** The document in every way that the official client gets it: file, zip, data URI, file URL. */
async function everyCopyOf(requests: SignatureRequestApi, id: string): Promise<readonly Uint8Array[]> {
  const { body: pdf } = await requests.signatureRequestFiles(id, "pdf");
  const { body: zip } = await requests.signatureRequestFiles(id, "zip");
  const { body: data } = await requests.signatureRequestFilesAsDataUri(id);
  const { body: link } = await requests.signatureRequestFilesAsFileUrl(id);
  const unzipped = Object.values(unzipSync(zip)).find((bytes) => Buffer.from(bytes).equals(pdf));
  assert.ok(unzipped, "the zip holds the document");
  const linked = await fetch(link.fileUrl);
  assert.equal(linked.headers.get("content-type"), "application/pdf");
  const [kind, base64 = ""] = data.dataUri.split(",");
  assert.equal(kind, "data:application/pdf;base64");
  return [pdf, unzipped, Buffer.from(base64, "base64"), new Uint8Array(await linked.arrayBuffer())];
}

function viewersOf(heard: readonly Heard[], id: string): readonly unknown[] {
  return heard
    .filter((one) => one.path === "/account" && isEvent("signature_request_viewed", id)(one))
    .map(({ payload }) => payload.event.event_metadata.related_signature_id);
}
