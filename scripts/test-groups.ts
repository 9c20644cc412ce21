/** Tests that belong together: where they live, how long one file may take, and how many files run at once. */
export type TestGroup = {
  readonly name: string;
  /** Folders beneath test/. */
  readonly folders: readonly string[];
  /** Seconds that the whole group should take on two cores: going over is told, not punished. */
  readonly budget: number;
  /** Seconds after which one file counts as hung and is killed. */
  readonly deadline: number;
  /** Files that run side by side. */
  readonly abreast: number;
  /** Files that take longest begin, so that none of them is left alone at the end. */
  readonly longest?: readonly string[];
};

const abreast = 2;
/** Of files that often wait for what the house does in its own time. */
const abreastWaiting = 3;

/** The groups of `npm test`, in the order they run: what fails fastest comes first. */
export const testGroups: readonly TestGroup[] = [
  { name: "laws", folders: ["laws", "base", "wire", "receiver", "editor"], budget: 60, deadline: 120, abreast },
  {
    name: "house",
    folders: ["tidy"],
    budget: 120,
    deadline: 240,
    abreast,
    longest: ["test/tidy/tools.test.ts"],
  },
  { name: "storage", folders: ["storage", "outbox"], budget: 90, deadline: 300, abreast },
  {
    name: "doors",
    folders: ["http", "api", "accounts", "contract"],
    budget: 150,
    deadline: 300,
    abreast: abreastWaiting,
  },
  {
    name: "signing",
    folders: ["requests", "templates", "drafts", "fax", "signing", "events", "mail"],
    budget: 240,
    deadline: 300,
    abreast,
  },
  { name: "security", folders: ["security"], budget: 90, deadline: 300, abreast },
  {
    name: "delivery",
    folders: ["callbacks", "delivery"],
    budget: 300,
    deadline: 600,
    abreast,
    longest: ["test/delivery/simulator.test.ts", "test/delivery/kill.test.ts", "test/delivery/kill-postgres.test.ts"],
  },
  { name: "documents", folders: ["documents", "evidence"], budget: 360, deadline: 420, abreast },
  {
    name: "command",
    folders: ["server", "cli", "examples"],
    budget: 120,
    deadline: 300,
    abreast: abreastWaiting,
    longest: ["test/server/bucket.test.ts", "test/server/start.test.ts", "test/server/rewrap.test.ts"],
  },
  { name: "browser", folders: ["browser", "web"], budget: 360, deadline: 420, abreast },
  { name: "package", folders: ["package"], budget: 180, deadline: 480, abreast: 1 },
];

/** The files of a group in the order in which they begin. */
export function inOrder({ longest = [] }: TestGroup, files: readonly string[]): readonly string[] {
  const first = longest.filter((file) => files.includes(file));
  return [...first, ...files.filter((file) => !first.includes(file))];
}

/** The group that a test file belongs to, by its path from the project's root; an unlisted folder is a group of its own. */
export function groupOf(file: string): TestGroup {
  const folder = file.split("/").length > 2 ? (file.split("/")[1] ?? "") : "";
  const known = testGroups.find(({ folders }) => folders.includes(folder));

  return known ?? { name: folder || "other", folders: [folder], budget: 60, deadline: 240, abreast };
}
