import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { grounds, type House } from "../support/house.ts";
import { newTab, signUrlOf } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";

type Said = {
  readonly ok: boolean;
  readonly state?: string;
  readonly needs?: string;
  readonly code?: string;
  readonly says?: { readonly key: string };
  readonly url?: string;
};

/** A provider of electronic identification whose answers a test says. */
type EidHouse = {
  readonly url: string;
  /** How often it was asked how an identification stands. */
  looks: number;
  /** The addresses to which browsers return, in order. */
  readonly returns: string[];
  begin: readonly [status: number, body: string];
  look: readonly [status: number, body: string];
  readonly close: () => void;
};

const go = [200, JSON.stringify({ url: "https://eid.example.com/go" })] as const;

async function startEidHouse(): Promise<EidHouse> {
  const state = { looks: 0, returns: [] as string[], begin: go as EidHouse["begin"], look: standing({}) };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const isBegin = request.method === "POST";
      if (isBegin) {
        const asked = JSON.parse(Buffer.concat(chunks).toString()) as { readonly return_url: string };
        state.returns.push(asked.return_url);
      } else state.looks += 1;
      const [status, body] = isBegin ? state.begin : state.look;
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
}

function standing(body: object): EidHouse["look"] {
  return [200, JSON.stringify({ state: "pending", ...body })];
}

for (const ground of grounds()) {
  describe(`a provider of electronic identification, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: House;
    let provider: EidHouse;
    before(async () => {
      provider = await startEidHouse();
      house = await ground.open({ COUNTERSIGN_EID_URL: provider.url });
    });
    after(async () => {
      await house.close();
      provider.close();
    });

    /** A tab that has been led to the provider. */
    async function onItsWay() {
      Object.assign(provider, { begin: go, look: standing({}) });
      const request = await sendAndWait(house, { is_eid: true, test_mode: false });
      const { signature_id: signatureId } = signatureOf(request);
      const signUrl = new URL((await signUrlOf(house, signatureId)).sign_url);
      const [token, tab] = [signUrl.searchParams.get("token") ?? "", newTab()];
      const say = async (path: string, body: object): Promise<Said> => {
        const response = await fetch(`${house.url}/sign-api/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}.${tab}` },
          body: JSON.stringify(body),
        });
        return (await response.json()) as Said;
      };
      const claim = () =>
        say("claim", { kind: "embedded", token, tab, clientId: house.clientId, parentOrigin: "http://localhost" });
      const identify = () => say("identify", { returnTo: signUrl.pathname + signUrl.search });
      assert.equal((await claim()).needs, "eid");
      const { url } = await identify();
      assert.equal(url, "https://eid.example.com/go");
      const returnUrl = provider.returns.at(-1) ?? "";
      const comeBack = () => fetch(returnUrl, { redirect: "manual" });
      return { requestId: request.signature_request_id, signatureId, say, claim, identify, comeBack };
    }

    test("words that no database takes are kept without what it refuses, and the signer is identified", async () => {
      const { requestId, claim, comeBack } = await onItsWay();
      provider.look = [200, '{ "state": "identified", "person": "ANN\\u0000LEE", "reference": "r \\ud83d" }'];
      assert.equal((await comeBack()).status, 303);
      assert.equal((await claim()).state, "open");
      const { facts_json: facts } = await house.store.read
        .selectFrom("trail")
        .select("facts_json")
        .where("request_id", "=", requestId)
        .where("kind", "=", "identified")
        .executeTakeFirstOrThrow();
      assert.match(facts ?? "", /ANN\ufffdLEE, by 127\.0\.0\.1, reference r \ufffd/);
    });
  });
}
