import assert from "node:assert/strict";
import { test } from "node:test";
import { allowancesFor, forbiddenKind, isLoopback, parseBlock } from "../../src/http/addresses.ts";
import { openPolicy, vetTarget, vetUrl } from "../../src/http/targets.ts";

/** Vets the host of a URL as the house does: after the URL's own spelling rules. */
function vet(
  url: string,
  {
    allow = [],
    answers = [],
    refuse = [],
  }: { allow?: string[]; answers?: string[]; refuse?: { host?: string; port: number }[] } = {},
) {
  const { hostname, port } = new URL(url);
  const lookup = () => (answers.length === 0 ? Promise.reject(new Error("ENOTFOUND")) : Promise.resolve(answers));
  return vetTarget({ hostname, port: Number(port || 80) }, openPolicy({ allow, refuse, lookup }));
}

const loopbackSpellings = [
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0x7f.0x0.0x0.0x1",
  "017700000001",
  "0177.0.0.1",
  "127.255.255.254",
  "127.0.0.1.",
  "127。0。0。1",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[0:0:0:0:0:ffff:7f00:0001]",
];

test("loopback is refused in every spelling of a literal, without any lookup", async () => {
  for (const host of loopbackSpellings) {
    const vetted = await vet(`http://${host}:8080/`);
    assert.equal(vetted.kind === "failed" && vetted.code, "address_refused", host);
  }
});

test("loopback is taken in every spelling where it is allowed", async () => {
  for (const host of loopbackSpellings) {
    assert.equal((await vet(`http://${host}:8080/`, { allow: ["127.0.0.0/8", "::1/128"] })).kind, "vetted", host);
  }
});

test("everything that is not the public internet is refused, embedded IPv4 too", () => {
  const bad = [
    ..."0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255".split(
      " ",
    ),
    ..."192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1".split(
      " ",
    ),
    ..."239.1.1.1 240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254".split(
      " ",
    ),
    ..."::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:10::1 2001:20::1".split(
      " ",
    ),
    ..."2001:db8::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1 4000::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0".split(
      " ",
    ),
    ..."febf::1 fec0::1 feff::1 ff02::1 not-an-address 127.1".split(" "),
  ];
  for (const address of bad) assert.notEqual(forbiddenKind(address, []), null, address);
});

test("public addresses are taken, up to the edges of the forbidden blocks", () => {
  const good = [
    ..."1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255".split(" "),
    ..."172.15.255.255 172.32.0.0 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255".split(
      " ",
    ),
    ..."2606:4700:4700::1111 2a00:1450::1 2001:4860:4860::8888 2001:200::1 ::ffff:1.1.1.1".split(" "),
  ];
  for (const address of good) assert.equal(forbiddenKind(address, []), null, address);
});

test("one bad address among the answers of a name refuses the name, and so does a lookup that fails", async () => {
  const name = "http://name.example/";
  assert.deepEqual(await vet(name, { answers: ["1.1.1.1", "2606:4700::1"] }), {
    kind: "vetted",
    addresses: ["1.1.1.1", "2606:4700::1"],
  });
  for (const bad of ["127.0.0.1", "10.0.0.1", "fe80::1%eth0", "::ffff:10.0.0.1", "rubbish"]) {
    const vetted = await vet(name, { answers: ["1.1.1.1", bad] });
    assert.equal(vetted.kind === "failed" && vetted.code, "address_refused", bad);
    assert.ok(vetted.kind === "failed" && !vetted.message.includes(bad), "the words do not tell what the name hides");
  }
  const unknown = await vet(name);
  assert.equal(unknown.kind === "failed" && unknown.code, "dns");
});

test("a bad address behind the ones that would be tried still refuses the name", async () => {
  const answers = ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "1.1.1.5", "10.0.0.1"];
  assert.equal((await vet("http://name.example/", { answers })).kind, "failed");
  const vetted = await vet("http://name.example/", { answers: answers.slice(0, 5) });
  assert.deepEqual(vetted.kind === "vetted" && vetted.addresses.length, 4);
});

test("the server's own port and the database's are refused in every spelling, whatever is allowed", async () => {
  const allow = ["0.0.0.0/0", "::/0"];
  const refuse = [{ port: 3000 }, { host: "127.0.0.1", port: 5432 }, { host: "10.1.2.3", port: 5433 }];
  const code = async (url: string) => {
    const vetted = await vet(url, { allow, refuse, answers: ["127.0.0.1"] });
    return vetted.kind === "failed" ? vetted.code : vetted.kind;
  };
  for (const host of [...loopbackSpellings, "0.0.0.0", "[::]", "localhost", "name.example"]) {
    assert.equal(await code(`http://${host}:3000/`), "address_refused", host);
    assert.equal(await code(`http://${host}:5432/`), "address_refused", host);
    assert.equal(await code(`http://${host}:3001/`), "vetted", host);
  }
  assert.equal(await code("http://10.1.2.3:5433/"), "address_refused");
  assert.equal(await code("http://10.1.2.4:5433/"), "vetted");
  assert.equal(await code("http://10.1.2.3:3000/"), "vetted");
});

test("a database whose name cannot be resolved keeps its port closed", async () => {
  const vetted = await vet("http://10.1.2.3:5432/", {
    allow: ["10.0.0.0/8"],
    refuse: [{ host: "db.example", port: 5432 }],
  });
  assert.equal(vetted.kind === "failed" && vetted.code, "address_refused");
});

test("only plain http and https URLs without credentials are taken", () => {
  for (const url of ["http://x.com", "https://x.com:8443/a?b#c", "HTTPS://X.com"]) assert.equal(vetUrl(url), null, url);
  for (const url of [
    "",
    "x.com",
    "//x.com",
    "ftp://x.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "http://x:99999",
    " http://x.com",
  ]) {
    assert.match(vetUrl(url) ?? "", /http/, url);
  }
  assert.match(vetUrl("https://user@x.com") ?? "", /user name or a password/);
  assert.match(vetUrl("https://:pass@x.com") ?? "", /user name or a password/);
  assert.match(vetUrl(`https://x.com/${"a".repeat(3000)}`) ?? "", /longer/);
});

test("loopback is allowed only when HOST and the host of the public URL are both loopback", () => {
  const own = ["127.0.0.0/8", "::1/128"];
  const local = "http://127.0.0.1:3000";
  assert.deepEqual(allowancesFor({ host: "127.0.0.1", publicUrl: local }), own);
  assert.deepEqual(allowancesFor({ host: "::1", publicUrl: "http://[::1]:3000" }), own);
  assert.deepEqual(allowancesFor({ host: "localhost", publicUrl: "http://localhost:3000" }), own);
  assert.deepEqual(allowancesFor({ host: "127.0.0.1", publicUrl: "https://sign.example.com" }), []);
  assert.deepEqual(allowancesFor({ host: "0.0.0.0", publicUrl: local }), []);
  assert.deepEqual(
    allowancesFor({ host: "0.0.0.0", publicUrl: local, allowPrivate: "10.0.0.0/8, fd00::/8 192.168.1.5" }),
    ["10.0.0.0/8", "fd00::/8", "192.168.1.5"],
  );
  assert.deepEqual(allowancesFor({ host: "127.0.0.1", publicUrl: local, allowPrivate: "10.0.0.0/8" }), [
    "10.0.0.0/8",
    ...own,
  ]);
  for (const wrong of ["10.0.0.0/33", "10.0.0/8", "localhost", "fd00::/129", "10.0.0.0/8/8", "10.0.0.0/"]) {
    assert.throws(() => allowancesFor({ host: "x", publicUrl: local, allowPrivate: wrong }), /not an address/, wrong);
  }
});

test("an allowance opens its own block and nothing beside it", () => {
  const allow = ["10.1.0.0/16", "fd00:1::/32", "192.168.1.5"].map(parseBlock);
  for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "192.168.1.5"])
    assert.equal(forbiddenKind(address, allow), null, address);
  for (const address of ["10.2.0.0", "fd00:2::5", "192.168.1.6", "127.0.0.1", "64:ff9b::a01:203"])
    assert.notEqual(forbiddenKind(address, allow), null, address);
});

test("names that only sound like loopback are not", () => {
  for (const host of ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
    assert.ok(isLoopback(host), host);
  for (const host of ["localhost.example.com", "notlocalhost", "0.0.0.0", "::", "127.example.com", "example.com"])
    assert.ok(!isLoopback(host), host);
});
