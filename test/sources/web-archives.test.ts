/** Captured pages in a folder, WARC and WACZ, are read for their articles: however they are packed, each once, and as far as they go. */
import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { MACHINE_CLOCK } from "../../src/fetch/clock.ts";
import { FOLDER_SOURCE } from "../../src/sources/kinds/folder-source.ts";
import type { CheckContext, FoundItem, PageAbout, SourceState } from "../../src/sources/source.ts";
import { readCapturedPages } from "../../src/sources/web-archives/captured-pages.ts";
import { readWarc } from "../../src/sources/web-archives/read-warc.ts";
import { createTestFolder } from "../fakes/cli.ts";

const DATE = "2024-05-06T10:30:00Z";

function record(type: string, block: Buffer, more: Readonly<Record<string, string>> = {}): Buffer {
  const headers = { "WARC-Type": type, "WARC-Date": DATE, "Content-Length": String(block.length), ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`WARC/1.1\r\n${lines.join("")}\r\n`), block, Buffer.from("\r\n\r\n")]);
}

const toHtml = (title: string): string => `<html><title>${title}</title><p>${title}的正文</p></html>`;

/** An answer of a server with a page. */
function response(url: string, title: string, change: { head?: string; body?: Buffer } = {}): Buffer {
  const { head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8", body = Buffer.from(toHtml(title)) } =
    change;
  const block = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
  return record("response", block, { "WARC-Target-URI": url, "Content-Type": "application/http; msgtype=response" });
}

const chunked = (body: Buffer): Buffer =>
  Buffer.concat([
    ...[body.subarray(0, 7), body.subarray(7)].map((part) =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)};x=1\r\n`), part, Buffer.from("\r\n")]),
    ),
    Buffer.from("0\r\n\r\n"),
  ]);

const at = (path: string): string => `https://news.example${path}`;

const RECORDS: readonly Buffer[] = [
  record("warcinfo", Buffer.from("software: test\r\n"), { "Content-Type": "application/warc-fields" }),
  record("request", Buffer.from("GET / HTTP/1.1\r\n\r\n"), { "WARC-Target-URI": at("/1.html") }),
  response(at("/1.html"), "第一篇"),
  response(at("/2.html"), "第二篇", {
    head: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked",
    body: chunked(gzipSync(toHtml("第二篇"))),
  }),
  response(at("/gone.html"), "不在", { head: "HTTP/1.1 404 Not Found\r\nContent-Type: text/html" }),
  response(at("/a.png"), "图", { head: "HTTP/1.1 200 OK\r\nContent-Type: image/png" }),
  response(at("/"), "首页"),
  record("revisit", Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), { "WARC-Target-URI": at("/1.html") }),
  record("resource", Buffer.from(toHtml("第三篇")), {
    "WARC-Target-URI": `<${at("/3.html")}>`,
    "Content-Type": "text/html",
  }),
  response(at("/broken.html"), "坏", {
    head: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip",
    body: gzipSync("x".repeat(99)).subarray(0, 20),
  }),
  // Chunked by its header, and unpacked by whoever captured it.
  response(at("/4.html"), "第四篇", { head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked" }),
];
const TITLES = ["第一篇", "第二篇", "第三篇", "第四篇"];

interface ZipFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly deflate?: boolean;
}

function zip(files: readonly ZipFile[]): Buffer {
  const [locals, list]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, bytes, deflate = false } of files) {
    const packed = deflate ? deflateRawSync(bytes) : bytes;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflate ? 8 : 0, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(offset, 10);
    list.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, where, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(list).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...list, Buffer.from("PK\x05\x06"), end]);
}

function setUp(name: string, bytes: Buffer) {
  const folder = createTestFolder();
  const put = (content: Buffer): void => {
    writeFileSync(join(folder, name), content);
    utimesSync(join(folder, name), 1000, 1000);
  };
  put(bytes);
  const [found, asked]: [FoundItem[], PageAbout[]] = [[], []];
  const context: CheckContext = {
    fetcher: { get: () => Promise.reject(new Error("nothing is fetched")) },
    assertAllowed: async () => {},
    clock: MACHINE_CLOCK,
    readPage: async (page, about) => {
      asked.push(about);
      const title = /<title>(.*)<\/title>/.exec(page.toString())?.[1];
      return {
        title,
        paragraphs: [`${title}`],
        source: undefined,
        publishedAtMs: 0,
        canonicalUrl: undefined,
        nextPage: undefined,
      };
    },
    take: async (items) => {
      found.push(...items);
      return { added: items.length, changed: 0, known: 0, unusable: 0 };
    },
  };
  const look = (state: SourceState) => FOLDER_SOURCE.check({ address: folder, state, afterwards: "keep" }, context);
  return { look, found, asked, titles: () => found.map(({ record }) => record.title) };
}

for (const [name, bytes] of [
  ["crawl.warc", Buffer.concat(RECORDS)],
  ["crawl.warc.gz", Buffer.concat(RECORDS.map((one) => gzipSync(one)))],
  [
    "crawl.wacz",
    zip([
      { name: "datapackage.json", bytes: Buffer.from("{}") },
      { name: "archive/a.warc.gz", bytes: Buffer.concat(RECORDS.slice(0, 4).map((one) => gzipSync(one))) },
      { name: "archive/b.warc", bytes: Buffer.concat(RECORDS.slice(4)), deflate: true },
    ]),
  ],
] as const) {
  test(`the articles of ${name} are found, with the moment at which each was captured, and no file is read twice`, async () => {
    const { look, found, asked, titles } = setUp(name, bytes);
    const first = await look({});
    assert.deepEqual([titles(), first.notice, first.goesOn], [TITLES, undefined, false]);
    assert.deepEqual(
      found.map(({ url }) => url),
      ["/1.html", "/2.html", "/3.html", "/4.html"].map(at),
    );
    assert.ok(asked.every(({ fetchedAtMs }) => fetchedAtMs === Date.parse(DATE)));
    await look(first.state);
    assert.equal(found.length, TITLES.length);
  });
}

test("a file that breaks off or is none gives what stands before, and says so", async () => {
  const whole = Buffer.concat(RECORDS);
  const packed = Buffer.concat(RECORDS.map((one) => gzipSync(one)));
  for (const [name, bytes, count] of [
    ["cut.warc", whole.subarray(0, whole.length - 60), 3],
    ["cut.warc.gz", packed.subarray(0, packed.length - 30), 3],
    ["none.warc", Buffer.from("<html>no</html>\n"), 0],
    ["none.warc.gz", Buffer.from("no gzip"), 0],
    ["none.wacz", Buffer.from("PK\x03\x04 no zip"), 0],
  ] as const) {
    const { look, titles } = setUp(name, bytes);
    const { notice, state } = await look({});
    assert.match(notice ?? "", new RegExp(`${name} was not read to its end`), name);
    assert.deepEqual(titles(), TITLES.slice(0, count), name);
    await look(state);
    assert.equal(titles().length, count, "it is not read again");
  }
});

test("a long file is read a part at a time, and goes on where it was", async () => {
  const many = Array.from({ length: 450 }, (_, index) => response(at(`/${index}.html`), `第${index}篇`));
  const { look, titles } = setUp("many.warc.gz", gzipSync(Buffer.concat(many)));
  let state: SourceState = {};
  const counts: number[] = [];
  for (let goesOn = true; goesOn; ) {
    const result = await look(state);
    ({ state, goesOn = false } = result);
    counts.push(titles().length);
  }
  assert.deepEqual(counts, [200, 400, 450]);
  assert.equal(new Set(titles()).size, 450);
});

test("an address that was captured twice is stored in turn, so that the later text is an edition of the first", async () => {
  const { look, titles } = setUp(
    "twice.warc",
    Buffer.concat([response(at("/1.html"), "先"), response(at("/1.html"), "后")]),
  );
  await look({});
  assert.deepEqual(titles(), ["先", "后"]);
});

test("a page that is too large is passed over without being held, and those behind it are read", async () => {
  const huge = 40 * 2 ** 20;
  const chunks = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(
      `WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: ${at("/huge.html")}\r\nContent-Length: ${huge}\r\n\r\n`,
    );
    for (let sent = 0; sent < huge; sent += 2 ** 20) yield Buffer.alloc(2 ** 20, 0x20);
    yield Buffer.from("\r\n\r\n");
    yield response(at("/1.html"), "第一篇");
    yield response(at("/bomb.html"), "", {
      head: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip",
      body: gzipSync(Buffer.alloc(4 * 2 ** 20)),
    });
  };
  const urls: string[] = [];
  for await (const { url } of readWarc(chunks(), 2 ** 20)) urls.push(url);
  assert.deepEqual(urls, [at("/1.html")]);
});

test("a page of endless headers or of hundreds of thousands of chunks is passed over", async () => {
  const chunks = async function* (): AsyncGenerator<Buffer> {
    yield response(at("/headers.html"), "", { head: `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(20_000)}c: d` });
    yield response(at("/chunks.html"), "", {
      head: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked",
      body: Buffer.from(`${"1\r\nx\r\n".repeat(200_000)}0\r\n\r\n`),
    });
    yield response(at("/1.html"), "第一篇");
  };
  const urls: string[] = [];
  for await (const { url } of readWarc(chunks(), 2 ** 22)) urls.push(url);
  assert.deepEqual(urls, [at("/1.html")]);
});

/** 64 MiB of zeros. */
const PACKED_ZEROS = gzipSync(Buffer.alloc(64 * 2 ** 20));

test("a ZIP of a hundred thousand files, and a file that grows without end, are refused", async () => {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50);
  const list = Buffer.alloc(46 * 100_000, entry);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(0xfffe, 10);
  end.writeUInt32LE(list.length, 12);
  const folder = createTestFolder();
  const file = (name: string, content: Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const grows = Buffer.concat([
    gzipSync("WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 9000000000\r\n\r\n"),
    ...Array.from({ length: 5 }, () => PACKED_ZEROS),
  ]);
  for (const [path, message] of [
    [file("many.wacz", Buffer.concat([list, end])), /too many files/],
    [file("grows.warc.gz", grows), /more than 200 times as large/],
  ] as const) {
    const read = async () => {
      for await (const { url } of readCapturedPages(path, 2 ** 20)) assert.fail(`${url} was read`);
    };
    await assert.rejects(read, { code: "bad-input", message });
  }
});
