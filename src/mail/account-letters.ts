import { limits } from "../base/limits.ts";
import type { Notice, Work } from "../events/work.ts";
import { type Letter, note } from "./letters.ts";
import { type MailWay, post } from "./post.ts";

/** Where the links of letters lead, and the way they go. */
export type NoticeOptions = { readonly publicUrl: string; readonly way: MailWay };

/** Writes the letters that are owed to holders of accounts, in the same commit. */
export async function writeNotices(work: Work, { publicUrl, way }: NoticeOptions): Promise<void> {
  for (const notice of work.notices)
    await post(work, {
      accountId: notice.keptFor,
      requestId: null,
      signatureId: null,
      kind: `account_${notice.kind}`,
      to: { name: notice.email, email: notice.email },
      letter: letterOf(notice, publicUrl),
      way,
    });
}

function letterOf(notice: Notice, publicUrl: string): Letter {
  switch (notice.kind) {
    case "welcome":
      return note({
        subject: "Your account: set a password",
        paragraphs: [
          `An account was made for ${notice.email} at ${hostOf(publicUrl)}. Set a password, and you can sign in.`,
          `The link is good for ${days(limits.welcomeLinkMs)} days, and once.`,
        ],
        action: { button: "Set a password", link: `${publicUrl}/app/welcome/${notice.token}` },
        end: "If you did not expect this mail, you can ignore it: nobody can sign in to the account without a password.",
      });
    case "password":
      return note({
        subject: "Set a new password",
        paragraphs: [
          `Somebody has asked for a new password for ${notice.email} at ${hostOf(publicUrl)}.`,
          `The link is good for ${limits.passwordLinkMs / 60_000} minutes, and once. Setting a new password signs you out everywhere.`,
        ],
        action: { button: "Set a new password", link: `${publicUrl}/app/welcome/${notice.token}` },
        end: "If it was not you, you can ignore this mail: your password stays as it is.",
      });
    case "invitation":
      return note({
        subject: `${notice.by} asks you to join the team ${notice.team}`,
        paragraphs: [
          `${notice.by} asks you to join the team “${notice.team}” at ${hostOf(publicUrl)}, as ${notice.role}.`,
          `The invitation is open for ${days(limits.invitationMs)} days.`,
        ],
        action: { button: "See the invitation", link: `${publicUrl}/app/invitations/${notice.token}` },
        end: "If you did not expect this mail, you can ignore it: nothing happens unless you join.",
      });
  }
}

function days(milliseconds: number): number {
  return Math.round(milliseconds / 86_400_000);
}

function hostOf(publicUrl: string): string {
  return new URL(publicUrl).host;
}
