import assert from "node:assert/strict";
import { test } from "node:test";
import type { DrawnValue } from "../../src/documents/document.ts";
import { drawCopy, drawSignaturePage } from "../../src/documents/draw/draw.ts";
import { fontPath } from "../../src/documents/draw/fonts.ts";
import { loadPdfium, openDocument, usePage } from "../../src/documents/pdfium.ts";
import { needing, paper, pictureOf, runOn } from "../evidence/tools.ts";

const pdfium = await loadPdfium();

/** Texts in the writing systems of the house; the last word of each is a letter of the everyday ones, for mixed lines. */
const texts = [
  ["Latin", "Zoë Ångström, Nguyễn Thị Phương"],
  ["Greek and Cyrillic", "Ελένη Παπαδοπούλου, Дмитрий Шостакович"],
  ["Hebrew", "שרה כהן"],
  ["Arabic", "محمد عبد الله"],
  ["mixed directions", "Lease שלום 12 Main St"],
  ["Devanagari", "श्री कृष्ण शर्मा क्षत्रिय"],
  ["Thai", "นายสมชาย น้ำกำลังไหล"],
  ["Bengali", "রবীন্দ্রনাথ ঠাকুর"],
  ["Tamil", "சுப்பிரமணிய பாரதி"],
  ["Telugu", "శ్రీ వెంకటేశ్వర"],
  ["Armenian and Georgian", "Արամ Խաչատրյան, შოთა რუსთაველი"],
  ["Japanese", "山田太郎 テスト"],
  ["Chinese", "李小龙 简体中文"],
  ["Korean", "홍길동 한글"],
  ["emoji", "ok 👍 👩‍👩‍👧 ❤️"],
] as const;

const box = { page: 1, x: 60, y: 100, width: 240, height: 24 };

/** PDFium leaves out what stands beyond U+FFFF in replacement text; the joiners between stay. */
const beyondPdfium = /[\u{10000}-\u{10ffff}]/gu;

const drawn = async (values: readonly DrawnValue[]) => drawCopy({ document: await paper(), values, watermark: null });
const textValue = (text: string, at = box): DrawnValue => ({
  kind: "text",
  box: at,
  text,
  fontFamily: "arial",
  fontSize: 12,
});

for (const [name, text] of texts) {
  test(`${name}: a value is found as it was typed, and its ink stays in its box`, needing("pdftoppm"), async () => {
    const copy = await drawn([textValue(text)]);
    assert.equal(wordsOf(textOf(copy)), wordsOf(text.replace(beyondPdfium, "")));
    assert.ok(inkOutside(copy, await paper()) === 0, "no ink outside the box");
    assert.ok(inkInside(copy) > 40, "ink in the box");
  });

  test(`${name}: a typed signature is found as it was typed`, async () => {
    const copy = await drawn([{ kind: "signature", box: { ...box, height: 40 }, text }]);
    assert.equal(wordsOf(textOf(copy)), wordsOf(text.replace(beyondPdfium, "")));
  });

  // Poppler joins words where the direction changes.
  if (text.startsWith("Lease")) continue;
  test(`${name}: pdftotext finds a value as it was typed`, needing("pdftotext"), async () => {
    const found = runOn(await drawn([textValue(text)]), "pdftotext", "{}", "-");
    assert.equal(wordsOf(found), wordsOf(text));
  });
}

test(
  "writing from right to left stands at the right edge of its box, the other at the left",
  needing("pdftoppm"),
  async () => {
    const [hebrew, latin] = [await drawn([textValue("שרה")]), await drawn([textValue("Sara")])];
    assert.ok(inkInside(hebrew, { ...box, x: 260, width: 40 }) > 20 && inkInside(hebrew, { ...box, width: 150 }) === 0);
    assert.ok(inkInside(latin, { ...box, width: 40 }) > 20 && inkInside(latin, { ...box, x: 150, width: 150 }) === 0);
  },
);

test("no system font is ever used, and only the needed letters of ours come along", needing("pdffonts"), async () => {
  const values = texts.map(([, text], index) => textValue(text, { ...box, y: 60 + index * 30 }));
  const copy = await drawn(values);
  const fonts = runOn(copy, "pdffonts", "{}").trim().split("\n").slice(2);
  const known = /^[A-Z]{6}\+(Arimo|NotoSans|NotoNaskhArabic|NotoEmoji)|^\[none\]/;
  assert.deepEqual(
    fonts.filter((line) => !known.test(line)),
    [],
  );
  const grown = copy.length - (await paper()).length;
  assert.ok(grown < 250_000, `the document has grown by ${grown} bytes`);
});

test("a Chinese name adds kilobytes, not its whole font", async () => {
  const grown = (await drawn([textValue("李小龙")])).length - (await paper()).length;
  assert.ok(grown < 30_000, `${grown} bytes`);
});

test("the signature page prints names of any writing", needing("pdftotext"), async () => {
  const signers = texts.map(([, name]) => ({ name }));
  const { page } = await drawSignaturePage({ signers, title: "契約 عقد", requestId: "f".repeat(40) });
  const words = runOn(page, "pdftotext", "{}", "-");
  assert.match(words, /Zoë Ångström/);
  assert.match(words, /Дмитрий/);
});

for (const [family, font] of [
  ["helvetica", "Arimo"],
  ["times", "Tinos"],
  ["courier", "Cousine"],
  ["calibri", "Carlito"],
  ["cambria", "Caladea"],
  ["georgia", "Gelasio"],
  ["roboto", "Roboto-Regular"],
  ["robotoMono", "RobotoMono"],
  ["notoSans", "NotoSans-Regular"],
  ["verdana", "NotoSans-Regular"],
] as const)
  test(`the font family ${family} is set in ${font}`, needing("pdffonts"), async () => {
    const copy = await drawn([{ kind: "text", box, text: "Words 42", fontFamily: family, fontSize: 12 }]);
    assert.match(runOn(copy, "pdffonts", "{}"), new RegExp(`\\+${font}`));
  });

test("the fonts of heavy scripts are here: this machine installs optional packages", () => {
  for (const name of ["chinese", "japanese", "korean"] as const) assert.notEqual(fontPath(name), null, name);
});

/**
 * The words, without what marks directions, sorted: readers differ on
 * which of two directions on a line comes first, and on whether a joined Arabic letter is told as such.
 */
function wordsOf(text: string): string {
  const words = text
    .normalize("NFKC")
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\f]/gu, "")
    .split(/\s+/u);
  return words
    .filter((word) => word !== "")
    .toSorted()
    .join(" ");
}

/** The text of the first page as PDFium, the reader of the house and of Chrome, finds it. */
function textOf(pdf: Uint8Array): string {
  const document = openDocument(pdfium, pdf);
  assert.ok(!("refusal" in document));
  const { calls } = pdfium;
  const use = (page: number) => {
    const handle = calls.FPDFText_LoadPage(page);
    const length = calls.FPDFText_CountChars(handle);
    const codes = Array.from({ length }, (_, index) => calls.FPDFText_GetUnicode(handle, index));
    calls.FPDFText_ClosePage(handle);
    return codes.map((code) => (code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code))).join("");
  };
  const text = usePage(pdfium, { document, index: 0, use });
  document.close();
  return text ?? "";
}

/** Dark pixels in a box, at two pixels a point. */
function inkInside(pdf: Uint8Array, at = box): number {
  const { width, grey } = pictureOf(pdf);
  let count = 0;
  for (let y = Math.floor(at.y * 2); y < (at.y + at.height) * 2; y += 1)
    for (let x = Math.floor(at.x * 2); x < (at.x + at.width) * 2; x += 1)
      if ((grey[y * width + x] ?? 255) < 128) count += 1;
  return count;
}

/** Pixels outside of the box that differ from those of the paper. */
function inkOutside(pdf: Uint8Array, bare: Uint8Array): number {
  const [now, was] = [pictureOf(pdf), pictureOf(bare)];
  let count = 0;
  for (let at = 0; at < now.grey.length; at += 1) {
    const [x, y] = [(at % now.width) / 2, Math.floor(at / now.width) / 2];
    const isInside = x >= box.x - 1 && x <= box.x + box.width + 1 && y >= box.y - 1 && y <= box.y + box.height + 1;
    if (!isInside && now.grey[at] !== was.grey[at]) count += 1;
  }
  return count;
}
