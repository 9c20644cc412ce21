import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  AccountApi,
  AccountUpdateRequest,
  AccountVerifyRequest,
  ApiAppApi,
  ApiAppCreateRequest,
  ApiAppUpdateRequest,
  EmbeddedApi,
  HttpError,
  SignatureRequestApi,
  SignatureRequestCreateEmbeddedRequest,
  SignatureRequestRemindRequest,
  SignatureRequestSendRequest,
} from "@dropbox/sign";
import { type FileHost, giving, startFileHost } from "../support/file-host.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { onePage, untilState } from "../support/requests.ts";
import { builtOf, fixture, skip } from "./published.ts";

const signers = [{ name: "Ann Lee", emailAddress: "ann@example.com" }];
const file = { value: Buffer.from(onePage), options: { filename: "lease.pdf", contentType: "application/pdf" } };

for (const ground of grounds()) {
  describe(`the official SDK on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let host: FileHost;
    let account: AccountApi;
    let apps: ApiAppApi;
    let requests: SignatureRequestApi;
    let embedded: EmbeddedApi;

    before(async () => {
      house = await openHeardHouse(ground);
      host = await startFileHost();
      host.at("/lease.pdf", giving(onePage));
      const base = `${house.url}/v3`;
      account = new AccountApi(base);
      apps = new ApiAppApi(base);
      requests = new SignatureRequestApi(base);
      embedded = new EmbeddedApi(base);
      for (const api of [account, apps, requests, embedded]) api.username = house.apiKey;
    });

    after(async () => {
      await house.close();
      await host.close();
    });

    /** The fault of a call that the SDK rejects, as it hands it to its caller. */
    async function faultOf(calling: Promise<unknown>): Promise<readonly unknown[]> {
      const error = await calling.then(
        () => assert.fail("the call went well"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof HttpError, String(error));
      const { errorName, errorPath, errorMsg } = error.body.error;
      assert.ok(errorMsg);
      return errorPath === undefined ? [error.statusCode, errorName] : [error.statusCode, errorName, errorPath];
    }

    async function ready(id: string | undefined): Promise<string> {
      assert.ok(id);
      await untilState(house, { id, not: ["processing"] });
      return id;
    }

    test("accountGet, accountUpdate and accountVerify", async () => {
      const { body, response } = await account.accountGet();
      assert.equal(body.account.emailAddress, "admin@localhost");
      assert.ok(Number(response.headers["x-ratelimit-limit"]) > 0);
      const changed = await account.accountUpdate(AccountUpdateRequest.init({ locale: "fr-FR" }));
      assert.equal(changed.body.account.locale, "fr-FR");
      const { emailAddress } = body.account;
      assert.ok(emailAddress);
      const verified = await account.accountVerify(AccountVerifyRequest.init({ email_address: emailAddress }));
      assert.equal(verified.body.account?.emailAddress, emailAddress);
      assert.deepEqual(
        await faultOf(
          account.accountVerify(AccountVerifyRequest.init({ email_address: "INVALID_EMAIL_ADDRESS@.com" })),
        ),
        [400, "bad_request", "email_address"],
      );
    });

    test("apiAppCreate, Get, Update, List and Delete, as JSON and with a logo that is no picture", async () => {
      const asked = {
        name: "SDK app",
        domains: ["example.com"],
        oauth: { callback_url: "https://a.b/c", scopes: ["request_signature"] },
      };
      const { body, response } = await apps.apiAppCreate(ApiAppCreateRequest.init(asked));
      const { clientId, oauth } = body.apiApp;
      assert.equal(response.status, 201);
      assert.ok(clientId && oauth?.secret);
      assert.equal((await apps.apiAppGet(clientId)).body.apiApp.name, "SDK app");
      const renamed = await apps.apiAppUpdate(clientId, ApiAppUpdateRequest.init({ name: "Renamed" }));
      assert.equal(renamed.body.apiApp.name, "Renamed");
      const { apiApps, listInfo } = (await apps.apiAppList(1, 5)).body;
      assert.deepEqual([apiApps.map((app) => app.name).includes("Renamed"), listInfo.pageSize], [true, 5]);
      assert.equal((await apps.apiAppDelete(clientId)).response.status, 204);
      assert.deepEqual(await faultOf(apps.apiAppGet(clientId)), [404, "not_found"]);

      const withLogo = {
        ...ApiAppCreateRequest.init({ name: "Logo app", domains: ["example.com"] }),
        customLogoFile: file,
      };
      assert.deepEqual(await faultOf(apps.apiAppCreate(withLogo)), [400, "bad_request", "custom_logo_file"]);
    });

    test("the contract's own app fixtures make and change an app", { skip }, async () => {
      // Theirs is on the internet, where tests do not go.
      const callback_url = `${house.receiver.url}/dropboxsign`;
      const { body } = await apps.apiAppCreate(
        ApiAppCreateRequest.init({ ...fixture("ApiAppCreateRequest"), callback_url }),
      );
      const { clientId, whiteLabelingOptions, domains } = body.apiApp;
      assert.ok(clientId);
      assert.deepEqual(domains, ["example.com"]);
      assert.equal(whiteLabelingOptions?.primaryButtonTextColorHover, "#ffffff");
      const changed = await apps.apiAppUpdate(
        clientId,
        ApiAppUpdateRequest.init({ ...fixture("ApiAppUpdateRequest"), callback_url }),
      );
      assert.equal(changed.body.apiApp.name, "New Name");
      assert.equal(changed.body.apiApp.callbackUrl, callback_url);
    });

    test("signatureRequestSend with files and with file_urls, get, list, remind and cancel", async () => {
      const asked = SignatureRequestSendRequest.init({ title: "Lease", test_mode: true, metadata: { deal: 9 } });
      const sent = (await requests.signatureRequestSend({ ...asked, signers, files: [file, file] })).body
        .signatureRequest;
      const id = await ready(sent.signatureRequestId);
      assert.deepEqual([sent.title, sent.testMode, sent.metadata], ["Lease", true, { deal: 9 }]);
      const byUrl = { ...asked, signers, fileUrls: [`${host.url}/lease.pdf`] };
      const second = await ready((await requests.signatureRequestSend(byUrl)).body.signatureRequest.signatureRequestId);

      const shown = (await requests.signatureRequestGet(id)).body.signatureRequest;
      assert.deepEqual(
        shown.signatures?.map(({ statusCode }) => statusCode),
        ["awaiting_signature"],
      );
      const { signatureRequests, listInfo } = (await requests.signatureRequestList("all", 1, 2)).body;
      assert.deepEqual(new Set(signatureRequests.map((one) => one.signatureRequestId)), new Set([id, second]));
      assert.equal(listInfo.numResults, 2);

      const reminder = SignatureRequestRemindRequest.init({ email_address: "ann@example.com" });
      const reminded = (await requests.signatureRequestRemind(id, reminder)).body.signatureRequest;
      assert.ok(reminded.signatures?.[0]?.lastRemindedAt);
      assert.deepEqual(await faultOf(requests.signatureRequestRemind(id, reminder)), [
        400,
        "invalid_reminder",
        "email_address",
      ]);
      const canceled = await requests.signatureRequestCancel(id);
      assert.deepEqual([canceled.response.status, canceled.response.data], [200, ""]);
      assert.deepEqual(await faultOf(requests.signatureRequestGet(id)), [410, "deleted"]);
      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_remind",
        "signature_request_canceled",
      ]);
    });

    test("createEmbedded, embeddedSignUrl, signing, and every kind of files", async () => {
      const asked = { clientId: house.clientId, title: "Lease", testMode: true, signers, files: [file] };
      const made = (await requests.signatureRequestCreateEmbedded(asked)).body.signatureRequest;
      const id = await ready(made.signatureRequestId);
      const signatureId = made.signatures?.[0]?.signatureId;
      assert.ok(signatureId);
      const { signUrl, expiresAt } = (await embedded.embeddedSignUrl(signatureId)).body.embedded;
      assert.ok(signUrl?.startsWith(`${house.url}/editor/embeddedSign?`) && expiresAt);
      await sign(house, signatureId);
      await untilState(house, { id, not: ["awaiting", "sealing"] });

      const complete = (await requests.signatureRequestGet(id)).body.signatureRequest;
      assert.equal(complete.isComplete, true);
      assert.deepEqual(
        complete.responseData?.map((data) => [data.type, "value" in data ? typeof data.value : "none"]),
        [
          ["signature", "string"],
          ["date_signed", "string"],
        ],
      );
      const pdf = (await requests.signatureRequestFiles(id)).body;
      assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
      assert.equal((await requests.signatureRequestFiles(id, "zip")).body.subarray(0, 2).toString(), "PK");
      const { dataUri } = (await requests.signatureRequestFilesAsDataUri(id)).body;
      assert.equal(dataUri, `data:application/pdf;base64,${pdf.toString("base64")}`);
      const { fileUrl } = (await requests.signatureRequestFilesAsFileUrl(id, 0)).body;
      assert.ok(Buffer.from(await (await fetch(fileUrl)).arrayBuffer()).equals(pdf));
    });

    for (const [name, init, call] of [
      [
        "SignatureRequestSendRequest",
        SignatureRequestSendRequest.init,
        (asked: object) => requests.signatureRequestSend(asked),
      ],
      [
        "SignatureRequestCreateEmbeddedRequest",
        SignatureRequestCreateEmbeddedRequest.init,
        (asked: object) => requests.signatureRequestCreateEmbedded(asked as SignatureRequestCreateEmbeddedRequest),
      ],
    ] as const) {
      test(`the contract's ${name}, without what is not built, as JSON and with a file`, { skip }, async () => {
        const fits = builtOf(fixture(name));
        const asked = init({ ...fits, client_id: house.clientId });
        for (const files of [{ fileUrls: [`${host.url}/lease.pdf`] }, { files: [file] }]) {
          const { signatureRequest, warnings } = (await call({ ...asked, ...files })).body;
          const id = await ready(signatureRequest.signatureRequestId);
          assert.equal(signatureRequest.title, fits.title);
          assert.deepEqual(signatureRequest.metadata, fits.metadata);
          assert.deepEqual(signatureRequest.ccEmailAddresses, fits.cc_email_addresses);
          assert.deepEqual(
            signatureRequest.signatures?.map(({ order }) => order),
            fits.signers.map(({ order }) => order),
          );
          const known = new Set<string | undefined>([
            "parameter_ignored",
            "form_fields_overlap",
            "form_fields_placement",
          ]);
          assert.ok((warnings ?? []).every(({ warningName }) => known.has(warningName)));
          assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
        }
      });
    }

    test("a 4xx is an HttpError with the parsed body, whatever the call", async () => {
      assert.deepEqual(
        await faultOf(requests.signatureRequestSend({ signers, files: [file], fileUrls: ["https://a.b"] })),
        [400, "bad_request", "file_urls"],
      );
      assert.deepEqual(await faultOf(requests.signatureRequestCancel("0".repeat(40))), [404, "not_found"]);
      assert.deepEqual(await faultOf(requests.signatureRequestFilesAsDataUri("0".repeat(40))), [404, "not_found"]);
      assert.deepEqual(await faultOf(requests.signatureRequestRemove("0".repeat(40))), [404, "not_found"]);
      assert.deepEqual(await faultOf(embedded.embeddedSignUrl("0".repeat(32))), [404, "not_found"]);
      const stranger = new AccountApi(`${house.url}/v3`);
      stranger.username = "0".repeat(64);
      assert.deepEqual(await faultOf(stranger.accountGet()), [401, "unauthorized"]);
      assert.deepEqual(await faultOf(new AccountApi(`${house.url}/v3`).accountGet()), [401, "unauthorized"]);
    });
  });
}
