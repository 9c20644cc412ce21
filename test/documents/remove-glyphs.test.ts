import assert from "node:assert/strict";
import { test } from "node:test";
import { removeGlyphs } from "../../src/documents/content/remove-glyphs.ts";
import { needing, runOn } from "../evidence/tools.ts";
import { line, type Paper, paper, pdfOf, printedWidth, stream } from "./papers.ts";
import { assertRemoved, glyphsOf, greysIn, withoutTags } from "./removal.ts";

const sig = "[sig|req|signer1]";
const around = `${line(40, 730, "Above it.")}${line(40, 30, "Below it.")}`;
const form = "/Type /XObject /Subtype /Form /BBox [0 0 400 200] /Resources << /Font << /F1 5 0 R >> >>";

const places: readonly { readonly name: string; readonly paper: Paper }[] = [
  { name: "alone in its string", paper: { content: line(100, 700, sig) } },
  { name: "within a longer string", paper: { content: line(100, 700, `Sign ${sig} here, please`) } },
  {
    name: "kerned in an array, text before and behind",
    paper: {
      content: "BT /F1 12 Tf 100 700 Td [(Sign [si) -500 (g|req) 250 (|signer1]) -90 ( here) 20 (, please)] TJ ET",
    },
  },
  {
    name: "one string a glyph, painted backwards",
    paper: {
      content: [...`so ${sig} here`]
        .map((letter, index) => line(100 + printedWidth(`so ${sig} here`.slice(0, index)), 700, letter))
        .reverse()
        .join(""),
    },
  },
  {
    name: "with character and word spacing, stretched and raised",
    paper: { content: `BT /F1 12 Tf 1.5 Tc 4 Tw 80 Tz 3 Ts 100 700 Td (Sign ${sig} here, please) Tj ET` },
  },
  {
    name: "shown by the operators that move to the next line",
    paper: {
      content: `BT /F1 12 Tf 14 TL 100 700 Td (First line) Tj (Second ${sig} line) ' 2 0.5 (Third [date|req|signer1] line) " (Fourth) ' ET`,
    },
  },
  {
    name: "in lines that Td, TD and T* make",
    paper: {
      content: `BT /F1 12 Tf 100 700 Td (One) Tj 0 -14 TD (Two ${sig} two) Tj T* (Three ${sig} three) Tj 5 -20 Td (Four) Tj ET`,
    },
  },
  { name: "rotated by 90 degrees", paper: { content: `BT /F1 12 Tf 0 1 -1 0 300 200 Tm (Sign ${sig} here) Tj ET` } },
  { name: "set at an angle", paper: { content: `BT /F1 12 Tf .866 .5 -.5 .866 200 300 Tm (Sign ${sig} here) Tj ET` } },
  { name: "scaled and moved by cm", paper: { content: `q 2 0 0 2 10 20 cm ${line(50, 300, `Sign ${sig} here`)} Q` } },
  { name: "on a page that is turned", paper: { content: line(100, 700, `Sign ${sig} here`), page: "/Rotate 90" } },
  {
    name: "on a page that is cropped",
    paper: { content: line(100, 700, `Sign ${sig} here`), page: "/CropBox [50 60 500 750]" },
  },
  { name: "invisible", paper: { content: `BT 3 Tr /F1 12 Tf 100 700 Td (Sign ${sig} here) Tj ET` } },
  {
    name: "in strings with escapes and as hexadecimal digits",
    paper: {
      content: `BT /F1 12 Tf 100 700 Td (\\(a\\) \\133sig|r\\\neq|signer1\\135 \\)b) Tj 0 -20 Td <${Buffer.from(`x ${sig} y`).toString("hex")}> Tj ET`,
    },
  },
  {
    name: "with the font of an extended graphics state",
    paper: {
      content: `BT /G1 gs 100 700 Td (Sign ${sig} here) Tj ET`,
      resources: "/ExtGState << /G1 << /Font [5 0 R 12] >> >>",
    },
  },
  {
    name: "in a form with a matrix, inside another form",
    paper: {
      content: "q 1 0 0 1 100 400 cm /X Do Q",
      resources: "/XObject << /X 6 0 R >>",
      objects: [
        stream(
          `${form.replace("/Font", "/XObject << /Y 7 0 R >> /Font")}`,
          `${line(10, 100, "Outer text")}q 1.5 0 0 1.5 0 0 cm /Y Do Q`,
        ),
        stream(`${form} /Matrix [1 0 0 1 5 5]`, line(10, 20, `Sign ${sig} here`)),
      ],
    },
  },
  {
    name: "in a form without resources of its own",
    paper: {
      content: "/X Do",
      resources: "/XObject << /X 6 0 R >>",
      objects: [stream("/Type /XObject /Subtype /Form /BBox [0 0 612 792]", line(100, 500, `Sign ${sig} here`))],
    },
  },
  {
    name: "behind an inline image with brackets in its data",
    paper: {
      content: `q 10 0 0 10 20 20 cm BI /W 2 /H 2 /BPC 8 /CS /G ID [(< EI Q ${line(100, 700, `Sign ${sig} here`)}`,
    },
  },
  {
    name: "in a Type 3 font",
    paper: {
      content: `BT /T3 20 Tf 100 700 Td (Sign ${sig} here) Tj ET`,
      resources: "/Font << /F1 5 0 R /T3 6 0 R >>",
      objects: [
        `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.05 0 0 0.05 0 0] /FirstChar 32 /LastChar 125 /Widths [${Array.from({ length: 94 }, (_, index) => 5 + (index % 4)).join(" ")}] /CharProcs << /a 7 0 R >> /Encoding << /Type /Encoding /Differences [32 ${Array.from({ length: 94 }, () => "/a").join(" ")}] >> /ToUnicode 8 0 R >>`,
        stream("", "8 0 0 0 5 8 d1 0 0 5 8 re f"),
        stream(
          "",
          "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7d> <0020> endbfrange endcmap end end",
        ),
      ],
    },
  },
];

for (const { name, paper: made } of places)
  test(`a tag ${name} is removed, and nothing else changes`, needing("pdftoppm", "pdftotext", "qpdf"), async () => {
    const after = await assertRemoved(paper({ ...made, content: `${around}${made.content}` }));
    const words = runOn(after, "pdftotext", "-raw", "{}", "-");
    assert.match(words, /Above\s+it\./);
    assert.match(words, /Below\s+it\./);
    assert.doesNotMatch(words, /signer|req\||\|/);
    assert.doesNotMatch(runOn(after, "qpdf", "--check", "{}"), /WARNING|ERROR/);
  });

test("what is painted behind a tag shows in its place", needing("pdftoppm"), async () => {
  const bytes = paper({ content: `0.8 g 0 0 612 792 re f 0 g ${line(100, 700, `Sign ${sig} here`)}` });
  const { tags, after } = await withoutTags(bytes);
  assert.ok(greysIn(bytes, tags).size > 5);
  assert.deepEqual([...greysIn(after, tags)], [204]);
});

test("a tag that is painted twice for a bold look is gone twice", needing("pdftotext"), async () => {
  const twice = `${line(100, 700, `Sign ${sig}`)}${line(100, 700, `Sign ${sig}`)}`;
  const { after, left } = await withoutTags(paper({ content: twice }));
  assert.deepEqual(left, []);
  assert.equal(runOn(after, "pdftotext", "{}", "-").trim(), "Sign");
});

test("a line of underscores under a tag stays", async () => {
  const { after, left } = await withoutTags(
    paper({ content: `${line(100, 700, sig)}${line(100, 700, "____________")}` }),
  );
  assert.deepEqual(left, []);
  assert.equal(lettersOf(after), "____________");
});

function lettersOf(bytes: Uint8Array, page = 1): string {
  return glyphsOf(bytes, page)
    .map(({ letter }) => letter)
    .join("");
}

test("a form that is painted elsewhere too keeps its tag there", async () => {
  const bytes = paper({
    content: "q 1 0 0 1 50 600 cm /X Do Q q 1 0 0 1 50 300 cm /X Do Q",
    resources: "/XObject << /X 6 0 R >>",
    objects: [stream(form, line(10, 20, `Sign ${sig} here`))],
  });
  const { tags, after, left } = await withoutTags(bytes);
  assert.deepEqual([tags.length, left], [2, []]);
  const [first] = tags;
  assert.ok(first);
  const one = await removeGlyphs(bytes, [{ page: 1, origins: first.origins }]);
  const brackets = (pdf: Uint8Array) => glyphsOf(pdf).filter(({ letter }) => letter === "[").length;
  assert.deepEqual([brackets(bytes), brackets(one.document), brackets(after)], [2, 1, 0]);
});

test("a content stream that two pages share changes on the one page only", async () => {
  const bytes = pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 612 792] /Resources << /Font << /F1 6 0 R >> >> >>",
    "<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>",
    "<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>",
    stream("", line(100, 700, `Sign ${sig} here`)),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ]);
  const { tags } = await withoutTags(bytes);
  const { document } = await removeGlyphs(bytes, [{ page: 2, origins: tags[1]?.origins ?? [] }]);
  assert.deepEqual(glyphsOf(document, 1), glyphsOf(bytes, 1));
  assert.equal(
    glyphsOf(document, 2)
      .map(({ letter }) => letter)
      .join("")
      .includes("["),
    false,
  );
});

test("streams of a page that cut a string's operator off from it are read as one", async () => {
  const bytes = pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] /Resources << /Font << /F1 7 0 R >> >> >>",
    "<< /Type /Page /Parent 2 0 R /Contents [4 0 R 5 0 R 6 0 R] >>",
    stream("", "BT /F1 12 Tf 100"),
    stream("", `700 Td (Sign ${sig} here)`),
    stream("", "Tj ET"),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ]);
  await assertRemoved(bytes);
});

for (const [where, properties, resources] of [
  ["in the content", "<< /MCID 3 /ActualText ([) >>", ""],
  ["in the resources", "/P1", "/Properties << /P1 << /MCID 3 /ActualText ([) >> >>"],
] as const)
  test(`replacement text ${where} does not keep a tag alive`, needing("pdftotext"), async () => {
    const tag = `BT /F1 12 Tf 100 700 Td /Span ${properties} BDC ([) Tj EMC (sig|req|signer1]) Tj ET`;
    const after = await assertRemoved(paper({ content: `${tag} ${line(100, 600, "stays")}`, resources }));
    assert.equal(runOn(after, "pdftotext", "{}", "-").trim(), "stays");
  });

test("a tag that only replacement text tells of is left: which glyphs it means is not known", async () => {
  const content = `/Span << /ActualText (${sig}) >> BDC ${line(100, 700, "sign here, dear friend")} EMC`;
  const { left, after } = await withoutTags(paper({ content }));
  assert.deepEqual(left, [0]);
  assert.deepEqual(Buffer.from(after), Buffer.from(paper({ content })));
});

test("a font that cannot be measured leaves its tag, and the tag of another font on the page goes", async () => {
  const bytes = paper({
    content: `${line(100, 700, sig)} BT /F2 12 Tf 100 600 Td (${[..."[sig|req|signer2]"].map((letter) => `\\000${letter}`).join("")}) Tj ET`,
    resources: "/Font << /F1 5 0 R /F2 6 0 R >>",
    objects: [
      "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /UniGB-UCS2-H /DescendantFonts [7 0 R] >>",
      "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>",
    ],
  });
  const { tags, left, after } = await withoutTags(bytes);
  assert.equal(tags.length, 2);
  assert.deepEqual(left, [1]);
  assert.equal(glyphsOf(after).filter(({ letter }) => letter === "[").length, 1);
});
