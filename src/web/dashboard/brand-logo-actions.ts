import type { FastifyReply } from "fastify";
import { findApp, updateApp } from "../../accounts/apps.ts";
import { badRequest, Fault } from "../../base/faults.ts";
import { takeLogo } from "../../documents/keep-logo.ts";
import { showBrand } from "./brand.ts";
import type { Posted } from "./posted.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Saves an app's logo, as the API does, or shows the page again with what is wrong with the file. */
export async function saveLogo(visit: Visit, posted: Posted): Promise<FastifyReply> {
  const { house, account } = visit;
  const of = { accountId: account.account_id, clientId: idOf(visit) };
  await findApp(house.store.read, of);
  const saved = posted.refused ?? (await refusing(() => take(visit, posted)));
  // Files that were not kept are gone before anybody is answered.
  await posted.discard();
  if (saved instanceof Fault) return showBrand(visit, { logoFault: { field: "logo", words: wordsOf(saved) } });
  await house.transact((work) => updateApp(work, { ...of, logoBlob: saved }), actorOf(visit));
  return lead(visit, "logo");
}

async function take({ house }: Visit, { files }: Posted): Promise<string> {
  const blob = await takeLogo(house, files);
  if (blob === null) throw badRequest("Choose a file.");
  return blob;
}

/** Takes an app's logo away. */
export async function removeLogo(visit: Visit, _: Fields): Promise<FastifyReply> {
  const { house, account } = visit;
  const of = { accountId: account.account_id, clientId: idOf(visit) };
  await house.transact((work) => updateApp(work, { ...of, logoBlob: null }), actorOf(visit));
  return lead(visit, "no-logo");
}

function lead(visit: Visit, done: string): FastifyReply {
  return visit.reply.redirect(`/app/settings/apps/${idOf(visit)}/brand?done=${done}`, 303);
}
