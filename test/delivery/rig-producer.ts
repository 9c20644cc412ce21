import type { Engine } from "./rig.ts";

/** Makes changes of the business, as chance has it: new requests, more events of old ones, and some that are undone. */
export type Producer = {
  /** Asks for so many changes, one after another. */
  readonly produce: (engine: Engine, changes: number) => Promise<void>;
  /** Makes new requests of a client, each with one event, all at once. */
  readonly flood: (
    engine: Engine,
    which: { readonly client: string | null; readonly requests: number; readonly events?: number },
  ) => Promise<void>;
};

type Clients = readonly (string | null)[];
let producers = 0;

/** Opens a producer for clients of the account (null: the account's own requests). */
export function openProducer({
  chance,
  clients,
}: {
  readonly chance: () => number;
  readonly clients: Clients;
}): Producer {
  producers += 1;
  const own = producers;
  const requests: { readonly request: string; readonly client: string | null }[] = [];
  let count = 0;
  const oneOf = <T>(all: readonly T[]) => all[Math.floor(chance() * all.length)];

  async function change(engine: Engine, known: (typeof requests)[number] | undefined): Promise<void> {
    count += 1;
    const { request, client } = known ?? { request: `request ${own}.${count}`, client: oneOf(clients) ?? null };
    const became = await engine.ask({
      order: "change",
      change: `change ${own}.${count}`,
      request,
      client,
      isNew: known === undefined,
      events: 1 + Math.floor(chance() * 3),
      isDoomed: chance() < 0.15,
    });
    // Of what became of others nobody was told.
    if (became === "done" && !known) requests.push({ request, client });
  }

  return {
    async produce(engine, changes) {
      for (let n = 0; n < changes; n += 1) await change(engine, chance() < 0.5 ? oneOf(requests) : undefined);
    },
    async flood(engine, { client, requests: many, events = 1 }) {
      const orders = Array.from({ length: many }, () => {
        count += 1;
        const [name, request] = [`change ${own}.${count}`, `request ${own}.${count}`];
        return { order: "change", change: name, request, client, isNew: true, events, isDoomed: false } as const;
      });
      await Promise.all(orders.map((order) => engine.ask(order)));
    },
  };
}
