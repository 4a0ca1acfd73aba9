/**
 * Nothing is lost and nothing is bent on the way in: for any list of records, in any format, what export gives back is what went
 * in, or the record is in the rejects with its reason.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Article } from "../../src/archive/article.ts";
import { toArticleLine } from "../../src/archive/article-line.ts";
import { createMapper } from "../../src/ingest/article.ts";
import { importArticles } from "../../src/ingest/import.ts";
import { readArticles } from "../../src/ingest/json-body.ts";
import type { ImportReport } from "../../src/ingest/report.ts";
import { anyUnicode, anyUrl } from "../fakes/any-text.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { encode } from "../fakes/encode.ts";
import { MemoryWriter } from "../fakes/writer.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-round-trip-"));
after(() => rmSync(folder, { recursive: true }));
let made = 0;

/** A record of texts alone, as every format can hold it. */
interface TextRecord {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly published: string;
  readonly url: string;
  readonly source: string;
  readonly category: string;
}

const COLUMNS = ["id", "title", "body", "published", "url", "source", "category"] as const;

const toCsvCell = (text: string): string => (/[",;\n\r\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const toTable = (records: readonly TextRecord[], delimiter: string): string =>
  [COLUMNS, ...records.map((record) => COLUMNS.map((name) => toCsvCell(record[name])))]
    .map((cells) => `${cells.join(delimiter)}\r\n`)
    .join("");

/** Every format in which articles come, written as other programs write it. */
const FORMATS: Readonly<Record<string, (records: readonly TextRecord[], path: string) => string>> = {
  "JSON lines": (records, path) => save(`${path}.jsonl`, jsonLines(records)),
  "gzipped JSON lines": (records, path) => save(`${path}.jsonl.gz`, gzipSync(jsonLines(records))),
  "a JSON array": (records, path) => save(`${path}.json`, JSON.stringify(records)),
  "a JSON array over many lines": (records, path) => save(`${path}.json`, JSON.stringify(records, undefined, 2)),
  CSV: (records, path) => save(`${path}.csv`, toTable(records, ",")),
  "CSV with semicolons and a byte-order mark": (records, path) => save(`${path}.csv`, `\ufeff${toTable(records, ";")}`),
  TSV: (records, path) => save(`${path}.tsv`, toTable(records, "\t")),
  SQLite: (records, path) => {
    const database = new DatabaseSync(`${path}.db`);
    database.exec(`CREATE TABLE articles (${COLUMNS.join(", ")})`);
    const insert = database.prepare(`INSERT INTO articles VALUES (${COLUMNS.map(() => "?").join(", ")})`);
    // Each alone would be a transaction that waits for the disk.
    database.exec("BEGIN");
    for (const record of records) insert.run(...COLUMNS.map((name) => record[name]));
    database.exec("COMMIT");
    database.close();
    return `${path}.db`;
  },
};

const jsonLines = (records: readonly TextRecord[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join("");

/** Encodings that hold all of Unicode, with how the command is told. */
const ENCODINGS: Readonly<Record<string, string | undefined>> = {
  gb18030: "gb18030",
  "utf-16le": undefined,
  "utf-16be": undefined,
};

function save(path: string, content: string | Buffer): string {
  writeFileSync(path, content);
  return path;
}

interface Imported {
  readonly report: ImportReport;
  /** As `wenxun export` writes them, by id. */
  readonly exported: ReadonlyMap<string, Record<string, string>>;
  readonly rejected: readonly { line: number; reason: string; record: string }[];
}

async function importOnce(path: string, writer: MemoryWriter, encoding?: string): Promise<Imported> {
  const rejectsFolder = join(folder, `rejects-${made++}`);
  const report = await importArticles({ inputs: [path], writer, rejectsFolder, encoding, batchArticles: 7 });
  const { read, stored, added, updated, unchanged, repeated, rejected } = report;
  assert.equal(read, added + updated + unchanged + repeated + rejected);
  assert.equal(stored, read - rejected);
  const lines = report.rejectsFile === undefined ? [] : readFileSync(report.rejectsFile, "utf8").trimEnd().split("\n");
  return {
    report,
    exported: exportAll(writer.articles.values()),
    rejected: lines.map((line) => JSON.parse(line) as Imported["rejected"][number]),
  };
}

const exportAll = (articles: Iterable<Article>): Map<string, Record<string, string>> =>
  new Map([...articles].map((article) => [article.id, JSON.parse(toArticleLine(article)) as Record<string, string>]));

/** Text without markup and debris, as it should come back to the letter: with every mark that a format gives a meaning. */
const plainText = (pieces: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength })
    .map((chosen) => chosen.join("").trim())
    .filter((text) => text !== "" && !/^\[|^(?:nan|null|none)$/i.test(text));

const PIECES = [
  ...'新桥 今日 通车 軟體 網際網路 台灣 𠮷 啲嘅 A b 3 2021-03-14 ， 。 、 “ ” 「 」 ！ ？ … — · ( ) \' " "" , ; : \\ / | # % = + @ [ ] { } \' 👨‍👩‍👧 é ﬁ ① ㊣'.split(
    " ",
  ),
  " ",
  "　",
  "<",
  ">",
  "&",
];
const title = plainText(PIECES, 12);
const body = plainText([...PIECES, "。\n", "！\n\n", "。\n　　"], 40);

const record: fc.Arbitrary<TextRecord> = fc.record({
  id: fc.oneof(
    fc.integer({ min: 1, max: 999_999 }).map(String),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }).map(String),
    plainText(["a", "B", "7", "-", "_", ":", "中", "/", "."], 12),
  ),
  title: fc.oneof({ weight: 9, arbitrary: title }, { weight: 1, arbitrary: fc.constant("") }),
  body: fc.oneof({ weight: 9, arbitrary: body }, { weight: 1, arbitrary: fc.constant("") }),
  published: fc.oneof(
    fc
      .date({ min: new Date("1850-01-01"), max: new Date("2026-11-01"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    fc.constant(""),
  ),
  url: fc.oneof(anyUrl, fc.constant("")),
  source: fc.oneof(plainText(["晨报", "A", " ", "社", "，"], 4), fc.constant("")),
  category: fc.oneof(plainText(["财经", "科技", ";", '"'], 3), fc.constant("")),
});

const records = fc.uniqueArray(record, { selector: ({ id }) => id, minLength: 1, maxLength: 25 });

const withoutEmpty = (record: TextRecord): Record<string, string> =>
  Object.fromEntries(
    COLUMNS.map((name) => [name, record[name]] as const).filter(
      ([name, value]) => value !== "" || name === "title" || name === "body",
    ),
  );

for (const [format, write] of Object.entries(FORMATS)) {
  test(`what comes in as ${format} goes out as it was, or is rejected with its reason`, async () => {
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        const path = write(given, join(folder, `news-${made++}`));
        const { exported, rejected, report } = await importOnce(path, new MemoryWriter());
        assert.deepEqual(
          report.failures.filter(() => report.stored > 0),
          [],
        );
        assert.equal(report.read, given.length);
        const empty = given.filter(({ title, body }) => title === "" && body === "");
        assert.equal(rejected.length, empty.length);
        for (const { reason } of rejected) assert.match(reason, /neither a title nor a body/);
        for (const one of given) if (!empty.includes(one)) assert.deepEqual(exported.get(one.id), withoutEmpty(one));
        assert.equal(exported.size, given.length - empty.length);
      }),
      { numRuns: 40 },
    );
  });
}

for (const [name, told] of Object.entries(ENCODINGS)) {
  for (const [format, toText] of [
    ["JSON lines", jsonLines],
    ["CSV", (given: readonly TextRecord[]) => toTable(given, ",")],
  ] as const) {
    test(`what comes in as ${format} in ${name} goes out as it was`, async () => {
      await fc.assert(
        fc.asyncProperty(records, async (given) => {
          const texts = given.filter(({ title, body }) => title !== "" || body !== "");
          fc.pre(texts.length > 0);
          const path = save(
            join(folder, `encoded-${made++}.${format === "CSV" ? "csv" : "jsonl"}`),
            encode(toText(texts), name),
          );
          const { exported, report } = await importOnce(path, new MemoryWriter(), told);
          assert.deepEqual(report.failures, []);
          for (const one of texts) assert.deepEqual(exported.get(one.id), withoutEmpty(one));
          assert.equal(exported.size, texts.length);
        }),
        { numRuns: 20 },
      );
    });
  }
}

test("what is sent over HTTP is stored as what is imported from a file, in any layout of JSON", async () => {
  const layout = fc.constantFrom<(given: readonly TextRecord[]) => string>(
    jsonLines,
    (given) => JSON.stringify(given),
    (given) => JSON.stringify({ articles: given }, undefined, 1),
  );
  await fc.assert(
    fc.asyncProperty(records, layout, async (given, toText) => {
      const { articles, rejections } = await readArticles(Readable.from([Buffer.from(toText(given))]), {
        mapper: createMapper(),
        maxBytes: 1e7,
      });
      const exported = exportAll(articles);
      assert.equal(articles.length + rejections.length, given.length);
      for (const { reason } of rejections) assert.match(reason, /neither a title nor a body/);
      for (const one of given)
        if (one.title + one.body !== "") assert.deepEqual(exported.get(one.id), withoutEmpty(one));
    }),
    { numRuns: 40 },
  );
});

/** Anything at all in a field: markup, debris, dates in every shape, what is no text. */
const anything = fc.oneof(
  anyUnicode(),
  fc
    .array(
      fc.constantFrom(
        "<p>",
        "</p>",
        "<br/>",
        "&amp;",
        "&lt;",
        "<b>",
        "</b>",
        "恢",
        "\n",
        "复",
        "\u00ad",
        "\ud83d",
        "。",
        '"',
        "]]>",
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join("")),
  fc.constantFrom("nan", "NULL", "2021年3月14日 晚8点", "110年3月14日", "昨天", "1615680300", "title", "['一', '二']"),
  fc.integer(),
  fc.double(),
  fc.constant(null),
  fc.constant(true),
  fc.record({ name: fc.string({ unit: "grapheme" }) }),
);
const anyFields = fc.dictionary(
  fc.constantFrom(
    "id",
    "title",
    "标题",
    "body",
    "description",
    "html",
    "date",
    "发布时间",
    "url",
    "source",
    "category",
    "x",
    "y",
  ),
  anything,
);
/** A list under one name alone: several of one length are the columns of a table. */
const anyRecord = fc
  .tuple(anyFields, fc.option(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 3 })))
  .map(([fields, list]) => (list === null ? fields : { ...fields, body: list }));

test("whatever is in the records, each is stored or rejected, and what was exported comes in again as it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), async (given) => {
      const path = save(join(folder, `any-${made++}.jsonl`), given.map((one) => `${JSON.stringify(one)}\n`).join(""));
      const writer = new MemoryWriter();
      const { exported, rejected, report } = await importOnce(path, writer);
      assert.equal(report.read, given.length);
      assert.equal(rejected.length, report.rejected);
      for (const { reason } of rejected) assert.ok(reason.length > 5);
      assert.equal(exported.size, report.added);

      if (exported.size === 0) return;
      const lines = [...writer.articles.values()].map(toArticleLine).join("");
      const again = new MemoryWriter();
      const second = await importOnce(save(join(folder, `again-${made++}.jsonl`), lines), again);
      assert.deepEqual(second.exported, exported);
    }),
    { numRuns: 300 },
  );
});

test("the same through an archive on disk and `wenxun export`", async () => {
  const given = fc.sample(records, { numRuns: 8, seed: 14 }).flat();
  const unique = [...new Map(given.map((one) => [one.id, one])).values()].filter(
    ({ title, body }) => title + body !== "",
  );
  for (const [format, write] of Object.entries(FORMATS)) {
    const workingFolder = createTestFolder();
    const path = write(unique, join(workingFolder, "news"));
    const { exitCode, stderr } = await runCli(["import", path], { workingFolder });
    assert.equal(exitCode, 0, `${format}: ${stderr}`);
    const { stdout } = await runCli(["export"], { workingFolder });
    const exported = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
    const byId = new Map(exported.map((one) => [one.id, one]));
    for (const one of unique) assert.deepEqual(byId.get(one.id), withoutEmpty(one), format);
    assert.equal(exported.length, unique.length);
  }
});
