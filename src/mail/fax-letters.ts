import { present } from "../base/assert.ts";
import type { Happening, Work } from "../events/work.ts";
import { coverOf, type Fax } from "../fax/fax.ts";
import { findFax } from "../fax/find.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { FaxTransmissionRow } from "../storage/fax-tables.ts";
import { note } from "./letters.ts";
import { type MailWay, post } from "./post.ts";

/** Where a fax can be read without signing in, and the way that letters go. */
export type FaxMail = { readonly faxLink: (faxId: string, at: number) => string; readonly way: MailWay };

type Occasion = FaxMail & { readonly fax: Fax; readonly account: AccountRow; readonly link: string };

/**
 * Writes the letters that faxes owe: to a recipient who is an e-mail address, to everybody with access to a line on which one came in, and
 * into the inbox, which is where the development provider transmits to.
 */
export async function writeFaxLetters(work: Work, mail: FaxMail): Promise<void> {
  // One fax is told to everybody with access to its line.
  const faxes = new Map<string, Fax>();
  for (const happening of work.happened) {
    const isOwing = happening.type === "fax_sent" || happening.type === "fax_received";
    if (happening.faxId === null || !isOwing) continue;
    const { faxId } = happening;
    const fax = faxes.get(faxId) ?? present(await findFax(work.tx, faxId), "the fax of an event");
    faxes.set(faxId, fax);
    const occasion = await readOccasion(work, { happening, fax, mail });
    if (happening.type === "fax_received") await tellReceived(work, occasion);
    else for (const one of occasion.fax.transmissions) await deliver(work, { ...occasion, transmission: one });
  }
}

type Reading = { readonly happening: Happening; readonly fax: Fax; readonly mail: FaxMail };

async function readOccasion(work: Work, { happening, fax, mail }: Reading): Promise<Occasion> {
  const account = await work.tx
    .selectFrom("accounts")
    .selectAll()
    .where("account_id", "=", happening.accountId)
    .executeTakeFirstOrThrow();
  return { ...mail, fax, account, link: mail.faxLink(fax.row.fax_id, work.at) };
}

async function tellReceived(work: Work, { fax, account, link, way }: Occasion): Promise<void> {
  const { sender, title } = fax.row;
  const letter = note({
    subject: sender === null ? "A fax has come in" : `A fax from ${sender} has come in`,
    paragraphs: [`"${title}" came in on your fax line ${fax.transmissions[0]?.recipient ?? ""}: ${pagesOf(fax)}.`],
    action: { button: "Read the fax", link },
    end: "You get this mail because your account has access to this fax line. Whoever has the link can read the fax.",
  });
  const to = { name: account.email, email: account.email };
  await post(work, { ...addressOf(fax, account), kind: "fax_received", to, letter, way });
}

type Delivering = Occasion & { readonly transmission: FaxTransmissionRow };

async function deliver(work: Work, { fax, account, link, way, transmission }: Delivering): Promise<void> {
  const { recipient, carrier } = transmission;
  const message = coverOf(fax.row)?.message ?? "";
  const words = [message, fax.row.test_mode === 1 ? "This is a test." : ""].filter((text) => text !== "");
  if (carrier === "mail") {
    const letter = note({
      subject: `A fax from ${account.email}: ${fax.row.title}`,
      paragraphs: [`${account.email} sends you a fax: "${fax.row.title}", ${pagesOf(fax)}.`, ...words],
      action: { button: "Read the fax", link },
      end: "Whoever has the link can read the fax.",
    });
    const to = { name: recipient, email: recipient };
    await post(work, { ...addressOf(fax, account), kind: "fax_sent", to, letter, way });
  }
  if (carrier !== "development") return;
  const letter = note({
    subject: `Fax: ${fax.row.title}`,
    paragraphs: [`A fax from ${fax.row.sender ?? "this server"} to ${recipient}, ${pagesOf(fax)}.`, ...words],
    action: { button: "Look at what was faxed", link },
    end: "The development provider has carried it here, and nowhere else.",
  });
  const to = { name: recipient, email: recipient };
  await post(work, { ...addressOf(fax, account), kind: "fax_sent", to, letter, way: "inbox" });
}

function addressOf({ row }: Fax, { account_id: accountId }: AccountRow) {
  return { accountId, requestId: row.fax_id, signatureId: null };
}

function pagesOf({ row }: Fax): string {
  return row.pages === 1 ? "1 page" : `${row.pages ?? 0} pages`;
}
