import { gzipSync } from "node:zlib";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { Fault, notFound } from "../../base/faults.ts";
import { html } from "../html.ts";
import { showApp } from "./app.ts";
import { askDelete, changeApp, deleteIt, makeApp } from "./app-actions.ts";
import { changeOauth } from "./app-oauth-actions.ts";
import { showApps } from "./apps.ts";
import { mountAuthorize } from "./authorize.ts";
import { resetBrand, saveBrand, showBrand } from "./brand.ts";
import { removeLogo, saveLogo } from "./brand-logo-actions.ts";
import { showBulkSend } from "./bulk-send.ts";
import { showBulkSends } from "./bulk-sends.ts";
import { showCall } from "./call.ts";
import { showCallbacks } from "./callbacks.ts";
import { showCalls } from "./calls.ts";
import { downloadCertificate, showCertificate } from "./certificate.ts";
import { revokeIt as revokeConnected, showConnected } from "./connected.ts";
import { resend, showEvent } from "./event.ts";
import { showEvents } from "./events.ts";
import { openFailures } from "./failures.ts";
import { faxRoutes } from "./fax-routes.ts";
import { sendDoorPage } from "./frame.ts";
import { mountInvitations } from "./invitation.ts";
import { askPrimary, askRevoke, askRotate } from "./key-questions.ts";
import { createIt, makePrimaryIt, revokeIt, rotateIt, showKeys } from "./keys.ts";
import { openLiveStreams } from "./live.ts";
import { remindIt } from "./remind.ts";
import { beginReplay, showReplay, stopReplay } from "./replay.ts";
import { showRequest } from "./request.ts";
import { askDestroy, destroyIt, downloadDocument, downloadExport } from "./request-data.ts";
import { showRequests } from "./requests.ts";
import { sendIt, showSend } from "./send.ts";
import { showSettings } from "./settings.ts";
import { changeOrder, pauseIt, resumeIt, revealSecret, rotateSecret, saveUrl, sendTest } from "./settings-actions.ts";
import { mountSignIn, signOutRoutes } from "./sign-in.ts";
import {
  changeIt,
  confirmIt,
  endOthers,
  endSessionOf,
  offerPasskey,
  removeIt,
  savePasskey,
} from "./sign-in-actions.ts";
import { mountPasskeySignIn } from "./sign-in-passkey.ts";
import { askRemove, showSignIn } from "./sign-in-settings.ts";
import { leadIn, showStart } from "./start.ts";
import { style, stylePath } from "./style.ts";
import { showTeam } from "./team.ts";
import {
  askDeleteBelow,
  askLeave,
  deleteBelow,
  joinIt,
  leaveIt,
  makeBelow,
  makeTeam,
  nameTeam,
  sendInvitation,
  withdrawIt as withdrawTeamInvitation,
} from "./team-actions.ts";
import { changeMember, removeIt as removeTeamMember, showMember } from "./team-member.ts";
import { showTemplate } from "./template.ts";
import { askDeleteTemplate, deleteTemplateIt } from "./template-delete.ts";
import { sendTemplate, showTemplateSend } from "./template-send.ts";
import { showTemplates } from "./templates.ts";
import { type Dashboard, idOf, mountRoutes, type Routes } from "./visit.ts";
import { mountWelcome } from "./welcome.ts";
import { askWithdraw, withdrawIt } from "./withdraw.ts";

/** Every page and every action behind the sign-in, but for the way out. */
const routes: Routes = {
  pages: {
    "/": leadIn,
    "/start": showStart,
    "/events": showEvents,
    "/events/:id": showEvent,
    "/callbacks": showCallbacks,
    "/callbacks/replay": showReplay,
    "/requests": showRequests,
    "/requests/new": showSend,
    "/requests/:id": showRequest,
    "/requests/:id/document": downloadDocument,
    "/requests/:id/export": downloadExport,
    "/requests/:id/destroy": askDestroy,
    "/bulk": showBulkSends,
    "/bulk/:id": showBulkSend,
    "/templates": showTemplates,
    "/templates/:id": showTemplate,
    "/templates/:id/send": showTemplateSend,
    "/templates/:id/delete": askDeleteTemplate,
    "/calls": showCalls,
    "/calls/:id": showCall,
    "/requests/:id/withdraw": askWithdraw,
    "/settings": (visit) => showSettings(visit),
    "/settings/apps": (visit) => showApps(visit),
    "/settings/apps/:id": (visit) => showApp(visit, { clientId: idOf(visit) }),
    "/settings/apps/:id/brand": (visit) => showBrand(visit),
    "/settings/apps/:id/delete": askDelete,
    "/settings/team": (visit) => showTeam(visit),
    "/settings/team/members/:id": (visit) => showMember(visit),
    "/settings/team/leave": askLeave,
    "/settings/team/delete/:id": askDeleteBelow,
    "/settings/connected": showConnected,
    "/settings/sign-in": (visit) => showSignIn(visit),
    "/settings/sign-in/passkeys/:id/remove": askRemove,
    "/settings/keys": (visit) => showKeys(visit),
    "/settings/keys/:id/primary": askPrimary,
    "/settings/keys/:id/rotate": askRotate,
    "/settings/keys/:id/revoke": askRevoke,
    "/settings/certificate": showCertificate,
    "/settings/certificate.pem": (visit) => downloadCertificate(visit, "real"),
    "/settings/certificate-test.pem": (visit) => downloadCertificate(visit, "test"),
  },
  actions: {
    "/events/:id/resend": resend,
    "/callbacks/replay": beginReplay,
    "/callbacks/replay/:id/stop": stopReplay,
    "/requests/:id/destroy": destroyIt,
    "/requests/:id/remind": remindIt,
    "/requests/:id/withdraw": withdrawIt,
    "/templates/:id/send": sendTemplate,
    "/templates/:id/delete": deleteTemplateIt,
    "/settings/apps": makeApp,
    "/settings/apps/:id": changeApp,
    "/settings/apps/:id/oauth": changeOauth,
    "/settings/connected/:id/revoke": revokeConnected,
    "/settings/apps/:id/brand": saveBrand,
    "/settings/apps/:id/brand/reset": resetBrand,
    "/settings/apps/:id/logo/remove": removeLogo,
    "/settings/apps/:id/delete": deleteIt,
    "/settings/url": saveUrl,
    "/settings/test": sendTest,
    "/settings/pause": pauseIt,
    "/settings/resume": resumeIt,
    "/settings/order": changeOrder,
    "/settings/secret": revealSecret,
    "/settings/rotate": rotateSecret,
    "/settings/team": makeTeam,
    "/settings/team/name": nameTeam,
    "/settings/team/below": makeBelow,
    "/settings/team/join": joinIt,
    "/settings/team/leave": leaveIt,
    "/settings/team/delete/:id": deleteBelow,
    "/settings/team/invitations": sendInvitation,
    "/settings/team/invitations/:id/withdraw": withdrawTeamInvitation,
    "/settings/team/members/:id": changeMember,
    "/settings/team/members/:id/remove": removeTeamMember,
    "/settings/sign-in/confirm": confirmIt,
    "/settings/sign-in/password": changeIt,
    "/settings/sign-in/passkeys": savePasskey,
    "/settings/sign-in/passkeys/options": offerPasskey,
    "/settings/sign-in/passkeys/:id/remove": removeIt,
    "/settings/sign-in/sessions/end": endSessionOf,
    "/settings/sign-in/sessions/end-others": endOthers,
    "/settings/keys": createIt,
    "/settings/keys/:id/primary": makePrimaryIt,
    "/settings/keys/:id/rotate": rotateIt,
    "/settings/keys/:id/revoke": revokeIt,
  },
  uploads: { "/requests/new": sendIt, "/settings/apps/:id/logo": saveLogo },
};

/** Mounts the dashboard under /app: plain HTML and forms, which a script makes live where there is one; and /oauth/authorize, which has none. */
export async function mountDashboard(app: FastifyInstance, parts: Omit<Dashboard, "failures">): Promise<void> {
  const house: Dashboard = { ...parts, failures: openFailures(parts.clock) };
  mountStyle(app);
  await app.register(
    async (scope) => {
      tellFaults(scope, house);
      scope.setNotFoundHandler((_, reply) => sendFault({ house, reply }, notFound()));
      mountSignIn(scope, house);
      mountPasskeySignIn(scope, house);
      mountWelcome(scope, house);
      mountInvitations(scope, house);
      mountRoutes(scope, { house, routes: signOutRoutes });
      mountRoutes(scope, { house, routes });
      mountRoutes(scope, { house, routes: faxRoutes });
      mountRoutes(scope, { house, routes: { pages: { "/live": openLiveStreams(app).show }, actions: {} } });
    },
    { prefix: "/app" },
  );
  await app.register(
    async (scope) => {
      tellFaults(scope, house);
      mountAuthorize(scope, house);
    },
    { prefix: "/oauth" },
  );
}

function tellFaults(scope: FastifyInstance, house: Dashboard): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof Fault && error.status < 500) return sendFault({ house, reply }, error);
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return sendFault({ house, reply }, new Fault("bad_request", error.message));
    if (!(error instanceof Fault))
      house.log.error({ request: request.id, route: request.routeOptions.url, err: error }, "a page failed");
    return sendFault({ house, reply }, error instanceof Fault ? error : brokenPage(request.id));
  });
}

function brokenPage(requestId: string): Fault {
  return new Fault("unknown", `Something went wrong on the server; its log has the details under ${requestId}.`);
}

const packedStyle = gzipSync(style, { level: 9 });

function mountStyle(app: FastifyInstance): void {
  app.get(stylePath, (request, reply) => {
    const isPacked = /\bgzip\b(?!;\s*q=0(?:\.0*)?\b)/.test(String(request.headers["accept-encoding"] ?? ""));
    if (isPacked) reply.header("content-encoding", "gzip");
    return reply
      .type("text/css; charset=utf-8")
      .header("vary", "accept-encoding")
      .header("cache-control", "public, max-age=31536000, immutable")
      .send(isPacked ? packedStyle : style);
  });
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
