// A PDF whose pages are pictures, written by hand: what is compressed already goes in as it is (ISO 32000-1, 8.9.5).

import type { Size } from "./page-size.ts";

/** The pixels of a picture as PDF takes them. `predictor`: rows begin with a PNG filter byte. */
export type Raster = {
  readonly width: number;
  readonly height: number;
  readonly colours: "DeviceGray" | "DeviceRGB" | "DeviceCMYK" | "Indexed";
  readonly bits: 1 | 2 | 4 | 8 | 16;
  readonly filter: "DCTDecode" | "FlateDecode" | "CCITTFaxDecode";
  /** Parameters of the filter beyond what the other members say, in the words of PDF. */
  readonly parameters?: string;
  readonly predictor?: boolean;
  /** Ink counts from none, as Adobe writes CMYK into JPEG. */
  readonly inverted?: boolean;
  /** The colours that `Indexed` pixels name: three bytes each. */
  readonly palette?: Uint8Array;
  readonly data: Uint8Array;
};

/** A piece of a picture: its pixels, and where its upper left corner lies in the picture, in pixels. */
export type Part = { readonly raster: Raster; readonly left: number; readonly top: number };

/**
 * A page filled by a picture of one or more parts, `width` by `height` pixels; `orientation` is the one of EXIF, 1 to 8, and
 * `size` that of the page, upright, in points.
 */
export type PicturePage = {
  readonly parts: readonly Part[];
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly size: Size;
};

/** A picture that is all in one piece. */
export function whole(raster: Raster): Pick<PicturePage, "parts" | "width" | "height"> {
  return { parts: [{ raster, left: 0, top: 0 }], width: raster.width, height: raster.height };
}

const components = { DeviceGray: 1, DeviceRGB: 3, DeviceCMYK: 4, Indexed: 1 } as const;

/** The pages as a PDF. */
export function picturePdf(pages: readonly PicturePage[]): Uint8Array {
  const objects: Buffer[] = [Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"), Buffer.alloc(0)];
  const kids: string[] = [];
  for (const page of pages) {
    const images = page.parts.map(({ raster }) => objects.push(stream(imageEntries(raster), raster.data)));
    const content = objects.push(stream("", Buffer.from(contentOf(page))));
    const names = images.map((number, index) => `/Im${index} ${number} 0 R`).join(" ");
    const box = `[0 0 ${points(page.size.width)} ${points(page.size.height)}]`;
    const uses = `/Resources << /XObject << ${names} >> >> /Contents ${content} 0 R`;
    kids.push(`${objects.push(Buffer.from(`<< /Type /Page /Parent 2 0 R /MediaBox ${box} ${uses} >>`))} 0 R`);
  }
  objects[1] = Buffer.from(`<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${pages.length} >>`);
  return fileOf(objects);
}

/** Each part in its place in the unit square of the picture, which is laid onto the page. */
function contentOf({ parts, width, height, orientation, size }: PicturePage): string {
  const painted = parts.map(({ raster, left, top }, index) => {
    const [across, down] = [raster.width / width, raster.height / height];
    return `q ${fraction(across)} 0 0 ${fraction(down)} ${fraction(left / width)} ${fraction(1 - top / height - down)} cm /Im${index} Do Q`;
  });
  return `q ${placing(orientation, size)} cm ${painted.join(" ")} Q`;
}

function fraction(value: number): string {
  return value.toFixed(8).replace(/\.?0+$/u, "");
}

function imageEntries(raster: Raster): string {
  const { width, height, colours, bits, filter, parameters, predictor, inverted } = raster;
  const count = components[colours];
  const filtering = `/Predictor 15 /Colors ${count} /BitsPerComponent ${bits} /Columns ${width}`;
  return [
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height}`,
    `/ColorSpace ${spaceOf(raster)} /BitsPerComponent ${bits} /Filter /${filter}`,
    ...(parameters === undefined ? [] : [`/DecodeParms << ${parameters} >>`]),
    ...(predictor === true ? [`/DecodeParms << ${filtering} >>`] : []),
    ...(inverted === true ? [`/Decode [${"1 0 ".repeat(count).trim()}]`] : []),
  ].join(" ");
}

function spaceOf({ colours, palette = new Uint8Array() }: Raster): string {
  if (colours !== "Indexed") return `/${colours}`;
  return `[/Indexed /DeviceRGB ${palette.length / 3 - 1} <${Buffer.from(palette).toString("hex")}>]`;
}

/** The matrix that puts the unit square of a picture upright onto its page: turned and mirrored as EXIF says. */
function placing(orientation: number, { width, height }: Size): string {
  const [w, h] = [points(width), points(height)];
  const matrices: Readonly<Record<number, string>> = {
    2: `-${w} 0 0 ${h} ${w} 0`,
    3: `-${w} 0 0 -${h} ${w} ${h}`,
    4: `${w} 0 0 -${h} 0 ${h}`,
    5: `0 -${h} -${w} 0 ${w} ${h}`,
    6: `0 -${h} ${w} 0 0 ${h}`,
    7: `0 ${h} ${w} 0 0 0`,
    8: `0 ${h} -${w} 0 ${w} 0`,
  };
  return matrices[orientation] ?? `${w} 0 0 ${h} 0 0`;
}

function points(length: number): string {
  return String(Math.round(length * 1000) / 1000);
}

function stream(entries: string, data: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`<< ${entries} /Length ${data.length} >>\nstream\n`),
    data,
    Buffer.from("\nendstream"),
  ]);
}

function fileOf(objects: readonly Buffer[]): Uint8Array {
  const pieces: Buffer[] = [Buffer.from("%PDF-1.7\n%\u00e2\u00e3\n", "latin1")];
  let length = pieces[0]?.length ?? 0;
  const places = objects.map((body, index) => {
    const object = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from("\nendobj\n")]);
    const place = `${String(length).padStart(10, "0")} 00000 n \n`;
    pieces.push(object);
    length += object.length;
    return place;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join("")}`;
  pieces.push(Buffer.from(`${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`));
  return Buffer.concat(pieces);
}
