// Rows of teams and of the links by which accounts get their passwords. The ways of writing are those of tables.ts.

/** A link by which the holder of an account sets its password; gone once it is used. */
export type AccountLinkRow = { token_hash: string; account_id: string; created_at: number; expires_at: number };

/** A team, or a part of one: teams of one `root_id` belong together. */
export type TeamRow = {
  team_id: string;
  /** The team at the top; its own id there. */
  root_id: string;
  parent_id: string | null;
  /** From 1 at the top. */
  depth: number;
  name: string;
  created_at: number;
};

/** Who is in which team: an account in one at most. */
export type TeamMemberRow = {
  account_id: string;
  team_id: string;
  /** `Member`, `Developer`, `Team Manager` or `Admin`. */
  role: string;
  joined_at: number;
};

/** Somebody asked to join a team. Withdrawn ones have expired. */
export type TeamInvitationRow = {
  invitation_id: string;
  team_id: string;
  account_id: string;
  role: string;
  /** The e-mail address of who asks. */
  invited_by: string;
  token_hash: string;
  sent_at: number;
  expires_at: number;
  redeemed_at: number | null;
};

/** A letter that asked somebody to join a team; kept while letters to an account are counted by it. */
export type InvitationLetterRow = { letter_id: string; account_id: string; sent_at: number };

/** A transfer of all that an account has to another that is not over: what the one had made at `until` or before. */
export type TransferRow = { transfer_id: string; from_account: string; to_account: string; until: number };
