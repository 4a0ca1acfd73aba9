/**
 * Inputs that are made to be slow, or to break what reads them. Each is of a size at which work that grows with its square, or an
 * exponent, would take hours: that a test ends shows that it grows with the size.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { streamOf } from "../../test/fakes/chunks.ts";
import { MemoryWriter } from "../../test/fakes/writer.ts";
import type { Article } from "../archive/article.ts";
import { toReportText } from "../cli/import-report.ts";
import { type ImportOptions, importArticles } from "./import.ts";
import type { ImportReport } from "./report.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-hostile-"));
after(() => rmSync(folder, { recursive: true }));

interface Imported {
  readonly report: ImportReport;
  readonly articles: ReadonlyMap<string, Article>;
}

async function importText(text: string, options: Partial<ImportOptions> = {}): Promise<Imported> {
  const writer = new MemoryWriter();
  const rejectsFolder = mkdtempSync(join(folder, "archive-"));
  const report = await importArticles({ inputs: ["-"], stdin: streamOf(text), writer, rejectsFolder, ...options });
  const { read, added, updated, unchanged, repeated, rejected } = report;
  assert.equal(read, added + updated + unchanged + repeated + rejected);
  return { report, articles: writer.articles };
}

/** A record with this in it, and a good one behind it, as JSON lines. */
const withGood = (record: object | string): string =>
  `${typeof record === "string" ? record : JSON.stringify({ id: "bad", title: "标题", body: "正文", ...record })}\n${GOOD}\n`;
const GOOD = JSON.stringify({ id: "good", title: "好", body: "好文。" });
const nested = (open: string, close: string, times: number, inside = ""): string =>
  open.repeat(times) + inside + close.repeat(times);

const DEEP = 100_000;
const LONG = 400_000;
/** Where several inputs are read in one test. */
const SHORTER = 30_000;

const TEXTS: Readonly<Record<string, { readonly body?: string; readonly title?: string; readonly url?: string }>> = {
  "elements inside of elements": { body: nested("<div>", "</div>", DEEP, "深") },
  "elements that do not close": { body: `<p>一</p>${"<div><p>".repeat(DEEP)}深</p>` },
  "closing tags without an element": { body: `<p>一</p>${"<div>".repeat(DEEP)}${"</b>".repeat(DEEP)}深</p>` },
  "forms in forms": { body: `<p>一</p>${"<form><div>".repeat(DEEP)}深</p>` },
  "a picture with many sources": { body: `<br>深<img ${"src=".repeat(DEEP)}` },
  "tags that dress nothing": { body: `深${"<b>".repeat(DEEP)}` },
  "brackets of tags": { body: `<p>深</p>${"<".repeat(LONG)}</p>` },
  "escaped ampersands": { body: `深&${"amp;".repeat(DEEP)}lt;` },
  "blanks in a body": { body: `一${" ".repeat(LONG)}深` },
  "blanks in a title": { title: `一\n${" ".repeat(LONG)}深` },
  "slashes in an address": { url: `https://n.example/${"/".repeat(LONG)}深/`, title: "深" },
  "a list of texts as text": { body: `['${"\\n".repeat(DEEP)}深', '二']` },
}; // biome-ignore format: a table

for (const [name, fields] of Object.entries(TEXTS)) {
  test(`${name} are read in time that grows with the text`, async () => {
    const { report, articles } = await importText(withGood(fields));
    assert.deepEqual([report.added, report.rejected], [2, 0]);
    const { title, body } = articles.get("bad") as Article;
    assert.match(title + body, /深/, "nothing is lost");
  });
}

test("lists and objects in the place of a text are refused where they lie too deep", async () => {
  for (const value of [nested("[", "]", DEEP, '"文"'), nested('{"text":', "}", DEEP, '"文"')]) {
    const { report } = await importText(withGood(`{"id":"bad","title":"标题","body":${value}}`));
    assert.deepEqual([report.added, report.rejected], [1, 1]);
    assert.match(report.rejections[0]?.text ?? "", /^body holds an? (?:array|object)/);
  }
});

test("what lies deep beside the fields of an article does it no harm", async () => {
  for (const value of [nested("[", "]", DEEP), nested('{"x":', "}", DEEP, "1"), nested('{"$oid":', "}", DEEP, "1")]) {
    const { report } = await importText(withGood(`{"id":"bad","title":"标题","body":"正文","x":${value}}`));
    assert.deepEqual([report.added, report.rejected], [2, 0]);
  }
});

test("long numbers beside what lies deep are refused with that reason, and not with one of the program", async () => {
  const { report } = await importText(
    withGood(`{"id":12345678901234567890,"title":"标题","x":${nested("[", "]", DEEP)}}`),
  );
  assert.equal(report.added, 1);
  assert.match(report.rejections[0]?.text ?? "", /^is nested too deep to be read$/);
});

test("brackets without end are one broken record, or an input that breaks off", async () => {
  for (const text of ["[", "{", '{"a":', '{"title":"一","x":', '{"a":[', '[{"title":'].map((part) =>
    part.repeat(SHORTER),
  )) {
    for (const format of ["json", "jsonl"] as const) {
      const { report } = await importText(text, { format });
      assert.equal(report.added, 0);
      assert.equal(report.failures.length, 1, `${text.slice(0, 20)} as ${format}`);
      const behind = await importText(`${GOOD}\n${text}\n${GOOD}\n`, { format: "jsonl" });
      assert.deepEqual([behind.report.added, behind.report.repeated, behind.report.rejected], [1, 1, 1]);
    }
  }
});

test("brackets that close again hold no article, or one", async () => {
  for (const text of [
    nested("[", "]", SHORTER),
    nested('{"a":', "}", SHORTER, "1"),
    nested('{"data":', "}", SHORTER, "[]"),
    nested('{"a":[', "]}", SHORTER, "1"),
    nested('{"articles":[{"title":"一"},', "]}", SHORTER, "{}"),
  ]) {
    const { report } = await importText(text, { format: "json" });
    assert.ok(report.added <= 20, text.slice(0, 30));
    assert.equal(report.failure, undefined);
  }
});

test("channels inside of channels are each looked at once", async () => {
  const channel = nested('{"channel":{"title":"一","items":[{"title":"二","body":"正文。"}],"x":', "}}", 100, "1");
  const { report } = await importText(channel, { format: "json" });
  assert.ok(report.added >= 1);
});

test("names of fields without number and end are let be", async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => [
    index % 2 === 0 ? `title_${index}` : `标题_${index}`,
    "x",
  ]);
  for (const fields of [
    { ["A".repeat(LONG)]: "甲乙丙" },
    { ["news_".repeat(DEEP)]: "甲乙丙" },
    { ["a.".repeat(DEEP)]: "甲乙丙" },
    Object.fromEntries(many),
  ]) {
    const { report } = await importText(withGood(fields));
    assert.deepEqual([report.added, report.rejected], [2, 0]);
  }
});

test("a quote that does not close before many short lines, and lines of nothing but quotes, cost one line each", async () => {
  for (const lines of ["a\n", "\n", '"\n', '"\n\n\n', '"""\n']) {
    const text = `id,title,body\n1,"一,文\n${lines.repeat(SHORTER)}2,好,文\n`;
    const { report, articles } = await importText(text, { format: "csv" });
    assert.equal(articles.get("2")?.title, "好", JSON.stringify(lines));
    assert.ok(report.rejected >= 1);
  }
});

test("a cell of a database that is too long is not loaded: its row is refused, the others are read", async () => {
  const path = join(folder, "cells.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE news (id INTEGER PRIMARY KEY, title TEXT, body TEXT, page BLOB)");
  database.exec(
    "INSERT INTO news VALUES (1, '一', '文', NULL), (2, '二', '文', zeroblob(400000000)), (3, '三', '文', x'00')",
  );
  database.exec("INSERT INTO news VALUES (4, '四', CAST(zeroblob(20000000) AS TEXT), NULL)");
  database.close();
  const before = process.memoryUsage.rss();
  const { report, articles } = await importText("", { inputs: [path] });
  assert.ok(process.memoryUsage.rss() - before < 200e6, "400 MB were not loaded");
  assert.deepEqual([...articles.keys()].sort(), ["1", "3"]);
  assert.deepEqual(
    report.rejections.map(({ line, text }) => [line, text]),
    [2, 4].map((line) => [line, "has a cell that is longer than 16 MB"]),
  );
});

test("a table with very many columns is read, and bounded as a whole", async () => {
  const path = join(folder, "wide.db");
  const database = new DatabaseSync(path);
  const columns = Array.from({ length: 1500 }, (_, index) => `c${index} TEXT`).join(", ");
  database.exec(`CREATE TABLE news (title TEXT, ${columns})`);
  database.exec("INSERT INTO news (title) VALUES ('一')");
  database.exec("INSERT INTO news (title, c7) VALUES ('二', CAST(zeroblob(1000000) AS TEXT))");
  database.close();
  const { report } = await importText("", { inputs: [path] });
  assert.deepEqual([report.added, report.rejected], [1, 1]);
  assert.match(report.rejections[0]?.text ?? "", /longer than 0\.17 MB/);
});

test("a report says how much of what was rejected is in a file that is full", async () => {
  const { report } = await importText(`x\n${GOOD}\nx\n`, { format: "jsonl" });
  assert.deepEqual([report.rejected, report.rejectsKept], [2, 2]);
  assert.match(toReportText(report), /2 records rejected, see /);
  const full = toReportText({ ...report, read: 1_000_001, rejected: 1_000_000, rejectsKept: 160_000 });
  assert.match(full, /1,000,000 records rejected; the first 160,000 are in .*, which is full/);
});
