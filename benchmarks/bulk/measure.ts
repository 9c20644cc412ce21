import { setTimeout as sleep } from "node:timers/promises";
import { bulkIdOf, bulkSendFile } from "../../test/support/bulk.ts";
import type { TestServer } from "../../test/support/server.ts";
import type { Receiver } from "../callbacks/receiver.ts";
import { cpuOf } from "./cpu.ts";

/** A server with a template, and where its callbacks go. */
export type Stand = { readonly server: TestServer; readonly receiver: Receiver; readonly template: string };

/** Milliseconds of each call of a request, of the whole, and seconds of the server's processor time in it. */
export type Ran = { readonly times: readonly number[]; readonly ms: number; readonly cpu: number };

const warmUp = 10;

/** Sends requests of the template one after another, and waits for their callbacks. */
export async function measureCalls(stand: Stand, calls: number): Promise<Ran> {
  for (let n = 0; n < warmUp; n += 1) await sendOne(stand);
  await stand.receiver.reach(warmUp);
  const ran = await timing(stand, async () => {
    const times: number[] = [];
    for (let n = 0; n < calls; n += 1) times.push(await sendOne(stand));
    await stand.receiver.reach(warmUp + calls);
    return times;
  });
  return ran;
}

/** One bulk send, until all of its callbacks have come, while others send now and then. */
export async function measureBulk(stand: Stand, rows: number): Promise<Ran> {
  const { server, receiver, template } = stand;
  const people = Array.from({ length: rows }, (_, n) => `Person ${n},person-${n}@example.com,Company ${n}`);
  const file = `name,email_address,company_field\n${people.join("\n")}\n`;
  return timing(stand, async () => {
    const over = new AbortController();
    bulkIdOf(await bulkSendFile(server, { file, template_ids: [template], title: "In bulk" }));
    const beside = sendNowAndThen(stand, over.signal);
    // Those of the others come too: they are counted on top at the end.
    await receiver.reach(rows, 30 * 60_000);
    over.abort();
    const times = await beside;
    await receiver.reach(rows + times.length, 60_000);
    return times;
  });
}

async function timing({ server }: Stand, run: () => Promise<readonly number[]>): Promise<Ran> {
  const pid = server.process().pid ?? 0;
  const [began, cpu] = [performance.now(), cpuOf(pid)];
  const times = await run();
  return { times, ms: performance.now() - began, cpu: cpuOf(pid) - cpu };
}

async function sendNowAndThen(stand: Stand, signal: AbortSignal): Promise<readonly number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    times.push(await sendOne(stand));
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
  return times;
}

async function sendOne({ server, template }: Stand): Promise<number> {
  const began = performance.now();
  const { status, body } = await server.call("POST", "/signature_request/send_with_template", {
    template_ids: [template],
    signers: [{ role: "Client", name: "Ann Lee", email_address: "ann@example.com" }],
    custom_fields: [{ name: "Company", value: "Acme" }],
    test_mode: true,
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return performance.now() - began;
}
