/** What was removed is gone: from searches, from the database's file and its journal, and it is noted who removed it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { openArchive } from "../../src/index.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { toStored } from "../../src/local/texts/stored-text.ts";
import { createTestFolder } from "../fakes/cli.ts";

const encoder = { kind: "builtin" } as const;

/** The bytes of all files of an archive: free pages and the journal are bytes like any others. */
function readAllBytes(folder: string): Buffer {
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return Buffer.concat(paths.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path)));
}

/** Articles of all lengths: some fill a page together, some spill over many. Each holds words of its own at both ends. */
const articles: readonly Article[] = Array.from({ length: 120 }, (_, index) => ({
  id: `id-${index}`,
  title: `标题记号${index}甲`,
  body: `开头记号${index}乙。${"渡口昨日重新开放，江水平静。".repeat((index * index) % 300)}结尾记号${index}丙`,
  url: `https://n.example/mark-${index}-d`,
  source: "江湾日报",
}));
/** Stretches of an article's texts as the database keeps them. */
function marksOf(index: number): Buffer[] {
  const { title, body, url = "" } = articles[index] ?? assert.fail();
  const storedBody = Buffer.from(toStored(body));
  // Behind its code and its length, which an update changes.
  return [
    Buffer.from(toStored(title)),
    storedBody.subarray(3, 15),
    storedBody.subarray(-8),
    Buffer.from(toStored(url)),
  ];
}
const isKept = (folder: string, index: number): boolean =>
  marksOf(index).some((mark) => readAllBytes(folder).includes(mark));

test("a removed text, and what it read before an update, is in no file of the archive after compacting", async () => {
  const folder = createTestFolder();
  await using app = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
  const { writer } = app;
  for (let start = 0; start < articles.length; start += 50) await writer.put(articles.slice(start, start + 50));
  // Updated versions push cells from page to page.
  await writer.put(
    articles.filter((_, index) => index % 7 === 0).map((article) => ({ ...article, body: `${article.body}改后记号` })),
  );
  const isRemoved = (index: number): boolean => index % 3 === 0 || index === 119;
  const removed = articles.flatMap(({ id }, index) => (isRemoved(index) ? [id] : []));
  assert.ok(isKept(folder, 3));

  assert.equal(await writer.remove([...removed, "nobody"], { by: "anna" }), removed.length);
  assert.equal(await app.archive.article("id-3"), undefined);
  await writer.compact?.();
  const bytes = readAllBytes(folder);
  for (const [index] of articles.entries()) {
    for (const mark of marksOf(index)) assert.equal(bytes.includes(mark), !isRemoved(index), `${index}`);
  }
  assert.deepEqual(verifyArchive(folder).problems, []);
});

test("texts are erased also when others read the archive meanwhile", async () => {
  const folder = createTestFolder();
  await using app = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
  await app.writer.put(articles.slice(0, 20));
  await using reading = await openBackend({ folder, encoder });
  assert.equal((await reading.archive.article("id-5"))?.title, "标题记号5甲");
  await app.writer.remove(["id-5"]);
  await app.writer.compact?.();
  assert.ok(!isKept(folder, 5));
  assert.equal(await reading.archive.article("id-5"), undefined);
  assert.equal((await reading.archive.article("id-6"))?.title, "标题记号6甲");
});

test("the archive's log says who removed what and when, and a removal of nothing leaves no line", async () => {
  const folder = createTestFolder();
  await using archive = await openArchive(folder);
  await archive.put(articles.slice(0, 3));
  assert.equal(await archive.remove("nobody"), 0);
  assert.equal(await archive.remove(["id-0", "id-0", "nobody"], { by: "anna" }), 1);
  assert.equal(await archive.remove("id-1"), 1);
  await archive.compact();
  const lines = readFileSync(join(folder, "log.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ what, by, ids }) => [what, by, ids]),
    [
      ["remove", "anna", ["id-0"]],
      ["remove", "a program", ["id-1"]],
    ],
  );
  for (const { at } of lines) assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
  assert.equal((await archive.search("")).total, 1);
});
