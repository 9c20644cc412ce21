import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startTestServer } from "../test/support/server.ts";
import { type Figure, percentile, shown } from "./figures.ts";
import { makePaper } from "./papers.ts";

const rounds = 120;
const warmUp = 20;

/** How long create_embedded takes to answer for a 100 KB PDF, against a bare server, taking turns. */
export async function measureAnswers(): Promise<readonly Figure[]> {
  const file = new Blob([makePaper(100_000)]);
  const bare = spawn(process.execPath, [join(import.meta.dirname, "bare-server.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(createInterface({ input: bare.stdout }), "line")) as [string];
  const server = await startTestServer();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(
      await time(() => server.call("POST", "/signature_request/create_embedded", formOf(file, server.clientId))),
    );
    theirs.push(
      await time(async () =>
        (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: formOf(file, server.clientId) })).text(),
      ),
    );
    // Let the work behind the answer end: this measures the answer, not a queue.
    await new Promise((done) => setTimeout(done, 150));
  }
  bare.kill();
  await server.stop();

  const [mine, bareMs] = [ours.slice(warmUp), theirs.slice(warmUp)];
  const p50 = percentile(mine, 0.5);
  return [
    {
      what: "create_embedded answered, 100 KB PDF, p50",
      measured: `${shown(p50)} (p95 ${shown(percentile(mine, 0.95))})`,
      wanted: "≤ 15 ms",
      meets: p50 <= 15,
    },
    {
      what: "the same as a ratio to the bare server, p50",
      measured: `${(p50 / percentile(bareMs, 0.5)).toFixed(2)} × (bare: ${shown(percentile(bareMs, 0.5))})`,
      wanted: "told",
      meets: true,
    },
  ];
}

/** The multipart of one embedded request with a text tag. */
export function formOf(file: Blob, clientId: string): FormData {
  const form = new FormData();
  form.set("files[0]", file, "contract.pdf");
  form.set("client_id", clientId);
  form.set("use_text_tags", "1");
  form.set("test_mode", "1");
  form.set("signers[0][name]", "Ada Lovelace");
  form.set("signers[0][email_address]", "ada@example.com");
  return form;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
