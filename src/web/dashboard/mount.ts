import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { Fault, notFound } from "../../base/faults.ts";
import { html } from "../html.ts";
import { showApp } from "./app.ts";
import { askDelete, changeApp, deleteIt, makeApp } from "./app-actions.ts";
import { showApps } from "./apps.ts";
import { resetBrand, saveBrand, showBrand } from "./brand.ts";
import { resend, showEvent } from "./event.ts";
import { showEvents } from "./events.ts";
import { sendDoorPage } from "./frame.ts";
import { remindIt } from "./remind.ts";
import { showRequest } from "./request.ts";
import { askDestroy, destroyIt, downloadDocument, downloadExport } from "./request-data.ts";
import { showRequests } from "./requests.ts";
import { sendIt, showSend } from "./send.ts";
import { showSettings } from "./settings.ts";
import { changeOrder, pauseIt, resumeIt, revealSecret, rotateSecret, saveUrl, sendTest } from "./settings-actions.ts";
import { mountSignIn, signOutRoutes } from "./sign-in.ts";
import { style, stylePath } from "./style.ts";
import { type Dashboard, idOf, mountRoutes, type Routes } from "./visit.ts";
import { askWithdraw, withdrawIt } from "./withdraw.ts";

/** Every page and every action behind the sign-in, but for the way out. */
const routes: Routes = {
  pages: {
    "/events": showEvents,
    "/events/:id": showEvent,
    "/requests": showRequests,
    "/requests/new": showSend,
    "/requests/:id": showRequest,
    "/requests/:id/document": downloadDocument,
    "/requests/:id/export": downloadExport,
    "/requests/:id/destroy": askDestroy,
    "/requests/:id/withdraw": askWithdraw,
    "/settings": (visit) => showSettings(visit),
    "/settings/apps": (visit) => showApps(visit),
    "/settings/apps/:id": (visit) => showApp(visit, { clientId: idOf(visit) }),
    "/settings/apps/:id/brand": (visit) => showBrand(visit),
    "/settings/apps/:id/delete": askDelete,
  },
  actions: {
    "/events/:id/resend": resend,
    "/requests/:id/destroy": destroyIt,
    "/requests/:id/remind": remindIt,
    "/requests/:id/withdraw": withdrawIt,
    "/settings/apps": makeApp,
    "/settings/apps/:id": changeApp,
    "/settings/apps/:id/brand": saveBrand,
    "/settings/apps/:id/brand/reset": resetBrand,
    "/settings/apps/:id/delete": deleteIt,
    "/settings/url": saveUrl,
    "/settings/test": sendTest,
    "/settings/pause": pauseIt,
    "/settings/resume": resumeIt,
    "/settings/order": changeOrder,
    "/settings/secret": revealSecret,
    "/settings/rotate": rotateSecret,
  },
  uploads: { "/requests/new": sendIt },
};

/** Mounts the dashboard under /app: plain HTML and forms, which a script makes live where there is one. */
export async function mountDashboard(app: FastifyInstance, house: Dashboard): Promise<void> {
  app.get(stylePath, (_, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=31536000, immutable").send(style),
  );
  await app.register(
    async (scope) => {
      scope.setErrorHandler((error: FastifyError, request, reply) => {
        if (error instanceof Fault && error.status < 500) return sendFault({ house, reply }, error);
        const status = error.statusCode ?? 500;
        if (status >= 400 && status < 500) return sendFault({ house, reply }, new Fault("bad_request", error.message));
        if (!(error instanceof Fault))
          house.log.error({ request: request.id, route: request.routeOptions.url, err: error }, "a page failed");
        return sendFault({ house, reply }, error instanceof Fault ? error : brokenPage(request.id));
      });
      scope.setNotFoundHandler((_, reply) => sendFault({ house, reply }, notFound()));
      scope.get("/", (_, reply) => reply.redirect("/app/events", 303));
      mountSignIn(scope, house);
      mountRoutes(scope, { house, routes: signOutRoutes });
      mountRoutes(scope, { house, routes });
    },
    { prefix: "/app" },
  );
}

function brokenPage(requestId: string): Fault {
  return new Fault("unknown", `Something went wrong on the server; its log has the details under ${requestId}.`);
}

const headings: Readonly<Record<number, string>> = {
  403: "Not done",
  404: "Nothing is here",
  503: "Busy",
  500: "Something went wrong",
};

function sendFault(
  door: { readonly house: Dashboard; readonly reply: FastifyReply },
  { status, message, faultName }: Fault,
): FastifyReply {
  const heading = headings[status] ?? "This did not work";
  const words = faultName === "not_found" ? "There is no such page, or it belongs to another account." : message;
  return sendDoorPage(door, {
    title: heading,
    status,
    body: html`<section class="card"><h1>${heading}</h1><p>${words}</p><p><a href="/app/events">To the events</a></p></section>`,
  });
}
