import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { faultStatuses } from "../../src/base/faults.ts";
import { filesOf, root, textOf } from "./tree.ts";

const binary = /\.(png|jpe?g|webp|gif|ico|pdf|woff2?|ttf|otf|docx|p12|sqlite|gz|zip)$/;

test("every relative link in a page leads to a file, and every anchor to a heading", () => {
  const broken = filesOf({ ending: ".md" }).flatMap((path) =>
    linksOf(textOf(path))
      .filter((link) => !leadsSomewhere(path, link))
      .map((link) => `${path}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

test("every environment variable that the server reads stands in a table of README.md or docs/operate.md", (t) => {
  const pages = ["README.md", "docs/operate.md"].filter((path) => existsSync(join(root, path)));
  if (pages.length === 0) return t.skip("neither README.md nor docs/operate.md exists yet");

  const rows = pages.flatMap((path) =>
    textOf(path)
      .split("\n")
      .filter((line) => line.startsWith("|")),
  );
  const settings = ["src/server/config.ts", "src/server/settings.ts"].map(textOf).join("\n");
  const names = new Set(settings.match(/\b(COUNTERSIGN_[A-Z0-9_]+|DATABASE_URL|HOST|PORT)\b/g));
  assert.ok(names.size > 5, "the settings were found");
  assert.deepEqual(
    [...names].filter((name) => !rows.some((row) => row.includes(`\`${name}\``))),
    [],
  );
});

test("every fault is explained in docs/api.md", (t) => {
  if (!existsSync(join(root, "docs/api.md"))) return t.skip("docs/api.md does not exist yet");

  const page = textOf("docs/api.md");
  assert.deepEqual(
    Object.keys(faultStatuses).filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

test("no file names a host of a package registry, so that every machine uses its own", () => {
  const hosts = [
    "registry.npm" + "js.org",
    "registry.npm" + "js.com",
    "registry.yarn" + "pkg.com",
    "npm.pkg.git" + "hub.com",
  ];
  const configured = process.env.npm_config_registry;
  const needles = configured ? [...hosts, new URL(configured).host] : hosts;

  const texts = filesOf()
    .filter((path) => !binary.test(path))
    .map((path) => ({ path, text: textOf(path) }));
  assert.ok(
    texts.some(({ path }) => path === "package-lock.json"),
    "the lockfile was read",
  );
  assert.deepEqual(
    texts.filter(({ text }) => needles.some((needle) => text.includes(needle))).map(({ path }) => path),
    [],
  );
});

test("no file names a folder outside of the project, but the contract's tests, which skip without it", () => {
  const outside = ["/wo" + "rk/", "../sha" + "red/"];
  const texts = filesOf().filter((path) => !binary.test(path) && !path.startsWith("test/contract/"));
  assert.deepEqual(
    texts.filter((path) => outside.some((needle) => textOf(path).includes(needle))),
    [],
  );
});

/** The targets of a page's links and pictures, but those in code and those to other hosts. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(([, target]) => target ?? "");
  const named = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)].map(([, target]) => target ?? "");
  const markup = [...prose.matchAll(/<(?:img|a|source)\b[^>]*\b(?:src|href|srcset)="([^"]+)"/g)].map(
    ([, target]) => target ?? "",
  );
  return [...inline, ...named, ...markup].filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

function leadsSomewhere(path: string, link: string): boolean {
  const [file = "", anchor = ""] = link.split("#");
  const target = file === "" ? path : join(dirname(path), decodeURIComponent(file));
  if (target.startsWith("..") || !existsSync(join(root, target))) return false;
  return anchor === "" || !target.endsWith(".md") || anchorsOf(textOf(target)).includes(anchor);
}

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...text.replaceAll(/^```.*?^```/gms, "").matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)];
  const marks = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => name ?? "");
  const slugs = headings.map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
  return [...slugs, ...marks];
}
