import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PDF } from "@libpdf/core";
import { unzipSync } from "fflate";
import { Type } from "typebox";
import { makeFileLink } from "../../src/api/file-links.ts";
import { limits } from "../../src/base/limits.ts";
import { readSecret } from "../../src/server/secret.ts";
import { ask, faultOf, read, readAs } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { ann, bob, onePage, type Shown, sendAndWait, signatureOf } from "../support/requests.ts";

const FileUrl = Type.Object({ file_url: Type.String(), expires_at: Type.Integer() });
const DataUri = Type.Object({ data_uri: Type.String() });

async function pagesOf(bytes: Uint8Array): Promise<number> {
  return (await PDF.load(bytes)).getPageCount();
}

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let half: Shown;

    before(async () => {
      house = await openHeardHouse(ground);
      half = await sendAndWait(house, { title: "Lease “ü”.pdf", signers: [ann, bob], files: [onePage, onePage] });
      await sign(house, signatureOf(half).signature_id);
    });

    after(() => house.close());

    const files = (kind: string, query = "") =>
      ask(house, `GET /signature_request/${kind}/${half.signature_request_id}${query}`);

    test("files answers the current copy as a PDF to be saved under the request's title", async () => {
      for (const kind of ["files", "final_copy"]) {
        for (const query of ["", "?file_type=pdf", "?file_type="]) {
          const { status, headers, bytes } = await files(kind, query);
          assert.equal(status, 200);
          assert.equal(headers.get("content-type"), "application/pdf");
          assert.match(
            headers.get("content-disposition") ?? "",
            /^attachment; filename="Lease ___\.pdf"; filename\*=UTF-8''Lease/,
          );
          // Two files of a page each, and the appended signature page.
          assert.equal(await pagesOf(bytes), 3);
        }
      }
    });

    test("a zip holds that PDF and every file as it was uploaded", async () => {
      const { headers, bytes } = await files("files", "?file_type=zip");
      assert.equal(headers.get("content-type"), "application/zip");
      const entries = unzipSync(bytes);

      assert.deepEqual(Object.keys(entries), ["Lease “ü”.pdf", "uploaded/1 paper-1.pdf", "uploaded/2 paper-2.pdf"]);
      const [document, ...uploaded] = Object.values(entries);
      assert.equal(await pagesOf(document ?? Buffer.alloc(0)), 3);
      for (const each of uploaded) assert.deepEqual(Buffer.from(each), Buffer.from(onePage));
    });

    test("an unknown file_type or force_download is refused", async () => {
      assert.deepEqual(faultOf(await files("files", "?file_type=doc")), [400, "bad_request", "file_type"]);
      for (const value of ["2", "yes"]) {
        const answer = await files("files_as_file_url", `?force_download=${value}`);
        assert.deepEqual(faultOf(answer), [400, "bad_request", "force_download"]);
      }
    });

    test("files_as_data_uri answers the same PDF as a data URI", async () => {
      const { data_uri } = readAs(DataUri, await files("files_as_data_uri"));
      const [head, base64 = ""] = data_uri.split(",");
      assert.equal(head, "data:application/pdf;base64");
      assert.equal(await pagesOf(Buffer.from(base64, "base64")), 3);
    });

    test("files_as_file_url answers an address that gives the PDF without credentials for a day", async () => {
      const before = Math.floor(Date.now() / 1000);
      const { file_url, expires_at } = readAs(FileUrl, await files("files_as_file_url"));
      const day = limits.fileLinkMs / 1000;
      assert.ok(expires_at >= before + day && expires_at <= Math.ceil(Date.now() / 1000) + day);
      assert.ok(file_url.startsWith(`${house.url}/files/${half.signature_request_id}?`));

      const download = await read(await fetch(file_url));
      assert.equal(download.headers.get("content-type"), "application/pdf");
      assert.match(download.headers.get("content-disposition") ?? "", /^attachment/);
      assert.equal(download.headers.get("referrer-policy"), "no-referrer");
      assert.match(download.headers.get("cache-control") ?? "", /no-store/);
      assert.equal(await pagesOf(download.bytes), 3);

      const { file_url: shown } = readAs(FileUrl, await files("files_as_file_url", "?force_download=0"));
      assert.match((await fetch(shown)).headers.get("content-disposition") ?? "", /^inline/);
    });

    test("a file link with any part changed, or after its time, gives nothing away", async () => {
      const { file_url } = readAs(FileUrl, await files("files_as_file_url"));
      const other = await sendAndWait(house);
      const changed = (name: string, value: string) => {
        const url = new URL(file_url);
        url.searchParams.set(name, value);
        return url.href;
      };
      const late = makeFileLink(
        { publicUrl: house.url, secret: readSecret({ given: null, dataFolder: house.dataFolder }) },
        { of: "request", id: half.signature_request_id, expiresAt: Date.now() - 2000, download: true },
      );

      for (const url of [
        changed("expires", "9999999999"),
        changed("download", "0"),
        changed("key", "0".repeat(64)),
        changed("key", ""),
        file_url.split("?")[0] ?? "",
        file_url.replace(half.signature_request_id, other.signature_request_id),
        late,
      ])
        assert.deepEqual(faultOf(await read(await fetch(url))), [404, "not_found"], url);
    });

    test("a file link dies with its request", async () => {
      const { signature_request_id: id } = await sendAndWait(house);
      const { file_url } = readAs(FileUrl, await ask(house, `GET /signature_request/files_as_file_url/${id}`));
      assert.equal((await fetch(file_url)).status, 200);
      await ask(house, `POST /signature_request/cancel/${id}`);
      assert.deepEqual(faultOf(await read(await fetch(file_url))), [410, "deleted"]);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_canceled"]);
    });

    test("reading changes nothing and calls nobody back", async () => {
      const before = await tracesOf(house);
      const heard = house.receiver.heard.length;
      for (const kind of ["files", "final_copy", "files_as_data_uri", "files_as_file_url"]) await files(kind);
      await ask(house, `GET /signature_request/${half.signature_request_id}`);
      await ask(house, "GET /signature_request/list");
      assert.deepEqual(await tracesOf(house), before);
      assert.equal(house.receiver.heard.length, heard);
    });
  });
}
