import { readFileSync } from "node:fs";
import fontkit from "@pdf-lib/fontkit";
import { pdflibAddPlaceholder } from "@signpdf/placeholder-pdf-lib";
import { SignPdf } from "@signpdf/signpdf";
import { Signer, SUBFILTER_ETSI_CADES_DETACHED } from "@signpdf/utils";
import forge from "node-forge";
import { PDFDocument } from "pdf-lib";
import { fontOf, type Keys, linesOf, penPlace, places, type Words } from "./words.ts";

/** What @signpdf/signer-p12 does, but for opening the P12 anew for each document: the key and the certificate are read once. */
class CachedSigner extends Signer {
  readonly #certificate: forge.pki.Certificate;
  readonly #key: forge.pki.rsa.PrivateKey;

  constructor(certificatePem: string, keyPem: string) {
    super();
    this.#certificate = forge.pki.certificateFromPem(certificatePem);
    this.#key = forge.pki.privateKeyFromPem(keyPem);
  }

  override async sign(pdf: Buffer): Promise<Buffer> {
    const message = forge.pkcs7.createSignedData();
    message.content = forge.util.createBuffer(pdf.toString("binary"));
    message.addCertificate(this.#certificate);
    const { contentType, messageDigest, signingTime, sha256, data } = forge.pki.oids as Readonly<
      Record<string, string>
    >;
    message.addSigner({
      key: this.#key,
      certificate: this.#certificate,
      digestAlgorithm: sha256 ?? "",
      authenticatedAttributes: [
        { type: contentType ?? "", value: data ?? "" },
        { type: messageDigest ?? "" },
        { type: signingTime ?? "", value: new Date() as unknown as string },
      ],
    });
    message.sign({ detached: true });
    return Buffer.from(forge.asn1.toDer(message.toAsn1()).getBytes(), "binary");
  }
}

/** pdf-lib draws and saves, @signpdf signs. */
export async function openSignpdf({ certificatePath, keyPath }: Keys) {
  const signer = new CachedSigner(readFileSync(certificatePath, "utf8"), readFileSync(keyPath, "utf8"));
  const [plain, script] = [fontOf("plain"), fontOf("script")];
  return async (document: Uint8Array, words: Words) => {
    const pdf = await PDFDocument.load(document);
    pdf.registerFontkit(fontkit);
    const text = await pdf.embedFont(plain, { subset: true });
    const pen = await pdf.embedFont(script, { subset: true });
    const page = pdf.getPage(0);
    for (const [index, value] of words.values.entries())
      page.drawText(value, { ...places[index], font: text, size: 12 });
    page.drawText(words.name, { ...penPlace, font: pen, size: 28 });
    const audit = pdf.addPage([612, 792]);
    for (const [index, line] of linesOf(words).entries())
      audit.drawText(line, { x: 60, y: 720 - index * 20, font: text, size: 8.5 });
    pdflibAddPlaceholder({
      pdfDoc: pdf,
      pdfPage: audit,
      reason: "Completed",
      contactInfo: "",
      name: "Countersign",
      location: "",
      signatureLength: 8192,
      subFilter: SUBFILTER_ETSI_CADES_DETACHED,
    });
    const saved = await pdf.save({ useObjectStreams: false });
    return new SignPdf().sign(Buffer.from(saved), signer);
  };
}
