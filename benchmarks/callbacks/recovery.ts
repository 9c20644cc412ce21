import { setTimeout as sleep } from "node:timers/promises";
import { startTestServer } from "../../test/support/server.ts";
import { formOf } from "../answers.ts";
import { makePaper } from "../papers.ts";
import { tick } from "./clock.ts";
import type { Field } from "./field.ts";
import { startRacer } from "./process.ts";

const inHands = 40;
const requests = 8;

/** Seconds from the start of the whole server, killed with callbacks unanswered, to the first of them coming again. */
export async function measureRestart({ receiver }: Field): Promise<number> {
  const server = await startTestServer();
  try {
    await server.call("PUT", "/account", { callback_url: receiver.url });
    receiver.reset();
    receiver.answer("hold");
    const file = new Blob([makePaper(10_000)]);
    for (let count = 0; count < requests; count++)
      await server.call("POST", "/signature_request/create_embedded", formOf(file, server.clientId));
    // One is enough: an endpoint that hangs for two seconds is slow, and gets few at once from then on.
    await receiver.reach(1, 60_000);
    await server.kill();
    receiver.answer("ack");
    receiver.reset();
    const began = tick();
    server.launch();
    await receiver.reach(1, 60_000);
    return ((await firstArrival(receiver)) - began) / 1000;
  } finally {
    receiver.answer("ack");
    await server.stop();
  }
}

async function firstArrival(receiver: Field["receiver"]): Promise<number> {
  return Math.min(...(await receiver.ledger()).arrivals.values());
}

/** Seconds from the end of a worker on PostgreSQL, killed with callbacks unanswered, until another has sent all of them again. */
export function measureLostWorker(field: Field): Promise<number> {
  const { receiver } = field;
  return field.withGround("ours-postgres", async (ground) => {
    const lost = await startRacer("ours-postgres", { ground });
    receiver.reset();
    receiver.answer("hold");
    await lost.start();
    await lost.enqueue(inHands);
    await receiver.reach(inHands, 60_000);

    const other = await startRacer("ours-postgres", { ground });
    await other.start();
    await sleep(3000);
    await lost.kill();
    receiver.answer("ack");
    receiver.reset();
    const began = tick();
    await receiver.reach(inHands, 120_000);
    const last = Math.max(...(await receiver.ledger()).arrivals.values());
    await other.stop();
    await other.close();
    return (last - began) / 1000;
  });
}
