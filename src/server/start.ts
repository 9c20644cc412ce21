import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { makeFileLink } from "../api/file-links.ts";
import { openRates } from "../api/rates.ts";
import { pause, steadyClock, systemClock } from "../base/clock.ts";
import { openGate } from "../base/gate.ts";
import { limits } from "../base/limits.ts";
import { openLog } from "../base/log.ts";
import { planCallbacks } from "../callbacks/plan.ts";
import { openWorkshop } from "../documents/workshop.ts";
import type { Transact } from "../events/work.ts";
import { openVerifier } from "../evidence/verify/verifier.ts";
import { isLoopback } from "../http/addresses.ts";
import { writeFaxLetters } from "../mail/fax-letters.ts";
import { planMail } from "../mail/plan.ts";
import { openSmtp } from "../mail/smtp.ts";
import { releaseAllLeases } from "../outbox/jobs.ts";
import type { Loop } from "../outbox/loop.ts";
import { openNews } from "../outbox/news.ts";
import { reviveStranded, takeUpSeals } from "../outbox/stranded.ts";
import { makeFolder } from "../storage/durable.ts";
import { ownFolder } from "../storage/folder.ts";
import { onLane } from "../storage/lane.ts";
import { attend } from "../storage/postgres-presence.ts";
import { readPageAssets } from "../web/page-assets.ts";
import { openCallBook } from "./call-book.ts";
import type { Config } from "./config.ts";
import { type Established, found } from "./found.ts";
import { readGivenIdentity } from "./given-identity.ts";
import { buildHttp } from "./http.ts";
import { describeSealing, identityReader, trustedSealers } from "./identity.ts";
import { prepareGround } from "./keeper.ts";
import { openKnownOffice } from "./known-office.ts";
import { openMeters } from "./meters.ts";
import { openStore } from "./open-store.ts";
import { openProviders } from "./providers.ts";
import { findHearing, renderObject } from "./render-object.ts";
import { readSecret, settleSecret } from "./secret.ts";
import { openShelves } from "./shelves.ts";
import { type Ground, longestWaitOf, startLoops } from "./start-loops.ts";
import { explainListen, withFounded } from "./start-troubles.ts";
import { makeTransact } from "./transact.ts";
import { openWayOut } from "./way-out.ts";

/** A running server. */
export type Server = {
  readonly url: string;
  /** What the first start made, to be printed once; null at later starts. */
  readonly founded: Established | null;
  /** Takes no new work, finishes what is under way (30 s at most), closes everything. */
  readonly stop: () => Promise<void>;
};

/** Starts the house. Throws, in words, when the data folder is taken, the secret is another one, or the port is in use. */
export async function startServer(config: Config): Promise<Server> {
  const dataFolder = resolve(config.dataFolder);
  const { sealFiles } = config;
  const given = sealFiles === null ? null : await readGivenIdentity(sealFiles, Date.now());
  await makeFolder(dataFolder);
  const owned = config.databaseUrl === null ? ownFolder(dataFolder) : null;
  const kept = readSecret({ given: config.secret, dataFolder });
  const presence = config.databaseUrl === null ? null : await attend(config.databaseUrl);
  const store = await openStore(config, dataFolder);
  const secret = await settleSecret(store, { secret: kept, given: config.secret, dataFolder });
  if (owned) await releaseAllLeases(store);
  await reviveStranded(store, { longestMs: longestWaitOf(config) });
  await takeUpSeals(store);

  const sealerFor = identityReader(store, { secret, given: given?.sealer ?? null });
  const ground: Ground = {
    config,
    log: openLog(config.logLevel),
    secret,
    store,
    dataFolder,
    sealerFor,
    news: openNews(store.wakes),
    meters: openMeters(),
  };
  for (const warning of given?.warnings ?? []) ground.log.warn({}, warning);
  await prepareGround(ground);
  const loops = new Map<string, Loop>();
  const transact = openTransact(ground, loops);
  const founded = await found({ config, store, secret, transact });
  const rooms = await openRooms(ground, { transact, loops }).catch((error: unknown) => {
    throw founded === null ? error : withFounded(error, founded);
  });
  const stop = async () => {
    await rooms.stop();
    await store.close();
    await presence?.leave();
    owned?.release();
  };

  let stopping: Promise<void> | null = null;
  return {
    url: config.port === 0 ? `http://${config.host}:${rooms.port}` : config.publicUrl,
    founded,
    stop: () => (stopping ??= stop()),
  };
}

/** Whether only this machine can reach the server: both its address and the one it hands out are loopback. */
function isPrivateServer({ host, publicUrl }: Pick<Config, "host" | "publicUrl">): boolean {
  return isLoopback(host) && isLoopback(new URL(publicUrl).hostname);
}

function openTransact({ config, store, secret, news, meters }: Ground, loops: ReadonlyMap<string, Loop>): Transact {
  const { publicUrl, appOverridesAccount } = config;
  const linkTo = (of: "request" | "fax") => (id: string, at: number) =>
    makeFileLink({ publicUrl, secret }, { of, id, expiresAt: at + limits.mailedFileLinkMs, download: true });
  const way = config.smtp === null ? "inbox" : "smtp";
  const callbacks = { renderObject: renderObject(publicUrl), findHearing: findHearing(publicUrl), appOverridesAccount };
  return makeTransact({
    store,
    clock: systemClock,
    secret,
    quotas: config.quotas,
    downloadable: config.downloadable,
    count: meters.events.add,
    reactions: [
      (work) => planMail(work, { publicUrl, fileLink: linkTo("request"), way }),
      (work) => writeFaxLetters(work, { faxLink: linkTo("fax"), way }),
      (work) => planCallbacks(work, callbacks),
    ],
    wake: (names, accountIds) => {
      news.tell(accountIds);
      for (const name of names) loops.get(name)?.wake();
      // A process that does no work of its own tells those that do.
      if (config.role === "api") store.wakes?.announce(names);
    },
  });
}

const assetsFolder = resolve(
  import.meta.dirname,
  import.meta.filename.endsWith(".ts") ? "../../dist/web" : "../../web",
);

const { version } = createRequire(import.meta.url)(
  import.meta.filename.endsWith(".ts") ? "../../package.json" : "../../../package.json",
) as { readonly version: string };

const deskLimits = { atOnce: limits.documentsAtDesk, most: limits.documentQueue, waitMs: limits.documentWaitMs };

type Rooms = { readonly port: number; readonly stop: () => Promise<void> };

async function openRooms(
  ground: Ground,
  { transact, loops }: { readonly transact: Transact; readonly loops: Map<string, Loop> },
): Promise<Rooms> {
  const { config, log, secret, store, dataFolder, news, meters } = ground;
  const { blobs, orphansOf } = await openShelves({ config, dataFolder, log });
  const workshop = openWorkshop({ log });
  const verifier = openVerifier();
  const office = config.role === "api" ? null : openKnownOffice({ config, log });
  const desk = openGate(deskLimits);
  const closing = new AbortController();
  const isPrivate = isPrivateServer(config);
  const parts = { transact, blobs, workshop, ...openProviders(config, { isPrivate, store }) };
  const calls = openCallBook({ store, log });
  const app = await buildHttp({
    house: { ...parts, ...settled(config), store, desk, news, secret },
    log,
    note: calls.note,
    rates: openRates({ limits: config.rates, clock: systemClock, steadyClock }),
    meters,
    version,
    assets: readPageAssets(assetsFolder),
    assetsFolder,
    isPrivate,
    isOpen: () => !closing.signal.aborted,
    servesApi: config.role !== "worker",
    trustProxy: config.trustProxy,
    verifier,
    trusted: trustedSealers(store, { sealerFor: ground.sealerFor, roots: config.tsaRoots }),
    sealing: describeSealing(ground.sealerFor, config),
  });
  await app.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
    throw explainListen(error, config);
  });
  const { port } = app.server.address() as AddressInfo;
  const outbound = openWayOut(config, port);
  const smtp = config.smtp === null ? null : openSmtp(config.smtp);
  if (office !== null) {
    const own = onLane(store, "jobs");
    const engines = { ...parts, transact: openTransact({ ...ground, store: own }, loops), orphans: orphansOf(own) };
    startLoops(ground, { ...engines, loops, office, outbound, smtp });
  }

  const stop = async () => {
    closing.abort();
    const drained = Promise.all([app.close(), ...[...loops.values()].map((loop) => loop.stop())]);
    const patience = new AbortController();
    await Promise.race([drained, pause(limits.drainMs, patience.signal)]);
    patience.abort();
    await calls.stop();
    await Promise.all([workshop.close(), office?.close()]);
    verifier.close();
    outbound.close();
    smtp?.close();
  };
  return { port, stop };
}

/** What the settings say that the front doors go by. */
function settled({ publicUrl, tokenMs, bulkRows, documents, quotas, callbackSchedule, callbackTimeoutMs }: Config) {
  const tries = { schedule: callbackSchedule, timeoutMs: callbackTimeoutMs };
  return { clock: systemClock, publicUrl, tokenMs, bulkRows, fileBytes: documents.fileBytes, quotas, tries };
}
