import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A call as a provider over HTTP hears it. */
type Told = { readonly on: string; readonly body: Readonly<Record<string, unknown>>; readonly authorization: string };

/** A provider that keeps a ledger, and transmits what has one name once. */
export type FaxProviderHouse = {
  readonly url: string;
  readonly told: readonly Told[];
  readonly transmitted: Map<string, Readonly<Record<string, unknown>>>;
  /** What it answers; a text goes as it is, anything else as JSON. Status 0: the connection breaks. */
  answer: (told: Told) => readonly [status: number, body: unknown];
  /** While set, every answer waits for it. */
  hold: Promise<void> | null;
  /** How many calls have waited for their answers at once, at most. */
  mostAtOnce: number;
  readonly close: () => Promise<void>;
};

/** Starts one on a port of its own; it answers that every fax is sent, until `answer` is set. A status of 0: its answer is lost on the way. */
export async function startFaxProvider(): Promise<FaxProviderHouse> {
  const told: Told[] = [];
  const transmitted: FaxProviderHouse["transmitted"] = new Map();
  let underWay = 0;
  const provider: Pick<FaxProviderHouse, "answer" | "hold" | "mostAtOnce"> = {
    answer: () => [200, { state: "sent" }],
    hold: null,
    mostAtOnce: 0,
  };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    underWay += 1;
    provider.mostAtOnce = Math.max(provider.mostAtOnce, underWay);
    response.on("close", () => {
      underWay -= 1;
    });
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const body = (text === "" ? {} : JSON.parse(text)) as Told["body"];
      const one = { on: `${request.method} ${request.url}`, body, authorization: request.headers.authorization ?? "" };
      told.push(one);
      void Promise.resolve(provider.hold).then(() => {
        if (one.on === "POST /fax-api/faxes") transmitted.set(String(body.id), body);
        const [status, answer] = provider.answer(one);
        if (status === 0) return request.socket.destroy();
        const written = typeof answer === "string" ? answer : JSON.stringify(answer);
        return response.writeHead(status, { "content-type": "application/json" }).end(written);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://me:pass%21@127.0.0.1:${(server.address() as AddressInfo).port}/fax-api`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return Object.assign(provider, { url, told, transmitted, close });
}
