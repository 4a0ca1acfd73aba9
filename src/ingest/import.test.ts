import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { MemoryWriter } from "../../test/fakes/writer.ts";
import { AppError } from "../errors.ts";
import { type ImportOptions, type ImportProgress, importArticles } from "./import.ts";
import type { ImportReport } from "./report.ts";

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
  importArticles({ inputs, writer: writer.reborrow(), rejectsFolder: rejectsFolder(), batchArticles: 10, ...options });

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
    [[1, "昨天 (says how long ago, but not from which moment)"]],
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
  assert.equal(report.withoutBody, 20, "what is counted of articles is counted of those that are stored");
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
  stdin.push(`${articles(2000)}{"id":"half","title":"半`);
  const writer = new MemoryWriter();
  writer.onPut = () => void globalThis.setTimeout(() => controller.abort(), 5);
  const report = await run(["-"], writer, { stdin, signal: controller.signal });
  assert.equal(report.interrupted, true);
  assert.equal(report.stored, writer.articles.size);
  assert.ok(report.stored >= 10);
  assert.equal(report.rejected, 0, "what was not read to its end is not broken");
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

/** The counts that must add up, for whatever was read. */
const addsUp = ({ read, stored, added, updated, unchanged, repeated, rejected }: ImportReport): void => {
  assert.equal(read, added + updated + unchanged + repeated + rejected);
  assert.equal(stored, read - rejected);
};

test("equal ids in two inputs are counted and told, and a prefix keeps the articles", async () => {
  const [north, south] = [file(articles(4)), file(articles(4).replaceAll("第", "南第"))];
  const writer = new MemoryWriter();
  const report = await run([north, south], writer);
  addsUp(report);
  assert.deepEqual([report.read, report.added, report.repeated, report.colliding], [8, 4, 4, 4]);
  assert.deepEqual(
    report.repeatedIds.map(({ input, line, text }) => [input, line, text]),
    [1, 2, 3, 4].map((line) => [south, line, `a-${line - 1}`]),
  );
  const kept = new MemoryWriter();
  const prefixed = await run([north, south], kept, { mapping: { idPrefix: "{file}:" } });
  addsUp(prefixed);
  assert.deepEqual([prefixed.added, prefixed.repeated, kept.articles.size], [8, 0, 8]);
});

test("the same article in two inputs is repeated, and no collision", async () => {
  const report = await run([file(articles(3)), file(articles(3))], new MemoryWriter());
  addsUp(report);
  assert.deepEqual([report.added, report.repeated, report.colliding, report.contradicting], [3, 3, 0, 0]);
});

test("an article that takes the place of one from another source is told", async () => {
  const writer = new MemoryWriter();
  await run([file(articles(2))], writer, { mapping: { source: "北报" } });
  const report = await run([file(articles(2))], writer, { mapping: { source: "南报" } });
  addsUp(report);
  assert.equal(report.takenPlaces, 2);
  assert.deepEqual(report.places[0], { id: "a-0", before: "北报", now: "南报" });
});

test("the counts add up, whatever is read in whatever batches", async () => {
  const line = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .record({ id: fc.nat({ max: 6 }), title: fc.constantFrom("一", "二") })
        .map((a) => JSON.stringify(a)),
    },
    fc.constantFrom("nonsense", '{"id":3}', '{"title":"无号"}'),
  );
  const content = fc.array(fc.array(line, { maxLength: 12 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 5 }), async (files, batchArticles) => {
      const writer = new MemoryWriter();
      const inputs = files.map((lines) => file(lines.join("\n")));
      for (const _ of [1, 2]) {
        const report = await run(inputs, writer, { batchArticles });
        addsUp(report);
        assert.equal(report.read, files.flat().length);
      }
      const last = new Map(
        files.flat().flatMap((text) => {
          const found = /"id":(\d+),"title":"(.)"/.exec(text);
          return found === null ? [] : [[found[1], found[2]]];
        }) as [string, string][],
      );
      for (const [id, title] of last) assert.equal(writer.articles.get(id)?.title, title, "the last one counts");
    }),
    { numRuns: 60 },
  );
});

test("what is repeated is counted alike, however few of the ids are remembered", async () => {
  const record = fc.record({ id: fc.nat({ max: 12 }), title: fc.constantFrom("一", "二") });
  const inputs = fc.array(fc.array(record, { maxLength: 40 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(inputs, fc.integer({ min: 1, max: 6 }), async (records, recentIds) => {
      const paths = records.map((lines) => file(lines.map((line) => JSON.stringify(line)).join("\n")));
      const few = await run(paths, new MemoryWriter(), { batchArticles: 5, recentIds });
      const all = await run(paths, new MemoryWriter(), { batchArticles: 5 });
      addsUp(few);
      assert.deepEqual([few.added, few.updated, few.unchanged], [all.added, 0, 0]);
      assert.equal(few.repeated, all.repeated);
    }),
    { numRuns: 60 },
  );
});

test("an id that came long before with another text is told", async () => {
  const first = articles(30);
  const report = await run([file(first + first.replaceAll("第", "新第"))], new MemoryWriter(), { recentIds: 4 });
  addsUp(report);
  assert.deepEqual([report.added, report.repeated, report.differing], [30, 30, 30]);
  assert.deepEqual([report.contradicting, report.colliding], [0, 0], "where it came before is forgotten");
});

test("a name of --map that no record has fails the input before anything is stored", async () => {
  for (const [name, map] of [
    ["headlin", { title: "headlin" }],
    ["data.titel", { title: "data.titel" }],
  ] as const) {
    const writer = new MemoryWriter();
    const path = file(articles(300));
    const report = await run([path, file(articles(2).replaceAll('"title"', `"${name}"`))], writer, {
      mapping: { fields: map },
    });
    assert.equal(report.stored, 2, "the other input is read");
    assert.equal(report.failures.length, 1);
    assert.match(
      report.failures[0]?.message ?? "",
      new RegExp(`None of the 300 records of .* has a field "${name}".*fields are id, title`),
    );
  }
});

test("a name of --map that only later records have is found in a file", async () => {
  const writer = new MemoryWriter();
  const late = `${articles(300)}${JSON.stringify({ id: "late", title: "t", ressort: "财经" })}\n`;
  const report = await run([file(late)], writer, { mapping: { fields: { category: "ressort" } } });
  assert.deepEqual(report.failures, []);
  assert.equal(writer.articles.get("late")?.category, "财经");
  assert.equal(report.stored, 301);
});

test("an input of which nothing can be used has failed", async () => {
  const useless = file('{"a":1}\n{"a":2}\n');
  const report = await run([useless, file(articles(1))], new MemoryWriter());
  addsUp(report);
  assert.deepEqual([report.stored, report.rejected], [1, 2]);
  assert.deepEqual(
    report.failures.map(({ input }) => input),
    [useless],
  );
  assert.match(report.failures[0]?.message ?? "", /each of its 2 records was refused \(neither a title nor a body/);
  assert.deepEqual((await run([file("")], new MemoryWriter())).failures, [], "an empty file is no failure");
});

test("articles without a title, a body or a date are counted, and why dates were not read", async () => {
  const lines = [
    { title: "一" },
    { body: "二", date: "昨天" },
    { title: "三", body: "三", date: "21-03-14" },
    { title: "四", date: "2021-02-30" },
    { title: "五", body: "五", date: "2021-03-14" },
  ].map((record) => JSON.stringify(record));
  const report = await run([file(lines.join("\n"))], new MemoryWriter());
  assert.deepEqual([report.withoutTitle, report.withoutBody, report.undated], [1, 2, 4]);
  assert.deepEqual(report.badDateCounts, { relative: 1, twoDigits: 1, missing: 1 });
  assert.deepEqual(
    report.badDates.map(({ line }) => line),
    [2, 3, 4],
  );
});

test("the report tells which name was taken for which field, over all inputs", async () => {
  const report = await run(
    [
      file('{"headline":"一","maintext":"文","lang":"zh"}\n'),
      file('{"标题":"二","正文":"文"}\n{"标题":"三","正文":""}\n'),
    ],
    new MemoryWriter(),
  );
  assert.deepEqual(report.fields.used, [
    { field: "title", name: "标题", articles: 2 },
    { field: "title", name: "headline", articles: 1 },
    { field: "body", name: "maintext", articles: 1 },
    { field: "body", name: "正文", articles: 1 },
  ]);
  assert.deepEqual(report.fields.unused, ["lang"]);
});
