import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { MemoryWriter } from "../../test/fakes/writer.ts";
import { AppError } from "../errors.ts";
import { type ImportOptions, type ImportProgress, importArticles } from "./import.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-import-"));
after(() => rmSync(folder, { recursive: true }));
let made = 0;

function file(content: string | Buffer, suffix = ".jsonl"): string {
  const path = join(folder, `file-${made++}${suffix}`);
  writeFileSync(path, content);
  return path;
}

const article = (id: number, title = `第${id}条`): string =>
  JSON.stringify({ id: `a-${id}`, title, published: "2021-03-14" });
const articles = (count: number): string => Array.from({ length: count }, (_, id) => `${article(id)}\n`).join("");

/** Every run has a rejects folder of its own. */
const rejectsFolder = (): string => join(folder, `archive-${made++}`);
const run = (inputs: string[], writer: MemoryWriter, options: Partial<ImportOptions> = {}) =>
  importArticles({ inputs, writer, rejectsFolder: rejectsFolder(), batchArticles: 10, ...options });

test("everything is stored, in batches, and every report of progress is true", async () => {
  const writer = new MemoryWriter();
  const seen: ImportProgress[] = [];
  const onProgress = (progress: ImportProgress): void => {
    assert.equal(writer.articles.size, progress.stored, "stored means stored");
    seen.push(progress);
  };
  const inputs = [file(articles(25)), file(gzipSync(`${article(25)}\n${article(26)}\n`), ".jsonl.gz")];
  const report = await run(inputs, writer, { onProgress });
  assert.equal(writer.articles.size, 27);
  assert.deepEqual(writer.batches, [10, 10, 7]);
  assert.deepEqual(
    seen.map(({ stored }) => stored),
    [10, 20, 27],
  );
  assert.equal(seen.at(-1)?.bytes, seen.at(-1)?.totalBytes);
  const { read, stored, added, updated, unchanged, rejected, undated } = report;
  assert.deepEqual([read, stored, added, updated, unchanged, rejected, undated], [27, 27, 27, 0, 0, 0, 0]);
  assert.equal(report.rejectsFile, undefined);
  assert.deepEqual(report.failures, []);
});

test("importing again changes nothing; what changed is updated", async () => {
  const writer = new MemoryWriter();
  await run([file(articles(25))], writer);
  const again = await run([file(articles(25).replace("第7条", "新题"))], writer);
  assert.deepEqual([again.added, again.updated, again.unchanged], [0, 1, 24]);
  assert.equal(writer.articles.get("a-7")?.title, "新题");
});

test("a batch is cut by size too", async () => {
  const writer = new MemoryWriter();
  const long = Array.from({ length: 4 }, (_, id) => article(id, "长".repeat(60))).join("\n");
  await run([file(long)], writer, { batchCharacters: 100 });
  assert.deepEqual(writer.batches, [2, 2]);
});

test("what cannot be used goes to the rejects file with file, line, reason and record; the rest goes in", async () => {
  const writer = new MemoryWriter();
  const path = file(`${article(1)}\n{"id":2}\nnonsense\n${article(3)}\n`);
  const rejects = rejectsFolder();
  const report = await run([path], writer, { rejectsFolder: rejects });
  assert.deepEqual([...writer.articles.keys()], ["a-1", "a-3"]);
  assert.equal(report.rejected, 2);
  assert.equal(report.read, 4);
  const { rejectsFile = "" } = report;
  assert.ok(rejectsFile.startsWith(join(rejects, "rejects-")));
  const lines = readFileSync(rejectsFile, "utf8").trimEnd().split("\n");
  const found = lines.map((line) => JSON.parse(line) as { file: string; line: number; reason: string; record: string });
  assert.deepEqual(
    found.map(({ file, line, record }) => [file, line, record]),
    [
      [path, 2, '{"id":2}'],
      [path, 3, "nonsense"],
    ],
  );
  assert.match(found[0]?.reason ?? "", /neither a title nor a body/);
  assert.match(found[1]?.reason ?? "", /not valid JSON/);
  assert.deepEqual(
    report.rejections.map(({ line }) => line),
    [2, 3],
  );
});

test("without rejects no file and no folder is made", async () => {
  const rejects = rejectsFolder();
  await run([file(articles(3))], new MemoryWriter(), { rejectsFolder: rejects });
  assert.equal(existsSync(rejects), false);
});

test("a file that fails does not stop the others", async () => {
  const writer = new MemoryWriter();
  const cut = gzipSync(articles(2000));
  const inputs = [
    join(folder, "gone.jsonl"),
    file(cut.subarray(0, -8), ".gz"),
    join(folder, "*.xml"),
    file(article(5000)),
  ];
  const report = await run(inputs, writer);
  assert.equal(writer.articles.size, 2001);
  assert.deepEqual(
    report.failures.map(({ input }) => input),
    [inputs[2], inputs[0], inputs[1]],
  );
  assert.equal(report.failure, undefined);
});

test("articles without a usable date are kept, counted and shown", async () => {
  const writer = new MemoryWriter();
  const report = await run(
    [file('{"title":"一","date":"昨天"}\n{"title":"二"}\n{"title":"三","date":"2021-03-14"}\n')],
    writer,
  );
  assert.equal(report.undated, 2);
  assert.deepEqual(
    report.badDates.map(({ line, text }) => [line, text]),
    [[1, "昨天"]],
  );
  assert.equal(writer.articles.size, 3);
});

test("of one id in a file the last counts, and it is reported", async () => {
  const writer = new MemoryWriter();
  const path = file(`${articles(15)}${article(3, "改")}\n${article(14, "改")}\n`);
  const report = await run([path], writer);
  assert.equal(report.repeated, 2);
  assert.deepEqual(
    report.repeatedIds.map(({ line, text }) => [line, text]),
    [
      [16, "a-3"],
      [17, "a-14"],
    ],
  );
  assert.equal(writer.articles.get("a-3")?.title, "改");
  assert.equal(writer.articles.get("a-14")?.title, "改");
});

test("the writer's error stops the import; what was stored before is told", async () => {
  const writer = new MemoryWriter();
  writer.onPut = () => {
    if (writer.batches.length === 2) throw new AppError("disk-full", "The disk is full.");
  };
  const report = await run([file(articles(100)), file(articles(100))], writer);
  assert.equal(report.failure?.code, "disk-full");
  assert.equal(report.stored, 20);
  assert.equal(writer.articles.size, 20);
  assert.deepEqual(report.failures, []);
});

test("no more than one batch is read ahead of the one being written", async () => {
  const writer = new MemoryWriter();
  let given = 0;
  async function* source(): AsyncGenerator<Buffer> {
    // Long records: the head of 64 KB, by which the kind is told, is few of them.
    for (; given < 200; given++) yield Buffer.from(`${article(given, "长".repeat(10_000))}\n`);
  }
  writer.onPut = async () => {
    await setTimeout(5);
    const putOrBeingPut = (writer.batches.length + 1) * 10;
    assert.ok(given <= putOrBeingPut + 15, `${given} read, ${putOrBeingPut} put`);
  };
  const report = await run(["-"], writer, { stdin: source() });
  assert.equal(report.failure, undefined);
  assert.equal(report.stored, 200);
});

test("an interrupt finishes the batch at hand and stores nothing after it", async () => {
  const writer = new MemoryWriter();
  const controller = new AbortController();
  writer.onPut = () => {
    if (writer.batches.length === 2) controller.abort();
  };
  const report = await run([file(articles(1000)), file(articles(10))], writer, { signal: controller.signal });
  assert.equal(report.interrupted, true);
  assert.equal(report.stored, 30);
  assert.equal(writer.articles.size, 30);
  assert.deepEqual(report.failures, []);
});

test("an interrupt ends the wait for a silent standard input", async () => {
  const controller = new AbortController();
  const stdin = new Readable({ read() {} });
  stdin.push(articles(2000));
  const writer = new MemoryWriter();
  writer.onPut = () => void globalThis.setTimeout(() => controller.abort(), 5);
  const report = await run(["-"], writer, { stdin, signal: controller.signal });
  assert.equal(report.interrupted, true);
  assert.equal(report.stored, writer.articles.size);
  assert.ok(report.stored >= 10);
});

test("an unknown time zone is refused before anything is read", async () => {
  const writer = new MemoryWriter();
  await assert.rejects(run([file(articles(1))], writer, { mapping: { timezone: "Nowhere" } }), { code: "usage" });
  assert.equal(writer.articles.size, 0);
});

test("rejects that cannot be written are an error, not a silence", async () => {
  const blocked = file("in the way");
  const report = await run([file("nonsense\n")], new MemoryWriter(), { rejectsFolder: blocked });
  assert.equal(report.failure?.code, "io");
  assert.match(report.failure?.message ?? "", /rejects file/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("rejects-")),
    [],
  );
});
