import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { FaxApi, FaxLineApi, FaxLineAreaCodeGetCountryEnum, FaxLineCreateRequest, HttpError } from "@dropbox/sign";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { onePage } from "../support/requests.ts";

const file = { value: Buffer.from(onePage), options: { filename: "lease.pdf", contentType: "application/pdf" } };
const [ground] = grounds();

describe("the official SDK and faxes", () => {
  let house: HeardHouse;
  let faxes: FaxApi;
  let lines: FaxLineApi;
  before(async () => {
    assert.ok(ground);
    house = await openHeardHouse(ground);
    faxes = new FaxApi(`${house.url}/v3`);
    lines = new FaxLineApi(`${house.url}/v3`);
    for (const api of [faxes, lines]) api.username = house.apiKey;
  });
  after(() => house.close());

  test("faxLineAreaCodeGet, faxLineCreate, faxLineGet, faxLineList, faxLineAddUser, faxLineRemoveUser, faxLineDelete", async () => {
    const us = FaxLineAreaCodeGetCountryEnum.Us;
    const { areaCodes } = (await lines.faxLineAreaCodeGet(us)).body;
    const [areaCode = 0] = areaCodes;
    const asked = { area_code: areaCode, country: "US", city: "" };
    const { faxLine } = (await lines.faxLineCreate(FaxLineCreateRequest.init(asked))).body;
    const number = faxLine.number ?? "";
    assert.match(number, new RegExp(`^\\+1${areaCode}\\d{7}$`));
    const user = { number, emailAddress: "admin@localhost" };
    assert.deepEqual((await lines.faxLineRemoveUser(user)).body.faxLine.accounts, []);
    const [account] = (await lines.faxLineAddUser(user)).body.faxLine.accounts ?? [];
    assert.equal(account?.emailAddress, "admin@localhost");
    assert.equal((await lines.faxLineGet(number)).body.faxLine.createdAt, faxLine.createdAt);
    const { listInfo, faxLines } = (await lines.faxLineList(account?.accountId, 1, 20)).body;
    assert.deepEqual([listInfo.numResults, faxLines[0]?.number], [1, number]);
    await lines.faxLineDelete({ number });
    await assert.rejects(lines.faxLineGet(number), (error) => error instanceof HttpError && error.statusCode === 404);
  });

  test("faxSend, faxGet, faxList, faxFiles, faxDelete", async () => {
    const asked = { files: [file], testMode: true, recipient: "16690000001", coverPageTo: "Jill Fax", title: "About" };
    const { fax } = (await faxes.faxSend(asked)).body;
    assert.deepEqual([fax.title, fax.transmissions[0]?.statusCode], ["About", "transmitting"]);
    await house.quiet();
    const shown = (await faxes.faxGet(fax.faxId)).body.fax;
    assert.deepEqual(shown.transmissions[0]?.statusCode, "success");
    assert.ok(shown.transmissions[0]?.sentAt);
    assert.equal((await faxes.faxList(1, 20)).body.faxes[0]?.faxId, fax.faxId);
    const { body } = await faxes.faxFiles(fax.faxId);
    assert.equal(
      Buffer.from(body as unknown as Uint8Array)
        .subarray(0, 5)
        .toString(),
      "%PDF-",
    );
    assert.equal((await faxes.faxDelete(fax.faxId)).response.status, 204);
    await assert.rejects(faxes.faxFiles(fax.faxId), (error) => error instanceof HttpError && error.statusCode === 410);
  });
});
