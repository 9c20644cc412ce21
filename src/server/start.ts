import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { makeFileLink } from "../api/file-links.ts";
import { pause, steadyClock, systemClock } from "../base/clock.ts";
import { openGate } from "../base/gate.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { type Log, openLog } from "../base/log.ts";
import type { Secret } from "../base/secrets.ts";
import { startDelivering } from "../callbacks/deliver.ts";
import { planCallbacks } from "../callbacks/plan.ts";
import { openWorkshop } from "../documents/workshop.ts";
import type { Transact } from "../events/work.ts";
import { openVerifier } from "../evidence/verify/verifier.ts";
import { isLoopback } from "../http/addresses.ts";
import { writeFaxLetters } from "../mail/fax-letters.ts";
import { planMail } from "../mail/plan.ts";
import { openSmtp, type Smtp } from "../mail/smtp.ts";
import { releaseAllLeases, reviveStranded } from "../outbox/jobs.ts";
import { leaseFor } from "../outbox/leases.ts";
import type { Loop } from "../outbox/loop.ts";
import { type News, openNews } from "../outbox/news.ts";
import type { FaxProviders } from "../providers/fax.ts";
import type { Completer } from "../signing/sealing.ts";
import { makeFolder } from "../storage/durable.ts";
import { ownFolder } from "../storage/folder.ts";
import type { Store } from "../storage/store.ts";
import type { Walk } from "../storage/walk.ts";
import { readPageAssets } from "../web/page-assets.ts";
import { openCallBook } from "./call-book.ts";
import { openCompleter } from "./completer.ts";
import type { Config } from "./config.ts";
import { openFax } from "./fax.ts";
import { type Established, found } from "./found.ts";
import { readGivenIdentity } from "./given-identity.ts";
import { buildHttp } from "./http.ts";
import { describeSealing, identityReader, trustedSealers } from "./identity.ts";
import { startWorking } from "./jobs.ts";
import { prepareGround, startKeeping } from "./keeper.ts";
import { openKnownOffice } from "./known-office.ts";
import { openStore } from "./open-store.ts";
import { renderObject } from "./render-object.ts";
import { readSecret } from "./secret.ts";
import { openShelves } from "./shelves.ts";
import { openSms } from "./sms.ts";
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

type Ground = {
  readonly news: News;
  readonly sealerFor: Completer["sealerFor"];
  readonly config: Config;
  readonly log: Log;
  readonly secret: Secret;
  readonly store: Store;
  readonly dataFolder: string;
};

/** Starts the house. Throws, in words, when the data folder is taken, the secret is another one, or the port is in use. */
export async function startServer(config: Config): Promise<Server> {
  const dataFolder = resolve(config.dataFolder);
  const { sealFiles } = config;
  const given = sealFiles === null ? null : await readGivenIdentity(sealFiles, Date.now());
  await makeFolder(dataFolder);
  const owned = config.databaseUrl === null ? ownFolder(dataFolder) : null;
  const secret = readSecret({ given: config.secret, dataFolder });
  const store = await openStore(config, dataFolder);
  if (owned) await releaseAllLeases(store);
  await reviveStranded(store, { longestMs: Math.max(config.callbackTimeoutMs, ...config.callbackSchedule) });

  const sealerFor = identityReader(store, { secret, given: given?.sealer ?? null });
  const ground: Ground = {
    config,
    log: openLog(config.logLevel),
    secret,
    store,
    dataFolder,
    sealerFor,
    news: openNews(store.wakes),
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

function openTransact({ config, store, secret, news }: Ground, loops: ReadonlyMap<string, Loop>): Transact {
  const { publicUrl, appOverridesAccount } = config;
  const linkTo = (of: "request" | "fax") => (id: string, at: number) =>
    makeFileLink({ publicUrl, secret }, { of, id, expiresAt: at + limits.mailedFileLinkMs, download: true });
  const way = config.smtp === null ? "inbox" : "smtp";
  const callbacks = { renderObject: renderObject(publicUrl), appOverridesAccount };
  return makeTransact({
    store,
    clock: systemClock,
    secret,
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

type Rooms = { readonly port: number; readonly stop: () => Promise<void> };

async function openRooms(
  ground: Ground,
  { transact, loops }: { readonly transact: Transact; readonly loops: Map<string, Loop> },
): Promise<Rooms> {
  const { config, log, secret, store, dataFolder, news } = ground;
  const { blobs, orphansOf } = await openShelves({ config, dataFolder, log });
  const workshop = openWorkshop({ log });
  const verifier = openVerifier();
  const office = config.role === "api" ? null : openKnownOffice({ config, log });
  const desk = openGate({
    atOnce: limits.documentsAtDesk,
    most: limits.documentQueue,
    waitMs: limits.documentWaitMs,
  });
  const assetsFolder = resolve(
    import.meta.dirname,
    import.meta.filename.endsWith(".ts") ? "../../dist/web" : "../../web",
  );
  const state = { isOpen: true };
  const { publicUrl, tokenMs, callbackSchedule: schedule, callbackTimeoutMs: timeoutMs } = config;
  const tries = { schedule, timeoutMs };
  const fax = openFax({ url: config.faxUrl, isPrivate: isPrivateServer(config) });
  const calls = openCallBook({ store, log });
  const app = await buildHttp({
    house: { store, blobs, workshop, desk, transact, news, secret, clock: systemClock, publicUrl, tokenMs, fax, tries },
    log,
    note: calls.note,
    assets: readPageAssets(assetsFolder),
    assetsFolder,
    isPrivate: isPrivateServer(config),
    isOpen: () => state.isOpen,
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
  if (office !== null)
    startLoops(ground, { transact, loops, blobs, orphans: orphansOf(store), workshop, office, outbound, smtp, fax });

  const stop = async () => {
    state.isOpen = false;
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

type Engines = Pick<
  Parameters<typeof startWorking>[0]["preparer"],
  "transact" | "blobs" | "workshop" | "office" | "outbound"
> & {
  readonly loops: Map<string, Loop>;
  readonly orphans: readonly Walk[];
  readonly smtp: Smtp | null;
  readonly fax: FaxProviders;
};

function startLoops({ config, log, secret, store, sealerFor, news }: Ground, { loops, ...engines }: Engines): void {
  store.wakes?.onAnnounced((loop) => loops.get(loop)?.wake());
  const workerId = `${hostname()}-${process.pid}-${newUuid(Date.now())}`;
  const parts = { store, log, workerId, ...engines };
  const preparer = { ...parts, tagErrorEvent: config.tagErrorEvent };
  const completer = openCompleter({ ...parts, config, sealerFor });
  loops.set("keeper", startKeeping({ store, log, orphans: engines.orphans, keeping: config.keeping }));
  const { publicUrl, smsUrl } = config;
  loops.set("jobs", startWorking({ ...parts, preparer, completer, publicUrl, sms: openSms(smsUrl) }));
  loops.set(
    "deliveries",
    startDelivering({
      ...parts,
      clock: systemClock,
      steadyClock,
      pause,
      random: Math.random,
      secret,
      tell: news.tell,
      schedule: config.callbackSchedule,
      timeoutMs: config.callbackTimeoutMs,
      leaseMs: leaseFor(store, config.callbackTimeoutMs + limits.leaseMarginMs),
    }),
  );
}
