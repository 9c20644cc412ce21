import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { type NoteCall, noteFault } from "../api/call-notes.ts";
import { exportRequest } from "../api/export.ts";
import { faxPdf } from "../api/faxes.ts";
import { fileOf } from "../api/files.ts";
import { mountOperations, sendFile } from "../api/mount.ts";
import { describeApi } from "../api/openapi.ts";
import type { House } from "../api/operation.ts";
import type { Rates } from "../api/rates.ts";
import { Fault, notFound } from "../base/faults.ts";
import { newUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Verifier } from "../evidence/verify/verifier.ts";
import { registerBodyParsers, unknownType } from "../http/bodies.ts";
import { csvLine, rowsOfReport } from "../requests/report.ts";
import { readReportLink } from "../requests/report-link.ts";
import { openPasswords } from "../web/credentials.ts";
import { mountDashboard } from "../web/dashboard/mount.ts";
import type { Sealing } from "../web/dashboard/visit.ts";
import { mountDocs } from "../web/docs/mount.ts";
import { mountEditor } from "../web/editor-routes.ts";
import { isForPerson, sendFaultPage } from "../web/fault-page.ts";
import { mountHome } from "../web/home.ts";
import { mountInbox } from "../web/inbox.ts";
import { mountAssets, type PageAssets } from "../web/page-assets.ts";
import { mountSigning, type SignDoors } from "../web/sign-routes.ts";
import { mountVerify } from "../web/verify.ts";
import { mountLinkedFiles } from "./linked-files.ts";
import type { Meters } from "./meters.ts";
import { countCalls, mountMetrics } from "./metrics.ts";
import { refuseLine } from "./odd-lines.ts";

/** What the front doors are built of. */
export type HttpParts = {
  readonly house: House;
  readonly log: Log;
  /** Takes down each call of the API. */
  readonly note: NoteCall;
  /** Counts the calls of v3. */
  readonly rates: Rates;
  readonly meters: Meters;
  /** Countersign's own. */
  readonly version: string;
  readonly assets: PageAssets;
  readonly assetsFolder: string;
  readonly isPrivate: boolean;
  /** False while the server drains: readiness then fails, so that no new work comes. */
  readonly isOpen: () => boolean;
  /** False for a worker: it answers its health only. */
  readonly servesApi: boolean;
  /** Proxies (CIDRs) whose X-Forwarded-For is believed. */
  readonly trustProxy: readonly string[];
  /** Checks documents. */
  readonly verifier: Verifier;
  /** The certificates (PEM) that this house seals with. */
  readonly trusted: () => Promise<readonly string[]>;
  readonly sealing: () => Promise<Sealing>;
};

/** Builds the front doors: the API, the pages, health. */
export async function buildHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { house, log, isOpen, trustProxy } = parts;
  const app = fastify({
    logger: false,
    bodyLimit: limits.pageBodyBytes,
    connectionTimeout: limits.requestMs,
    genReqId: () => newUuid(Date.now()),
    requestTimeout: limits.requestMs,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    clientErrorHandler: refuseLine,
    frameworkErrors: (_error, request, reply) => void sendOddAddress({ request, reply }),
  });
  dropSilentSockets(app);
  await registerBodyParsers(app, { fileBytes: house.fileBytes });
  app.addHook("onSend", async (_, reply) => addHeaders(reply));
  app.setErrorHandler((error: FastifyError, request, reply) => sendError({ log, request, reply }, error));
  app.setNotFoundHandler((request, reply) => sendMissing(app, { request, reply }));

  mountHealth(app, { house, isOpen });
  mountMetrics(app, parts);
  countCalls(app, parts.meters);
  if (parts.servesApi) await mountDoors(app, parts);
  return app;
}

async function mountDoors(
  app: FastifyInstance,
  { house, log, note, rates, assets, assetsFolder, isPrivate, verifier, trusted, sealing }: HttpParts,
): Promise<void> {
  mountOperations(app, { house, note, rates });
  const sendDocument = documentSender(house);
  mountSigning(app, { ...house, log, assets, sendDocument });
  mountEditor(app, { ...house, assets });
  const passwords = openPasswords(house.store.read);
  mountInbox(app, { ...house, isPrivate, checkCredentials: passwords.checkCredentials });
  mountHome(app);
  mountVerify(app, { store: house.store, verifier, trusted });
  await mountDashboard(app, {
    ...house,
    log,
    passwords,
    script: assets.app,
    sealing,
    sendDocument,
    sendFax: async (reply, asked) => sendFile(reply, await faxPdf(house, asked)),
    sendExport: async (reply, asked) => sendFile(reply, await exportRequest(house, asked)),
  });
  mountAssets(app, assetsFolder);
  const description = describeApi(house.publicUrl);
  app.get("/openapi.json", () => description);
  mountDocs(app, description);
  app.get("/reports/:type", (request, reply) => sendReport(house, { request, reply }));
  mountLinkedFiles(app, house);
}

function mountHealth(app: FastifyInstance, { house, isOpen }: Pick<HttpParts, "house" | "isOpen">): void {
  app.get("/healthz", () => ({ status: "alive" }));
  app.get("/readyz", async (_, reply) => {
    const ready =
      isOpen() &&
      (await house.store.ready().then(
        () => true,
        () => false,
      ));
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready" });
  });
}

/** Sends the document of an account's request as a PDF. */
function documentSender(house: House): SignDoors["sendDocument"] {
  return async (reply, asked) => sendFile(reply, await fileOf(house, { ...asked, type: "pdf" }));
}

/** Browsers open connections in advance: those that never asked anything must not keep a closing server waiting. */
function dropSilentSockets(app: FastifyInstance): void {
  const silent = new Set<Socket>();
  app.server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  app.server.on("request", ({ socket }) => silent.delete(socket));
  app.addHook("preClose", async () => {
    for (const socket of silent) socket.destroy();
  });
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** An address that the router cannot read, or that is longer than any of ours: no hook runs for it. */
function sendOddAddress({ request, reply }: Exchange): FastifyReply {
  addHeaders(reply);
  const { status, message: error_msg, faultName: error_name } = notFound("There is nothing at this address.");
  if (isForPerson(request)) return sendFaultPage(reply, { status, words: error_msg });
  return reply.code(status).type("application/json").send({ error: { error_msg, error_name } });
}

/** What nothing bounds says so with a window that is always full. */
function addHeaders(reply: FastifyReply): void {
  if (!reply.hasHeader("x-ratelimit-limit"))
    reply
      .header("x-ratelimit-limit", limits.rateHeader)
      .header("x-ratelimit-remaining", limits.rateHeader)
      .header("x-ratelimit-reset", Math.ceil(Date.now() / 60_000) * 60);
  if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  if (!reply.hasHeader("x-content-type-options")) reply.header("x-content-type-options", "nosniff");
}

function sendError({ log, request, reply }: Exchange & { readonly log: Log }, error: FastifyError): FastifyReply {
  const fault = faultOf(error, request);
  if (fault.status === 500)
    log.error({ request: request.id, route: request.routeOptions.url, err: error }, "a request failed");
  // The caller is told to try again; why, is for who runs the house.
  else if (fault.cause !== undefined)
    log.warn({ request: request.id, route: request.routeOptions.url, err: fault.cause }, "a request was put off");
  const error_msg =
    fault.status === 500
      ? `Something went wrong on the server; its log has the details under ${request.id}.`
      : fault.message;
  noteFault(request, { name: fault.faultName, message: error_msg, path: fault.path ?? null });
  if (isForPerson(request)) return sendFaultPage(reply, { status: fault.status, words: error_msg });
  return reply
    .code(fault.status)
    .type("application/json")
    .send({
      error: {
        error_msg,
        ...(fault.path === undefined ? {} : { error_path: fault.path }),
        error_name: fault.faultName,
      },
    });
}

function faultOf(error: FastifyError, request: FastifyRequest): Fault {
  if (error instanceof Fault) return error;
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new Fault(
      "bad_request",
      `The body is larger than ${(request.routeOptions.bodyLimit ?? limits.pageBodyBytes) / 1024 ** 2} MB; send documents as multipart/form-data.`,
    );
  if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return unknownType();
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new Fault("bad_request", error.message) : new Fault("unknown", error.message);
}

function sendMissing(app: FastifyInstance, { request, reply }: Exchange): FastifyReply {
  const path = request.url.split("?")[0] ?? "";
  const others = (["GET", "POST", "PUT", "DELETE"] as const).filter(
    (method) => app.findRoute({ method, url: path }) !== null,
  );
  const fault =
    others.length > 0
      ? new Fault("method_not_supported", `${request.method} is not supported here; use ${others.join(" or ")}.`)
      : notFound("There is nothing at this address.");
  noteFault(request, { name: fault.faultName, message: fault.message, path: null });
  if (isForPerson(request)) return sendFaultPage(reply, { status: fault.status, words: fault.message });
  return reply.code(fault.status).send({ error: { error_msg: fault.message, error_name: fault.faultName } });
}

async function sendReport(house: House, { request, reply }: Exchange): Promise<FastifyReply> {
  const { type } = request.params as { readonly type: string };
  const query = new URLSearchParams(request.url.split("?")[1] ?? "");
  const report = readReportLink(house.secret, { type, query, at: house.clock() });
  if (report === null)
    throw notFound("This link is not valid any more. A link to a report is good for 7 days; ask for the report again.");
  const lines = async function* () {
    for await (const row of rowsOfReport(house.store.read, report)) yield csvLine(row);
  };
  const headed = reply.header("cache-control", "private, no-store").header("referrer-policy", "no-referrer");
  const days = [report.since, report.until - 1].map((at) => new Date(at).toISOString().slice(0, 10)).join("_");
  return sendFile(headed, {
    bytes: Readable.from(lines()),
    contentType: "text/csv; charset=utf-8",
    name: `${type}_${days}.csv`,
  });
}
