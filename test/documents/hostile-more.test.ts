import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { densePaper } from "../../benchmarks/documents/dense.ts";
import { silentLog } from "../../src/base/log.ts";
import { openWorkshop } from "../../src/documents/workshop.ts";
import { orderOf } from "./orders.ts";
import { line, paper, pdfOf, stream } from "./papers.ts";

const workshop = openWorkshop({ log: silentLog });
after(() => workshop.close());

const good = paper({ content: line(100, 700, "[sig|req|signer1]") });
const fontAndForm = "/Font << /F1 5 0 R >> /XObject << /X 6 0 R >>";

function prepare(bytes: Uint8Array) {
  return workshop.prepare(orderOf([{ name: "lease.pdf", bytes }], { hideTextTags: true }));
}

/** Files that are made to hang, to blow up or to run something, and how each ends: in a document, or in a refusal. */
const hostile: readonly {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly ends: "well" | "refused" | "either";
}[] = [
  {
    name: "a form that paints itself",
    bytes: paper({
      content: `${line(100, 700, "[sig|req|signer1]")} /X Do`,
      resources: "/XObject << /X 6 0 R >>",
      objects: [stream(`/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << ${fontAndForm} >>`, "/X Do /X Do")],
    }),
    ends: "either",
  },
  {
    name: "forms that each paint the next ten times, ten deep, beside a tag to be hidden",
    bytes: paper({
      content: `${line(100, 700, "[sig|req|signer1]")} ${"/X6 Do ".repeat(10)}`,
      resources: `/XObject << /X6 6 0 R >>`,
      objects: Array.from({ length: 10 }, (_, index) =>
        stream(
          `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X${7 + index} ${7 + index} 0 R >> >>`,
          index === 9 ? "0 0 1 1 re f" : `/X${7 + index} Do `.repeat(10),
        ),
      ),
    }),
    ends: "either",
  },
  {
    name: "arrays in arrays, 200,000 deep",
    bytes: paper({ content: line(100, 700, "x"), page: `/Junk ${"[".repeat(200_000)}${"]".repeat(200_000)}` }),
    ends: "either",
  },
  {
    name: "a page tree in which each node has the next one twice",
    bytes: pdfOf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      ...Array.from(
        { length: 40 },
        (_, index) =>
          `<< /Type /Pages /Kids [${index + 3} 0 R ${index + 3} 0 R] /Count ${2 ** Math.min(30, 40 - index)} >>`,
      ),
      "<< /Type /Page /MediaBox [0 0 612 792] >>",
    ]),
    ends: "refused",
  },
  {
    name: "a page of 10^9 points",
    bytes: paper({ content: line(100, 700, "x"), mediaBox: "0 0 1000000000 1000000000" }),
    ends: "refused",
  },
  {
    name: "a page without area",
    bytes: paper({ content: line(100, 700, "x"), mediaBox: "10 10 10 10" }),
    ends: "either",
  },
  {
    name: "a picture that says to be 100,000 pixels square",
    bytes: paper({
      content: "q 612 0 0 792 0 0 cm /X Do Q",
      resources: "/XObject << /X 6 0 R >>",
      objects: [
        stream(
          "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8",
          "short",
        ),
      ],
    }),
    ends: "either",
  },
  {
    name: "a document that wants to run a script, a program and a form when it opens",
    bytes: pdfOf([
      "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\); while\\(true\\){}) >> /AA << /WC << /S /Launch /F (/bin/sh) >> >> /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (while\\(1\\){}) >>] >> >> >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R /AA << /O << /S /SubmitForm /F (http://127.0.0.1:9/) >> >> >>",
      stream("", line(100, 700, "[sig|req|signer1]")),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]),
    ends: "well",
  },
  {
    name: "a million operators on a page with a tag",
    bytes: paper({ content: `${line(100, 700, "[sig|req|signer1]")} ${"0 0 m 9 9 l S ".repeat(350_000)}` }),
    ends: "either",
  },
  {
    name: "a content stream of brackets and slashes",
    bytes: paper({ content: "[<</(<".repeat(100_000) }),
    ends: "either",
  },
];

for (const { name, bytes, ends } of hostile)
  test(`${name}: ${ends === "either" ? "a document or a refusal in words" : ends}, and a good file beside it goes through`, async () => {
    const [outcome, beside] = await Promise.all([prepare(bytes), prepare(good)]);
    assert.ok(beside.ok, "the good file");
    if (ends === "well") assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
    if (ends === "refused") assert.ok(!outcome.ok);
    if (!outcome.ok) assert.match(outcome.fault.reason, /^[A-Z"].{10,}\.$/su);
    assert.ok((await prepare(good)).ok, "the next file");
  });

test("1,000 pages full of text with 2,000 tags are taken in and their tags hidden", async () => {
  const outcome = await prepare(densePaper(1000));
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
  assert.deepEqual([outcome.pages.length, outcome.fields.length], [1000, 2000]);
});

test("a scan of 50 MB is taken in", async () => {
  const pixels = stream(
    "/Type /XObject /Subtype /Image /Width 4000 /Height 4200 /ColorSpace /DeviceRGB /BitsPerComponent 8",
    randomBytes(4000 * 4200 * 3).toString("latin1"),
  );
  const bytes = paper({
    content: "q 612 0 0 792 0 0 cm /X Do Q",
    resources: "/XObject << /X 6 0 R >>",
    objects: [pixels],
  });
  assert.ok(bytes.length > 50_000_000);
  const outcome = await prepare(bytes);
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.fault.reason);
});
