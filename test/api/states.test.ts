import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Answered, ask, faultOf } from "../support/ask.ts";
import { type FileHost, holding, startFileHost } from "../support/file-host.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { pageOf, sign } from "../support/page.ts";
import {
  ann,
  expireNow,
  inDays,
  onePage,
  requestOf,
  type Shown,
  send,
  sendAndWait,
  signatureOf,
  untilState,
} from "../support/requests.ts";

type Fault = readonly [status: number, name: string];

/** What each operation answers to a request in each state (contract: objects.md, State machine); 200 is 200. */
type Row = {
  readonly get: 200 | Fault;
  readonly files: 200 | Fault;
  readonly cancel: 200 | Fault;
  readonly remind: 200 | Fault;
  readonly signUrl: 200 | Fault;
};

const conflict: Fault = [409, "conflict"];
const deleted: Fault = [410, "deleted"];
const expired: Fault = [400, "signature_request_expired"];
const noReminder: Fault = [400, "invalid_reminder"];
const noCancel: Fault = [400, "signature_request_cancel_failed"];
const unprocessable: Fault = [422, "unprocessable_entity"];

const rows: Readonly<Record<string, Row>> = {
  processing: { get: 200, files: conflict, cancel: conflict, remind: conflict, signUrl: conflict },
  awaiting: { get: 200, files: 200, cancel: 200, remind: noReminder, signUrl: 200 },
  sealing: { get: 200, files: conflict, cancel: noCancel, remind: noReminder, signUrl: conflict },
  complete: { get: 200, files: 200, cancel: noCancel, remind: noReminder, signUrl: conflict },
  declined: { get: 200, files: 200, cancel: noCancel, remind: noReminder, signUrl: conflict },
  expired: { get: 200, files: 200, cancel: expired, remind: expired, signUrl: expired },
  error: { get: 200, files: unprocessable, cancel: noCancel, remind: noReminder, signUrl: conflict },
  canceled: { get: deleted, files: deleted, cancel: deleted, remind: deleted, signUrl: deleted },
};

function outcomeOf(answer: Answered): 200 | readonly unknown[] {
  return answer.status === 200 ? 200 : faultOf(answer);
}

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let host: FileHost;
    const slow = holding(onePage);

    before(async () => {
      house = await openHeardHouse(ground);
      host = await startFileHost();
      host.at("/slow.pdf", slow.listener);
    });

    after(async () => {
      slow.release();
      await house.close();
      await host.close();
    });

    const makers: Readonly<Record<string, () => Promise<Shown>>> = {
      processing: async () => requestOf(await send(house, { files: [], file_urls: [`${host.url}/slow.pdf`] })),
      awaiting: () => sendAndWait(house),
      complete: () => signed(),
      sealing: async () => {
        const shown = await signed();
        await house.store.transact(async (tx) => {
          await tx
            .updateTable("signature_requests")
            .set({ state: "sealing" })
            .where("request_id", "=", shown.signature_request_id)
            .execute();
        });
        return shown;
      },
      declined: async () => {
        const shown = await sendAndWait(house, { allow_decline: true });
        const page = await pageOf(house, signatureOf(shown).signature_id);
        await page.claim();
        assert.equal((await page.decline("No.")).ok, true);
        return shown;
      },
      expired: async () => {
        const { signature_request_id: id } = await sendAndWait(house, { expires_at: inDays(2) });
        return expireNow(house, id);
      },
      error: () => sendAndWait(house, { signers: [{ ...ann, email_address: "a+overlayerror@hellosign.com" }] }),
      canceled: async () => {
        const shown = await sendAndWait(house);
        const { status } = await ask(house, `POST /signature_request/cancel/${shown.signature_request_id}`);
        assert.equal(status, 200);
        return shown;
      },
    };

    async function signed(): Promise<Shown> {
      const shown = await sendAndWait(house);
      await sign(house, signatureOf(shown).signature_id);
      return untilState(house, { id: shown.signature_request_id, not: ["awaiting", "sealing"] });
    }

    for (const [state, row] of Object.entries(rows)) {
      test(`every operation answers as the contract says to a request that is ${state}`, async () => {
        const shown = await makers[state]?.();
        assert.ok(shown, state);
        const { signature_request_id: id } = shown;
        const { signature_id } = signatureOf(shown);
        const says = async (on: string, asking = {}) => outcomeOf(await ask(house, on, asking));

        assert.deepEqual(await says(`GET /signature_request/${id}`), row.get);
        for (const kind of ["files", "final_copy", "files_as_data_uri", "files_as_file_url"])
          assert.deepEqual(await says(`GET /signature_request/${kind}/${id}`), row.files, kind);
        assert.deepEqual(await says(`GET /signature_request/files/${id}?file_type=zip`), row.files);
        assert.deepEqual(await says(`GET /embedded/sign_url/${signature_id}`), row.signUrl);
        const reminder = { json: { email_address: "ann@example.com" } };
        assert.deepEqual(await says(`POST /signature_request/remind/${id}`, reminder), row.remind);
        assert.deepEqual(await says(`POST /signature_request/cancel/${id}`), row.cancel);
      });
    }
  });
}
