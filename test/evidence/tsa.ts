import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  context,
  integer,
  nothing,
  octets,
  oid,
  readAll,
  sequence,
  setOf,
  small,
  tagged,
} from "../../src/evidence/der.ts";
import { readCertificate } from "../../src/evidence/x509-read.ts";

/** What the authority does with a question. `good` is OpenSSL's own answer; the others are wrong in one way each. */
export type Mode =
  | "good"
  | "hangs"
  | "fails"
  | "garbage"
  | "refuses"
  | "other nonce"
  | "other imprint"
  | "hour off"
  | "no purpose"
  | "forged"
  | "flood";

/** A time-stamp authority on this machine, with a certification authority of its own that publishes its revocation list. */
export type Tsa = {
  readonly url: string;
  /** The root's certificate as a file, and the authority's. */
  readonly caFile: string;
  readonly certificateFile: string;
  readonly asked: () => number;
  readonly set: (mode: Mode) => void;
  /** Whether the revocation list is to be had. */
  readonly publish: (isThere: boolean) => void;
  readonly close: () => Promise<void>;
};

/** Starts one. Needs `openssl`. */
export async function startTsa(): Promise<Tsa> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-tsa-"));
  const state = { mode: "good" as Mode, asked: 0, isPublished: true };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  makeAuthority(folder, url);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/ca.crl" || request.url === "/ca.der") {
      if (request.url === "/ca.crl" && !state.isPublished) response.writeHead(404).end();
      else response.end(readFileSync(join(folder, request.url.slice(1))));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    state.asked += 1;
    if (state.mode === "hangs") return;
    if (state.mode === "fails") return void response.writeHead(500).end("no");
    response.writeHead(200, { "content-type": "application/timestamp-reply" });
    response.end(reply(folder, { question: Buffer.concat(chunks), mode: state.mode }));
  }

  return {
    url,
    caFile: join(folder, "ca.pem"),
    certificateFile: join(folder, "tsa.pem"),
    asked: () => state.asked,
    set: (mode) => {
      state.mode = mode;
    },
    publish: (isThere) => {
      state.isPublished = isThere;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeAuthority(folder: string, url: string): void {
  const run = (...words: readonly string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const config = `
[ca]
default_ca = it
[it]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
[tsa]
default_tsa = one
[one]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
clock_precision_digits = 3
ess_cert_id_alg = sha256
`;
  const purpose = `keyUsage = critical,digitalSignature
crlDistributionPoints = URI:${url}/ca.crl
authorityInfoAccess = caIssuers;URI:${url}/ca.der
`;
  writeFileSync(join(folder, "openssl.cnf"), config);
  writeFileSync(join(folder, "index.txt"), "");
  writeFileSync(join(folder, "crlnumber"), "01\n");
  writeFileSync(join(folder, "serial"), "01\n");
  writeFileSync(join(folder, "tsa.ext"), `${purpose}extendedKeyUsage = critical,timeStamping\n`);
  writeFileSync(join(folder, "none.ext"), purpose);
  mkdirSync(join(folder, "certs"));
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  run(
    "req",
    "-x509",
    ...curve,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "30",
    "-subj",
    "/CN=Test root",
    "-addext",
    "keyUsage=critical,keyCertSign,cRLSign",
  );
  for (const [name, extensions] of [
    ["tsa", "tsa.ext"],
    ["none", "none.ext"],
  ] as const) {
    run(
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=Test ${name}`,
    );
    run(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "30",
      "-extfile",
      extensions,
      "-out",
      `${name}.pem`,
    );
  }
  run("x509", "-in", "ca.pem", "-outform", "DER", "-out", "ca.der");
  run("ca", "-config", "openssl.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "ca.crl.pem");
  run("crl", "-in", "ca.crl.pem", "-outform", "DER", "-out", "ca.crl");
}

type Asked = { readonly question: Buffer; readonly mode: Mode };

function reply(folder: string, { question, mode }: Asked): Uint8Array {
  switch (mode) {
    case "garbage":
      return randomBytes(500);
    case "flood":
      return randomBytes(1_000_000);
    case "refuses":
      return sequence(sequence(small(2), sequence(tagged(0x0c, Buffer.from("Come back later")))));
    case "good": {
      writeFileSync(join(folder, "question"), question);
      const words = ["ts", "-reply", "-queryfile", "question", "-config", "openssl.cnf", "-section", "one"];
      return execFileSync("openssl", words, { cwd: folder, stdio: "pipe", maxBuffer: 1_000_000 });
    }
    default:
      return lie(folder, { question, mode });
  }
}

/** An answer of our own making that is right but for one thing. */
function lie(folder: string, { question, mode }: Asked): Uint8Array {
  const [request] = readAll(question);
  const [, imprint, nonce] = readAll(request?.content ?? new Uint8Array());
  const time = new Date(Date.now() + (mode === "hour off" ? 3_600_000 : 0))
    .toISOString()
    .slice(0, 19)
    .replace(/\D/g, "");
  const sha256 = sequence(oid("2.16.840.1.101.3.4.2.1"), nothing);
  const info = sequence(
    small(1),
    oid("1.2.3.4.1"),
    mode === "other imprint" ? sequence(sha256, octets(randomBytes(32))) : (imprint?.whole ?? new Uint8Array()),
    small(7),
    tagged(0x18, Buffer.from(`${time}Z`)),
    mode === "other nonce" ? integer(randomBytes(8)) : (nonce?.whole ?? new Uint8Array()),
  );
  const name = mode === "no purpose" ? "none" : "tsa";
  const certificate = new X509Certificate(readFileSync(join(folder, `${name}.pem`))).raw;
  const key =
    mode === "forged"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
      : createPrivateKey(readFileSync(join(folder, `${name}.key`)));
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
  const type = "1.2.840.113549.1.9.16.1.4";
  const attributes = setOf(
    sequence(oid("1.2.840.113549.1.9.3"), setOf(oid(type))),
    sequence(oid("1.2.840.113549.1.9.4"), setOf(octets(hash(info)))),
    sequence(oid("1.2.840.113549.1.9.16.2.47"), setOf(sequence(sequence(sequence(octets(hash(certificate))))))),
  );
  const signer = sequence(
    small(1),
    readCertificate(certificate).issuerAndSerial,
    sha256,
    context(0, ...readAll(attributes).map(({ content }) => content)),
    sequence(oid("1.2.840.113549.1.1.11"), nothing),
    octets(sign("sha256", attributes, key)),
  );
  const data = sequence(
    small(3),
    setOf(sha256),
    sequence(oid(type), context(0, octets(info))),
    context(0, certificate),
    setOf(signer),
  );
  return sequence(sequence(small(0)), sequence(oid("1.2.840.113549.1.7.2"), context(0, data)));
}
