/** What somebody may be in a team. Contract: objects.md, Team. */
export const roles = ["Member", "Developer", "Team Manager", "Admin"] as const;

/** One of the roles. */
export type Role = (typeof roles)[number];

/** Each role in a sentence: what it lets one do. */
export const roleWords: Readonly<Record<Role, string>> = {
  Member: "Sends documents and sees who is in the team.",
  Developer: "The same as Member; says that this person works with the API.",
  "Team Manager": "Invites and removes people and makes teams below, in this team and below it.",
  Admin: "All of that, and says who is an Admin, hands documents on, and deletes the team.",
};

const codes: Readonly<Record<Role, string>> = { Member: "m", Developer: "d", "Team Manager": "t", Admin: "a" };

/** The `role_code` of the v3 wire. */
export function roleCode(role: Role): string {
  return codes[role];
}

/** A role as a row holds it. */
export function roleOf(text: string): Role {
  return roles.find((role) => role === text) ?? "Member";
}

/** Whether this role looks after others. */
export function isManaging(role: Role): boolean {
  return role === "Admin" || role === "Team Manager";
}
