import type { FastifyReply } from "fastify";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { macOf } from "../../base/secrets.ts";
import type { Work } from "../../events/work.ts";
import { buyLine, deleteLine } from "../../fax/buy-line.ts";
import { addLineUser, removeLineUser } from "../../fax/lines.ts";
import { coerceInput } from "../../http/input.ts";
import { needFaxProvider } from "../../providers/fax.ts";
import { LineInput } from "../../wire/fax-line.ts";
import { showFaxLine } from "./fax-line.ts";
import { type TypedLine, typedLine } from "./fax-line-form.ts";
import { pathOfLine, showFaxLines } from "./fax-lines.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Buys a line, as the API does, and leads to its page; or shows the form again with what is wrong. A form that comes twice buys once. */
export async function buyIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const typed = typedLine(form);
  const bought = await refusing(() => buy(visit, typed));
  if (!(bought instanceof Fault)) return visit.reply.redirect(`${pathOfLine(bought.row.number)}?done=bought`, 303);
  if (bought.faultName === "conflict") return visit.reply.redirect("/app/faxes/lines?done=twice", 303);
  const fields = ["country", "area_code", "city"];
  const fault = { field: fields.find((name) => name === bought.path) ?? "", words: wordsOf(bought) };
  return showFaxLines(visit, { typed, fault, status: bought.status });
}

async function buy({ house, account }: Visit, { country, areaCode, city, once }: TypedLine) {
  const { account_id: accountId } = account;
  const wish = coerceInput(LineInput, { country, area_code: areaCode, city });
  return buyLine(
    { transact: house.transact, provider: needFaxProvider(house.fax) },
    {
      accountId,
      userId: accountId,
      country: wish.country,
      areaCode: wish.area_code,
      city: wish.city || null,
      lineId: macOf(house.secret, `fax line from a page ${accountId} ${once}`).slice(0, 32),
    },
  );
}

/** Gives an account access to a line. */
export async function giveAccess(visit: Visit, form: Fields): Promise<FastifyReply> {
  const typed = (form.get("email") ?? "").trim();
  const named = { id: null, email: typed };
  const given = await change(visit, (work, asked) => addLineUser(work, { ...asked, named }));
  if (given === null) return lead(visit, "added");
  const field = given.path === undefined ? "" : "email";
  return showFaxLine(visit, { field, words: wordsOf(given), fault: given, typed: typed.slice(0, limits.emailLength) });
}

/** Takes an account's access to a line; one that has none any more is left so. */
export async function takeAccess(visit: Visit, form: Fields): Promise<FastifyReply> {
  const named = { id: form.get("account") ?? "", email: null };
  const taken = await change(visit, (work, asked) => removeLineUser(work, { ...asked, named }));
  if (taken !== null && taken.path !== "account_id") throw taken;
  return lead(visit, "removed");
}

/** Deletes a line; its number goes back to the provider. */
export async function deleteLineIt(visit: Visit, _: Fields): Promise<FastifyReply> {
  const asked = { accountId: visit.account.account_id, number: idOf(visit) };
  await visit.house.transact((work) => deleteLine(work, asked), actorOf(visit));
  return visit.reply.redirect("/app/faxes/lines?done=deleted", 303);
}

type Change = (work: Work, asked: { readonly accountId: string; readonly number: string }) => Promise<unknown>;

/** What refuses a change of the line of this page; null where it is done. A line that is not there for this person has no page to say so on. */
async function change(visit: Visit, make: Change): Promise<Fault | null> {
  const asked = { accountId: visit.account.account_id, number: idOf(visit) };
  const made = await refusing(() => visit.house.transact((work) => make(work, asked), actorOf(visit)));
  if (!(made instanceof Fault)) return null;
  if (made.faultName === "not_found" || made.faultName === "forbidden") throw made;
  return made;
}

function lead(visit: Visit, done: string): FastifyReply {
  return visit.reply.redirect(`${pathOfLine(idOf(visit))}?done=${done}`, 303);
}
