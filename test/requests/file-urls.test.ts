import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, before, describe, test } from "node:test";
import { ask, faultOf } from "../support/ask.ts";
import { type FileHost, giving, holding, startFileHost } from "../support/file-host.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, onePage, requestOf, send, sendAndWait, signatureOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let host: FileHost;

    before(async () => {
      house = await openHeardHouse(ground);
      host = await startFileHost();
    });

    after(async () => {
      await house.close();
      await host.close();
    });

    test("files are fetched from their addresses, over redirects too, in order, once, and named by their paths", async () => {
      const shared = host.at("/shared/2?key=9", giving(onePage));
      const urls = [
        host.at("/one%20lease.pdf?key=1", giving(onePage)),
        host.at("/two.pdf", (_, response) => response.writeHead(302, { location: shared }).end()),
      ];
      const shown = await sendAndWait(house, { files: [], file_urls: urls, title: undefined });
      const { signature_request_id: id } = shown;

      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      assert.equal(shown.title, "one lease.pdf");
      assert.deepEqual([...host.asked.values()], [1, 1, 1]);
      const files = await house.store.read
        .selectFrom("request_files")
        .select(["name", "bytes"])
        .where("request_id", "=", id)
        .orderBy("position")
        .execute();
      assert.deepEqual(files, [
        { name: "one lease.pdf", bytes: onePage.length },
        { name: "two.pdf", bytes: onePage.length },
      ]);
    });

    test("while a file does not come, everything but looking answers 409; then all goes its way", async () => {
      const slow = holding(onePage);
      const url = host.at("/slow.pdf", slow.listener);
      const shown = requestOf(await send(house, { files: [], file_urls: [url] }));
      const { signature_request_id: id } = shown;
      for (const on of [
        `GET /signature_request/files/${id}`,
        `GET /signature_request/files_as_data_uri/${id}`,
        `GET /signature_request/files_as_file_url/${id}`,
        `GET /embedded/sign_url/${signatureOf(shown).signature_id}`,
        `POST /signature_request/cancel/${id}`,
      ])
        assert.deepEqual(faultOf(await ask(house, on)), [409, "conflict"], on);
      const reminder = { json: { email_address: ann.email_address } };
      assert.deepEqual(faultOf(await ask(house, `POST /signature_request/remind/${id}`, reminder)), [409, "conflict"]);

      slow.release();
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      assert.equal((await ask(house, `GET /signature_request/files/${id}`)).status, 200);
    });

    test("a file that comes when another stands in its place is not written over that one", async () => {
      const kept = { blob: "f".repeat(64), bytes: 7, file_url: null };
      for (const [name, row] of [
        ["kept", kept],
        ["asked", { blob: null, bytes: 0, file_url: "https://example.com/another.pdf" }],
      ] as const) {
        const slow = holding(onePage);
        const url = host.at(`/late-${name}.pdf`, slow.listener);
        const { signature_request_id: id } = requestOf(await send(house, { files: [], file_urls: [url] }));
        await slow.asked;
        await house.store.transact(async (tx) => {
          await tx.updateTable("request_files").set(row).where("request_id", "=", id).execute();
        });
        slow.release();
        await house.quiet();
        const {
          position: _,
          name: __,
          request_id: ___,
          ...left
        } = await house.store.read
          .selectFrom("request_files")
          .selectAll()
          .where("request_id", "=", id)
          .executeTakeFirstOrThrow();
        assert.deepEqual(left, row);
      }
    });

    for (const [what, path, listener, words] of [
      ["is not there", "/missing.pdf", null, /status 404; only 200 will do/],
      [
        "leads where nobody may call",
        "/moved.pdf",
        (_: unknown, response: ServerResponse) =>
          response.writeHead(302, { location: "http://10.0.0.1/two.pdf" }).end(),
        /address_refused: redirect 1, to http:\/\/10\.0\.0\.1, failed: /,
      ],
      [
        "asks for a password",
        "/locked.pdf",
        (_: unknown, response: ServerResponse) => response.writeHead(401).end(),
        /status 401/,
      ],
      [
        "breaks off",
        "/broken.pdf",
        (_: unknown, response: ServerResponse) => {
          response.writeHead(200, { "content-length": onePage.length });
          response.write(onePage.subarray(0, 100), () => response.destroy());
        },
        /broke off|reset|closed/i,
      ],
      [
        "is nothing to sign",
        "/archive.zip",
        giving(Buffer.from("PK\u0003\u0004 and so on")),
        /is a damaged ZIP archive\. These kinds of file can be sent: PDF/,
      ],
      ["is empty", "/empty.pdf", giving(Buffer.alloc(0)), /is an empty file/],
    ] as const) {
      test(`a file_url that ${what} ends in one file_error that says so and names the file`, async () => {
        if (listener !== null) host.at(path, listener);
        const good = host.at("/good.pdf", giving(onePage));
        const shown = await sendAndWait(house, { files: [], file_urls: [good, host.url + path] });
        const { signature_request_id: id } = shown;

        assert.deepEqual(await eventsOf(house, id), ["file_error"]);
        assert.equal(signatureOf(shown).status_code, "error_file");
        const message = messageOf(house, id);
        assert.ok(message.startsWith(`${path.slice(1)}: `), message);
        assert.match(message, words);
        assert.equal(host.asked.get(path), 1);
      });
    }

    test("an address that nobody answers at ends in one file_error", async () => {
      const gone = await startFileHost();
      await gone.close();
      const { signature_request_id: id } = await sendAndWait(house, { files: [], file_urls: [`${gone.url}/a.pdf`] });
      assert.deepEqual(await eventsOf(house, id), ["file_error"]);
      assert.match(
        messageOf(house, id),
        /^a\.pdf: the file could not be fetched from file_urls\[0\]: connect_refused: /,
      );
    });

    test("an address that may not be called is refused: private networks, metadata, and the server itself", async () => {
      for (const url of ["http://10.1.2.3/a.pdf", "http://169.254.169.254/latest/a.pdf", `${house.url}/openapi.json`]) {
        const { signature_request_id: id } = await sendAndWait(house, { files: [], file_urls: [url] });
        assert.deepEqual(await eventsOf(house, id), ["file_error"], url);
        assert.match(messageOf(house, id), /file_urls\[0\]: address_refused: /);
      }
    });
  });
}
