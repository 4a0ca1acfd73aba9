/** No request reaches a network that is not public, however its address is written and however it is come by. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/errors.ts";
import { createFetcher } from "../../src/fetch/create-fetcher.ts";
import type { Resolve } from "../../src/fetch/vet-host.ts";
import { startWebServer, type WebServer } from "../fakes/web-server.ts";

const PRIVATE_IPV4 = [
  "127.0.0.1",
  "127.255.255.254",
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "100.100.100.200",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "168.63.129.16",
  "224.0.0.1",
  "255.255.255.255",
];

const bytesOf = (address: string): number[] => address.split(".").map(Number);
const numberOf = (address: string): number => bytesOf(address).reduce((sum, byte) => sum * 256 + byte, 0);
const hexOf = (number: number, width: number): string => number.toString(16).padStart(width, "0");

/** The ways in which an IPv4 address can be written, in an address of the web. */
function notationsOf(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = bytesOf(address);
  const high = hexOf(a * 256 + b, 4);
  const low = hexOf(c * 256 + d, 4);
  const fullWidth = address.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  return [
    address,
    `${address}.`,
    String(numberOf(address)),
    `0x${hexOf(numberOf(address), 8)}`,
    `0X${hexOf(numberOf(address), 8).toUpperCase()}`,
    `0${numberOf(address).toString(8)}`,
    bytesOf(address)
      .map((byte) => `0x${byte.toString(16)}`)
      .join("."),
    bytesOf(address)
      .map((byte) => `0${byte.toString(8)}`)
      .join("."),
    `${a}.${b * 65536 + c * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `0x${a.toString(16)}.${b}.0${(c * 256 + d).toString(8)}`,
    fullWidth,
    address.replaceAll(".", "。"),
    address.replaceAll(".", "．"),
    address.replaceAll(".", "%2e"),
    `%${hexOf(address.charCodeAt(0), 2)}${address.slice(1)}`,
    `[::ffff:${address}]`,
    `[::ffff:${high}:${low}]`,
    `[0:0:0:0:0:FFFF:${high}:${low}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${high}:${low}]`,
    `[64:ff9b:1::${address}]`,
    `[2002:${high}:${low}::1]`,
    `[2001:0:${high}:${low}::1]`,
    `[2a00:1450::5efe:${high}:${low}]`,
    `[2a00:1450::200:5efe:${high}:${low}]`,
  ];
}

const PRIVATE_IPV6 = [
  "[::1]",
  "[::]",
  "[0:0:0:0:0:0:0:1]",
  "[fe80::1]",
  "[fec0::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[ff02::1]",
  "[100::1]",
  "[2001:db8::1]",
  "[3fff::1]",
  "[4000::1]",
];

const LITERALS = [...PRIVATE_IPV4.flatMap(notationsOf), ...PRIVATE_IPV6];

const isRefused = (error: unknown): boolean =>
  error instanceof AppError && (error.code === "fetch-refused" || /no host/.test(error.message));

const options = { userAgent: "test", gapMs: 0, timeoutMs: 2000 };
/** No name leads anywhere. */
const nowhere: Resolve = async () => [];

/** On every address of this machine: whatever is connected to is counted. */
const listenEverywhere = (): Promise<WebServer> => startWebServer((_, response) => response.end("secret"), "::");

test(`an address that is not public is not connected to, in ${LITERALS.length} notations`, async () => {
  assert.ok(LITERALS.length > 400);
  await using server = await listenEverywhere();
  const fetcher = createFetcher({ ...options, resolve: nowhere });
  for (const literal of LITERALS) {
    await assert.rejects(fetcher.get(`http://${literal}:${server.port}/`), isRefused, literal);
  }
  assert.equal(server.connections, 0);
  await fetcher.close();
});

test("a redirect to an address that is not public is not followed, in any notation", async () => {
  await using target = await listenEverywhere();
  let next = "";
  await using site = await startWebServer((_, response) => {
    // Sites send what is not ASCII as its bytes.
    response.writeHead(302, { location: Buffer.from(next).toString("latin1") }).end();
  });
  const fetcher = createFetcher({
    ...options,
    allow: ["site.test"],
    resolve: async (host) => (host === "site.test" ? ["127.0.0.1"] : []),
  });
  for (const literal of LITERALS) {
    next = `http://${literal}:${target.port}/`;
    await assert.rejects(fetcher.get(`http://site.test:${site.port}/`), isRefused, literal);
  }
  assert.equal(target.connections, 0);
  assert.equal(site.asked.length, LITERALS.length, "each time the site was asked");
  await fetcher.close();
});

test("a name that leads to an address that is not public is not connected to", async () => {
  await using server = await listenEverywhere();
  const plain = [...PRIVATE_IPV4, ...PRIVATE_IPV6.map((literal) => literal.slice(1, -1)), "::ffff:127.0.0.1"];
  for (const address of plain) {
    const fetcher = createFetcher({ ...options, resolve: async () => [address] });
    const of = address.includes(":") ? /news\.test/ : new RegExp(`news\\.test leads to ${address}`);
    await assert.rejects(fetcher.get(`http://news.test:${server.port}/`), { code: "fetch-refused", message: of });
    await fetcher.close();
  }
  assert.equal(server.connections, 0);
});

test("names of this machine are not connected to", async () => {
  await using server = await listenEverywhere();
  const fetcher = createFetcher(options);
  for (const name of ["localhost", "LOCALHOST", "localhost.", "ⓛocalhost"]) {
    await assert.rejects(fetcher.get(`http://${name}:${server.port}/`), isRefused, name);
  }
  assert.equal(server.connections, 0);
  await fetcher.close();
});

test("a name is resolved once for each connection: what it leads to later is not connected to unseen", async () => {
  await using allowedSite = await startWebServer((_, response) => response.end("public"), "127.0.0.2");
  const answers = ["127.0.0.2", "127.0.0.1"];
  let resolved = 0;
  const resolve: Resolve = async () => [answers[Math.min(resolved++, 1)] ?? ""];
  const fetcher = createFetcher({ ...options, allow: ["127.0.0.2"], resolve });
  const { body } = await fetcher.get(`http://rebinding.test:${allowedSite.port}/`);
  assert.equal(body.toString(), "public");
  assert.equal(resolved, 1, "between the check and the connection nothing is resolved again");
  await using other = await listenEverywhere();
  await assert.rejects(fetcher.get(`http://rebinding.test:${other.port}/`), { code: "fetch-refused" });
  assert.equal(other.connections, 0);
  await fetcher.close();
});

test("of several addresses of a name those that are public are connected to", async () => {
  await using site = await startWebServer((_, response) => response.end("here"), "127.0.0.2");
  const fetcher = createFetcher({
    ...options,
    allow: ["127.0.0.2/32"],
    resolve: async () => ["127.0.0.1", "10.0.0.1", "127.0.0.2"],
  });
  assert.equal((await fetcher.get(`http://many.test:${site.port}/`)).body.toString(), "here");
  await fetcher.close();
});

test("hosts that are allowed by name or by range are reached, and no others beside them", async () => {
  await using site = await startWebServer((_, response) => response.end("here"));
  const resolve: Resolve = async () => ["127.0.0.1"];
  const reaches = async (allow: string, host: string): Promise<boolean> => {
    const fetcher = createFetcher({ ...options, allow: [allow], resolve });
    try {
      await fetcher.get(`http://${host}:${site.port}/`);
      return true;
    } catch (error) {
      assert.ok(isRefused(error), String(error));
      return false;
    } finally {
      await fetcher.close();
    }
  };
  assert.equal(await reaches("rsshub.lan", "rsshub.lan"), true);
  assert.equal(await reaches("RSSHub.lan", "rsshub.lan."), true);
  assert.equal(await reaches("*.lan", "rsshub.lan"), true);
  assert.equal(await reaches("127.0.0.0/8", "rsshub.lan"), true);
  assert.equal(await reaches("127.0.0.1", "2130706433"), true);
  assert.equal(await reaches("rsshub.lan", "evil.rsshub.lan"), false);
  assert.equal(await reaches("rsshub.lan", "evilrsshub.lan"), false);
  assert.equal(await reaches("*.lan", "lan"), false);
  assert.equal(await reaches("*.lan", "evillan"), false);
  assert.equal(await reaches("10.0.0.0/8", "rsshub.lan"), false);
  assert.equal(await reaches("rsshub.lan", "127.0.0.1"), false);
});

test("what is no address of the web is refused in words", async () => {
  const fetcher = createFetcher(options);
  for (const url of [
    "file:///etc/passwd",
    "ftp://a.test/",
    "gopher://a.test/",
    "data:,x",
    "javascript:1",
    "//a.test",
    "",
  ]) {
    await assert.rejects(fetcher.get(url), { code: "fetch-refused" }, url);
  }
  await assert.rejects(fetcher.get("http://user:secret@a.test/"), (error: Error) => !error.message.includes("secret"));
  await fetcher.close();
});
