import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { cut, streamOf } from "../../test/fakes/chunks.ts";
import { encode } from "../../test/fakes/encode.ts";
import type { AppError } from "../errors.ts";
import { type ReaderOptions, readRecords } from "./reader.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-reader-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Titles of what was read (a problem stands for a record that was refused), and the message of the error at the end with what mends it. */
async function read(path: string, options?: ReaderOptions): Promise<{ titles: unknown[]; error?: string }> {
  const titles: unknown[] = [];
  try {
    for await (const group of readRecords(path, options)) {
      for (const { value, problem } of group) titles.push(problem ?? (value as { title: unknown }).title);
    }
  } catch (error) {
    assert.equal((error as { code: string }).code, "bad-input", String(error));
    const { message, remedy } = error as AppError;
    return { titles, error: [message, ...Object.values(remedy ?? {})].join(" ") };
  }
  return { titles };
}

const ROWS = [
  { id: 1, title: "新桥通车" },
  { id: 2, title: "春雨" },
];
const TITLES = ROWS.map(({ title }) => title);
const JSONL = ROWS.map((row) => `${JSON.stringify(row)}\n`).join("");
const CSV = `id,title\n${ROWS.map(({ id, title }) => `${id},${title}\n`).join("")}`;

function database(sql: string, name = "made.db"): string {
  const path = join(folder, name);
  rmSync(path, { force: true });
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
  return path;
}

const NEWS = "CREATE TABLE news (id INTEGER, title TEXT); INSERT INTO news VALUES (1, '新桥通车'), (2, '春雨');";

const KINDS: [string, Buffer | string][] = [
  ["lines.jsonl", JSONL],
  ["lines.txt", JSONL],
  ["lines.json", JSONL],
  ["array.json", JSON.stringify(ROWS)],
  ["array.jsonl", JSON.stringify(ROWS, undefined, 2)],
  ["pretty.json", ROWS.map((row) => JSON.stringify(row, undefined, 2)).join("\n")],
  ["table.csv", CSV],
  ["table.unknown", CSV],
  ["table.tsv", CSV.replaceAll(",", "\t")],
  ["tabs.unknown", CSV.replaceAll(",", "\t")],
  ["bom.csv", `\ufeff${CSV}`],
  ["bom.jsonl", `\ufeff${JSONL}`],
  ["crlf.jsonl", JSONL.replaceAll("\n", "\r\n")],
  ["utf-16.jsonl", Buffer.from(`\ufeff${JSONL}`, "utf16le")],
];

for (const [name, content] of KINDS) {
  test(`kind of ${name}, plain, gzipped under any name, and on standard input`, async () => {
    assert.deepEqual(await read(file(name, content)), { titles: TITLES });
    const packed = gzipSync(content);
    assert.deepEqual(await read(file(`${name}.gz`, packed)), { titles: TITLES });
    assert.deepEqual(await read(file(name, packed)), { titles: TITLES });
    const pieces = cut(packed, [1, 2, 3, 20]);
    assert.deepEqual(await read("-", { stdin: streamOf(...pieces) }), { titles: TITLES });
  });
}

test("SQLite: plain, gzipped, on standard input; the first table that holds articles", async () => {
  const path = database(`CREATE TABLE setting (a, b); INSERT INTO setting VALUES (1, 2); ${NEWS}`);
  assert.deepEqual(await read(path), { titles: TITLES });
  const { readFileSync } = await import("node:fs");
  const packed = gzipSync(readFileSync(path));
  assert.deepEqual(await read(file("packed.db.gz", packed)), { titles: TITLES });
  assert.deepEqual(await read("-", { stdin: streamOf(packed) }), { titles: TITLES });
});

test("SQLite: --table takes any table or view, whatever its name", async () => {
  const path = database(`${NEWS} CREATE TABLE "a ""b"" c" (title); INSERT INTO "a ""b"" c" VALUES ('x');
    CREATE VIEW second AS SELECT title FROM news WHERE id = 2;`);
  assert.deepEqual(await read(path, { table: 'a "b" c' }), { titles: ["x"] });
  assert.deepEqual(await read(path, { table: "SECOND" }), { titles: ["春雨"] });
  assert.match((await read(path, { table: "nope" })).error ?? "", /no table "nope".*news \(id, title\)/);
});

test("SQLite: long integers keep their digits, bytes that are text are text", async () => {
  const path = database(
    "CREATE TABLE t (id INTEGER, title); INSERT INTO t VALUES (9007199254740993, CAST('x' AS BLOB)), (2, x'ff');",
  );
  const ids: unknown[] = [];
  for await (const group of readRecords(path)) for (const { value } of group) ids.push((value as { id: unknown }).id);
  assert.deepEqual(ids, [9007199254740993n, 2n]);
  assert.deepEqual(await read(path), { titles: ["x", undefined] });
});

test("SQLite: the table is chosen by its columns; of two that look alike one must be named", async () => {
  const remarks: string[] = [];
  const onRemark = (text: string): void => void remarks.push(text);
  const shop = "CREATE TABLE categories (id, name); INSERT INTO categories VALUES (1, '体育');";
  const links = "CREATE TABLE links (title, url); INSERT INTO links VALUES ('首页', 'https://n.example/');";
  const news =
    "CREATE TABLE posts (id, title, content, created); INSERT INTO posts VALUES (1, '新桥通车', '昨日。', 1), (2, '春雨', '夜里。', 2);";
  const path = database(`${shop} ${links} ${news} CREATE VIEW latest AS SELECT * FROM posts;`);
  assert.deepEqual(await read(path, { onRemark }), { titles: TITLES });
  assert.match(remarks.join(), /Table posts .* was read.*another can be named.*links/);

  const twice = database(`${news} ${news.replaceAll("posts", "archive")}`);
  const { titles, error } = await read(twice);
  assert.deepEqual(titles, []);
  assert.match(error ?? "", /several tables.*posts \(id, title, content, created\); archive .*set-option table/);
  assert.deepEqual(await read(twice, { table: "archive" }), { titles: TITLES });

  const onlyView = database(
    `CREATE TABLE raw (a, b); INSERT INTO raw VALUES ('新桥通车', 'x'), ('春雨', 'y'); CREATE VIEW v AS SELECT a AS title, b AS body FROM raw;`,
  );
  assert.deepEqual(await read(onlyView), { titles: TITLES });
  const emptied = database(`${news} CREATE TABLE drafts (id, title, content, created);`);
  assert.deepEqual(await read(emptied), { titles: TITLES });
});

test("SQLite: text in another encoding is refused with advice, and read as it is named, in text and in bytes", async () => {
  const path = join(folder, "gbk.db");
  rmSync(path, { force: true });
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE news (id INTEGER, title TEXT, body BLOB, cover BLOB)");
  const insert = db.prepare("INSERT INTO news VALUES (?, CAST(? AS TEXT), ?, ?)");
  for (const [id, title] of TITLES.entries()) {
    insert.run(id, encode(title, "gbk"), encode("昨日上午通车。", "gbk"), Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2]));
  }
  db.close();
  const refused = await read(path);
  assert.equal(refused.titles.length, 2);
  for (const problem of refused.titles)
    assert.match(String(problem), /^title holds bytes that are not UTF-8.*--encoding gb18030/);
  assert.deepEqual(await read(path, { encoding: "gb18030" }), { titles: TITLES });
  const bodies: unknown[] = [];
  for await (const group of readRecords(path, { encoding: "gb18030" })) {
    for (const { value } of group) bodies.push((value as { body: unknown }).body, (value as { cover: unknown }).cover);
  }
  assert.deepEqual(bodies, ["昨日上午通车。", undefined, "昨日上午通车。", undefined]);
});

test("text of SQLite that is no UTF-8 is refused, whatever its bytes may mean elsewhere", async () => {
  const path = join(folder, "cut.db");
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE news (id INTEGER, title TEXT, "1" TEXT, cover BLOB)');
  const insert = db.prepare("INSERT INTO news VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), ?)");
  const cover = Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2]);
  const good = Buffer.from("昨日上午通车");
  const bad = [
    good.subarray(0, -1),
    good.subarray(0, -2),
    Buffer.concat([good, Buffer.from([0xff])]),
    Buffer.from("caf\xe9", "latin1"),
  ];
  for (const [id, bytes] of bad.entries()) {
    insert.run(id, bytes, good, cover);
    insert.run(id + 10, good, bytes, cover);
  }
  insert.run(20, good, good, cover);
  db.close();
  const { titles } = await read(path);
  assert.equal(titles.length, 9);
  assert.equal(titles.pop(), "昨日上午通车");
  for (const [index, problem] of titles.entries())
    assert.match(String(problem), index % 2 === 0 ? /^title holds bytes that are not UTF-8/ : /^1 holds bytes/);
});

test("SQLite: a database of UTF-16 is text like any other", async () => {
  assert.deepEqual(await read(database(`PRAGMA encoding = 'UTF-16le'; ${NEWS}`)), { titles: TITLES });
});

test("what is another kind of file is said by its name", async () => {
  for (const [name, content, advice] of [
    ["a.pdf", "%PDF-1.7\n", /pdftotext/],
    ["a.xlsx", "PK\u0003\u0004abc", /save the table in it as CSV/],
    ["a.json", "<!DOCTYPE html><html>", /web page/],
    ["a.jsonl.zst", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /zstd -dc/],
    ["dump.sql", "-- MySQL dump 10.13\nCREATE TABLE news (id int);\n", /SQL/],
  ] as const) {
    const { titles, error } = await read(file(name, content));
    assert.deepEqual(titles, [], name);
    assert.match(error ?? "", advice);
  }
});

test("SQLite: what is none, or holds no articles, is said", async () => {
  assert.match((await read(file("not.sqlite", "hello"))).error ?? "", /not an SQLite database/);
  assert.match((await read(file("x.jsonl", JSONL), { format: "sqlite" })).error ?? "", /not an SQLite database/);
  assert.match(
    (await read(database("CREATE TABLE t (a, b)"))).error ?? "",
    /no table with a column.*t \(a, b\).*set-option table/,
  );
  for (const [fields, error] of [
    [{ body: "nope" }, /no table with a column "nope", which the mapping names. It holds news \(id, title\)/],
    [{ title: "title", body: "b" }, /no table with all columns that the mapping names: title, b\./],
  ] as const)
    assert.match((await read(database(`${NEWS} CREATE TABLE t (a, b)`), { fields })).error ?? "", error);
  assert.match((await read(database("SELECT 1"))).error ?? "", /not an SQLite database|holds no table/);
  const { readFileSync } = await import("node:fs");
  const damaged = readFileSync(
    database(`${NEWS} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000)
    INSERT INTO news SELECT i, 'some title or other' FROM n;`),
  );
  damaged.fill(0x41, 8192, 16384);
  const { titles, error } = await read(file("damaged.db", damaged));
  assert.match(error ?? "", /damaged/);
  assert.ok(titles.length < 2002);
});

test("truncated gzip: all that can be unpacked is read, then the error says so", async () => {
  const lines = Array.from({ length: 20_000 }, (_, id) => JSON.stringify({ id, title: `标题 ${id * 7919}` }));
  const packed = gzipSync(`${lines.join("\n")}\n`);
  const { titles, error } = await read(file("cut.jsonl.gz", packed.subarray(0, packed.length - 8)));
  assert.equal(titles.length, 20_000, "only the checksum is missing");
  assert.match(error ?? "", /ends in the middle of its gzip data/);

  const half = await read(file("half.jsonl.gz", packed.subarray(0, packed.length / 2)));
  assert.match(half.error ?? "", /ends in the middle/);
  assert.ok(half.titles.length > 8000 && half.titles.length < 12_000, String(half.titles.length));
  assert.match(String(half.titles.pop()), /breaks off/);
  assert.deepEqual(
    half.titles,
    half.titles.map((_, id) => `标题 ${id * 7919}`),
  );
});

test("a line of 50 MB in a small gzip file is refused, its neighbours are not", async () => {
  const long = Buffer.alloc(50 * 1024 * 1024, "x");
  const path = file("long.jsonl.gz", gzipSync(Buffer.concat([Buffer.from(JSONL), long, Buffer.from(`\n${JSONL}`)])));
  assert.deepEqual(await read(path), { titles: [...TITLES, "longer than 16 MB", ...TITLES] });
});

test("damaged gzip is an error after what could be read; several gzip members are one file", async () => {
  const noise = Array.from({ length: 40_000 }, (_, id) => JSON.stringify({ id, title: hash("sha256", String(id)) }));
  const damaged = gzipSync(noise.join("\n"), { level: 1 });
  damaged.writeUInt32LE((damaged.readUInt32LE(damaged.length - 8) ^ 1) >>> 0, damaged.length - 8);
  const { titles, error } = await read(file("damaged.jsonl.gz", damaged));
  assert.match(
    error ?? "",
    /damaged gzip \(incorrect data check\); what came before was read, but for up to 64 KB right before/,
  );
  assert.ok(titles.length > 30_000, String(titles.length));
  const padded = Buffer.concat([gzipSync(JSONL), Buffer.alloc(600_000)]);
  assert.deepEqual(await read(file("padded.jsonl.gz", padded)), { titles: TITLES });
  const two = Buffer.concat([gzipSync(JSONL), gzipSync(JSONL)]);
  assert.deepEqual(await read(file("two.jsonl.gz", two)), { titles: [...TITLES, ...TITLES] });
});

const gb18030 = (text: string): Buffer => {
  // 你 C4E3 好 BAC3
  const bytes: Record<string, number[]> = { 你: [0xc4, 0xe3], 好: [0xba, 0xc3] };
  return Buffer.from([...text].flatMap((character) => bytes[character] ?? [...Buffer.from(character)]));
};

test("a file in GB18030 is refused with the setting that reads it, and read with it", async () => {
  const path = file("gb.csv", gb18030("id,title\n1,你好\n2,好\n"));
  const { titles, error } = await read(path);
  assert.deepEqual(titles, []);
  assert.match(error ?? "", /looks like GB18030.*--encoding gb18030/);
  assert.deepEqual(await read(path, { encoding: "gb18030" }), { titles: ["你好", "好"] });
});

test("a broken record in a file of another encoding is refused alone", async () => {
  const bytes = Buffer.concat([gb18030("id,title\n1,你好\n2,"), Buffer.from([0xff]), gb18030("\n3,好\n")]);
  const { titles, error } = await read(file("broken-gb.csv", bytes), { encoding: "gb18030" });
  assert.equal(error, undefined);
  assert.equal(titles.length, 3);
  assert.match(String(titles[1]), /holds bytes that are not/);
});

test("a few broken lines do not make a file another encoding", async () => {
  const bytes = Buffer.concat([Buffer.from(JSONL), gb18030('{"title":"你好"}\n'), Buffer.from(JSONL)]);
  const { titles, error } = await read(file("mixed.jsonl", bytes));
  assert.equal(error, undefined);
  assert.deepEqual([titles[0], titles[1], titles[3], titles[4]], [...TITLES, ...TITLES]);
  assert.match(String(titles[2]), /not UTF-8/);
});

test("empty files hold nothing and are no error", async () => {
  for (const name of ["empty.jsonl", "empty.json", "empty.csv", "empty"]) {
    assert.deepEqual(await read(file(name, "")), { titles: [] });
  }
  assert.deepEqual(await read(file("empty.jsonl.gz", gzipSync(""))), { titles: [] });
  assert.deepEqual(await read(file("blank.jsonl", " \n\n")), { titles: [] });
  assert.deepEqual(await read(file("header.csv", "id,title\n")), { titles: [] });
});

test("what cannot be opened is said in words", async () => {
  assert.match((await read(join(folder, "nowhere.jsonl"))).error ?? "", /There is no file .*nowhere\.jsonl/);
  assert.match((await read(folder)).error ?? "", /is a folder; name the files in it/);
  assert.match((await read(file("prose.txt", "Once upon a time\n"))).error ?? "", /Cannot tell.*set-option format/);
});
