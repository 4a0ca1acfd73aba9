import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, mock, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import type { Article } from "../archive/article.ts";
import { AppError } from "../errors.ts";
import { createResources } from "../resources/registry.ts";
import type { Resources } from "../resources/resources.ts";
import { foldText } from "../text/fold.ts";
import type { TermKey } from "../text/terms.ts";
import { scanTerms } from "../text/terms.ts";
import { backupArchive } from "./care/backup.ts";
import { reindexArchive } from "./care/reindex.ts";
import { repairArchive } from "./care/repair.ts";
import { verifyArchive } from "./care/verify.ts";
import { Reader } from "./read/reader.ts";
import type { SegmentView, Snapshot } from "./read/snapshot.ts";
import { SegmentFile } from "./segment/segment-file.ts";
import { createDatabase, databasePath, FORMAT_VERSION, segmentFolder, segmentPath } from "./store/database.ts";
import { sealRecord } from "./store/record-check.ts";
import { Writer } from "./write/writer.ts";

const encoder = createFakeEncoder();
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newArchive(): { folder: string; resources: Resources; open: () => Promise<Writer> } {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-archive-"));
  folders.push(folder);
  createDatabase(folder, {
    encoderFingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    timezone: "Asia/Shanghai",
  });
  const resources = createResources();
  return { folder, resources, open: () => Writer.open({ folder, encoder, resources }) };
}

const article = (id: string, fields: Partial<Article> = {}): Article => ({
  id,
  title: `标题${id}`,
  body: `关于${id}的正文，城市供水恢复。`,
  ...fields,
});

const firstTerm = (text: string): TermKey => {
  let first: TermKey | undefined;
  scanTerms(foldText(text), (high, low) => {
    first ??= { high, low };
  });
  assert.ok(first);
  return first;
};

/** The live rows of a segment that hold a term. */
function rowsWithTerm(segment: SegmentView, key: TermKey): Uint32Array {
  return segment.matchTerms({
    from: 0,
    to: segment.rows,
    terms: [{ key, weight: 1, bits: 1 }],
    flat: 1,
    perTerm: 0,
    rule: { must: 1, joined: 0, tables: new Int32Array(1024), needed: 0, least: 1 },
    base: 0,
    everything: false,
    chosen: [],
  }).rows;
}

/** Ids of the live articles that hold a term, straight from the postings. */
function idsWithTerm(snapshot: Snapshot, text: string): string[] {
  const term = firstTerm(text);
  return snapshot.segments
    .flatMap((segment) =>
      Array.from(
        rowsWithTerm(segment, term),
        (row) => snapshot.articles([segment.articleKeys[row] ?? 0])[0]?.id ?? "gone",
      ),
    )
    .sort();
}

test("what was put is found by term, by id and by vector; again it changes nothing", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  const reader = await Reader.open(folder, resources);
  const first = article("甲", {
    source: "临江日报",
    category: "科技",
    publishedAtMs: 1_000,
    url: "https://example.org/1",
  });
  assert.deepEqual(await writer.put([first, article("乙")]), { added: 2, updated: 0, unchanged: 0 });
  assert.deepEqual(await writer.put([first]), { added: 0, updated: 0, unchanged: 1 });
  {
    using snapshot = await reader.snapshot();
    assert.equal(snapshot.articleCount, 2);
    const { key, ...stored } = snapshot.articleById("甲") ?? assert.fail();
    assert.deepEqual(stored, first);
    const place = snapshot.locate(key) ?? assert.fail();
    const vector = place.segment.vector(place.row) ?? assert.fail();
    const [nearest] = place.segment.nearest(vector, { from: 0, to: place.segment.rows, limit: 1 });
    assert.equal(nearest?.row, place.row);
    assert.ok((nearest?.similarity ?? 0) > 0.999);
    assert.deepEqual(idsWithTerm(snapshot, "供水"), ["乙", "甲"]);
    assert.equal(snapshot.segments[0]?.publishedAtMs[0], Number.NEGATIVE_INFINITY, "undated rows come first");
  }
  await writer.close();
  await reader.close();
  assert.deepEqual(verifyArchive(folder).problems, []);
});

test("a snapshot keeps its state while the archive moves on", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  const reader = await Reader.open(folder, resources);
  await writer.put([article("一", { body: "旧的内容" })]);
  using before = await reader.snapshot();
  await writer.put([article("一", { body: "新的消息" })]);
  await writer.compact();
  using after = await reader.snapshot();
  assert.deepEqual(idsWithTerm(before, "内容"), ["一"]);
  assert.deepEqual(idsWithTerm(after, "内容"), []);
  assert.deepEqual(idsWithTerm(after, "消息"), ["一"]);
  assert.notEqual(before.name, after.name);
  await writer.close();
  await reader.close();
});

test("a reader can give up the snapshots that it kept; those in use go on", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  const reader = await Reader.open(folder, resources);
  await writer.put([article("一", { body: "旧的内容" })]);
  using first = await reader.snapshot();
  await writer.put([article("一", { body: "新的消息" })]);
  using _newest = await reader.snapshot();
  reader.forgetEarlierSnapshots();
  await assert.rejects(reader.snapshot(first.name), { code: "snapshot-gone" });
  assert.deepEqual(idsWithTerm(first, "内容"), ["一"]);
  await writer.close();
  await reader.close();
});

test("a snapshot can be had again by its name for some minutes, unless much memory hangs on it", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  const reader = await Reader.open(folder, resources);
  const isGone = (error: unknown): boolean => error instanceof AppError && error.code === "snapshot-gone";
  const nameNow = async (): Promise<string> => {
    using snapshot = await reader.snapshot();
    return snapshot.name;
  };
  await writer.put([article("一", { body: "旧的内容" }), article("二")]);
  const first = await nameNow();
  await writer.put([article("一", { body: "新的消息" })]);
  await nameNow();
  await writer.remove(["二"]);
  await writer.compact();
  const last = await nameNow();
  {
    using again = await reader.snapshot(first);
    assert.equal(again.name, first);
    assert.deepEqual(idsWithTerm(again, "内容"), ["一"]);
    assert.equal(again.articleCount, 2);
    using newest = await reader.snapshot(last);
    assert.deepEqual(idsWithTerm(newest, "内容"), []);
  }
  for (const name of ["c99", "", "c1 "]) await assert.rejects(reader.snapshot(name), isGone, name);
  mock.timers.enable({ apis: ["Date"], now: Date.now() + 10 * 60_000 });
  try {
    await assert.rejects(reader.snapshot(first), isGone, "its texts may be cleared away by now");
    using snapshot = await reader.snapshot(last);
    assert.equal(snapshot.articleCount, 1);
  } finally {
    mock.timers.reset();
  }
  await writer.close();
  await reader.close();
  assert.deepEqual(
    resources.status().filter(({ borrowers }) => borrowers > 0),
    [],
  );
});

test("any sequence of writes equals a map", async () => {
  const words = ["供水", "地铁", "大桥", "北京", "降雨", "ai", "芯片"];
  const anyArticle = fc.record({
    id: fc.integer({ min: 0, max: 30 }).map(String),
    title: fc.constantFrom(...words),
    body: fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((parts) => parts.join("，")),
    source: fc.constantFrom(undefined, "甲报", "乙报"),
    publishedAtMs: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ put: fc.array(anyArticle, { minLength: 1, maxLength: 12 }) }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.array(fc.integer({ min: 0, max: 30 }).map(String)) }) },
    { weight: 1, arbitrary: fc.constant({ compact: true }) },
    { weight: 1, arbitrary: fc.constant({ reopen: true }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const { folder, resources, open } = newArchive();
      const model = new Map<string, Article>();
      let writer = await open();
      const reader = await Reader.open(folder, resources);
      for (const action of steps) {
        if ("put" in action) {
          await writer.put(action.put);
          for (const entry of action.put) model.set(entry.id, entry);
        } else if ("remove" in action) {
          const there = new Set(action.remove.filter((id) => model.has(id)));
          assert.equal(await writer.remove(action.remove), there.size);
          for (const id of there) model.delete(id);
        } else if ("compact" in action) await writer.compact();
        else {
          await writer.close();
          writer = await open();
        }
        using snapshot = await reader.snapshot();
        assert.equal(snapshot.articleCount, model.size);
        for (const word of words) {
          const expected = [...model.values()].filter(({ title, body }) => title.includes(word) || body.includes(word));
          assert.deepEqual(idsWithTerm(snapshot, word), expected.map(({ id }) => id).sort());
        }
      }
      await writer.close();
      await reader.close();
      const report = verifyArchive(folder);
      assert.deepEqual(report.problems, []);
      assert.deepEqual(report.leftovers, []);
      assert.equal(report.articles, model.size);
    }),
    { numRuns: 40 },
  );
});

test("a second writer is refused", async () => {
  const { open } = newArchive();
  const writer = await open();
  await assert.rejects(open, (error) => error instanceof AppError && error.code === "archive-locked");
  await writer.close();
});

test("with another encoder than the archive's, articles are stored without a vector, and a damaged archive is not mended", async () => {
  const { folder, resources, open } = newArchive();
  const other = createFakeEncoder({ name: "other", dimensions: 32 });
  const writer = await Writer.open({ folder, encoder: other, resources });
  await writer.put([article("一")]);
  assert.equal(await writer.backfill(), 1, "it stays unencoded");
  await writer.close();
  assert.deepEqual(verifyArchive(folder).problems, []);
  await assert.rejects(
    () => Writer.open({ folder, encoder: other, resources, evenDamaged: true }),
    (error) => error instanceof AppError && error.code === "encoder-mismatch" && error.remedy?.code === "reindex",
  );
  const own = await open();
  assert.equal(await own.backfill(), 0);
  await own.close();
});

test("reindex gives every article a vector of the new encoder", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  await writer.put([article("一"), article("二"), article("三")]);
  await writer.put([article("二", { body: "改过的正文" })]);
  await writer.close();
  const other = createFakeEncoder({ name: "other", dimensions: 128 });
  assert.ok((await reindexArchive({ folder, encoder: other, resources })) >= 3);
  assert.deepEqual(verifyArchive(folder).problems, []);
  const reader = await Reader.open(folder, resources);
  assert.equal(reader.info.encoderFingerprint, other.fingerprint);
  using snapshot = await reader.snapshot();
  assert.equal(snapshot.articleCount, 3);
  const [query] = await other.encode(["标题二。改过的正文"], { role: "document" });
  const best = snapshot.segments
    .flatMap((segment) =>
      segment
        .nearest(query ?? assert.fail(), { from: 0, to: segment.rows, limit: 1 })
        .map(({ row, similarity }) => ({ similarity, key: segment.articleKeys[row] ?? 0 })),
    )
    .sort((a, b) => b.similarity - a.similarity)[0];
  assert.equal(snapshot.articles([best?.key ?? 0])[0]?.id, "二");
  await reader.close();
});

test("a reindex that was stopped goes on with the segments that are left", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  for (const part of ["一", "二", "三"])
    await writer.put(Array.from({ length: 5 }, (_, index) => article(`${part}${index}`)));
  await writer.close();
  const other = createFakeEncoder({ name: "other", dimensions: 32 });
  const stop = new AbortController();
  const onProgress = (done: number): void => {
    if (done > 5) stop.abort();
  };
  const stopped = reindexArchive({ folder, encoder: other, resources, signal: stop.signal, onProgress });
  await assert.rejects(stopped, { name: "AbortError" });
  assert.deepEqual([verifyArchive(folder).problems, verifyArchive(folder).leftovers], [[], []]);
  await (await open()).close();
  assert.equal(await reindexArchive({ folder, encoder: other, resources }), 5, "two of three were done");
  assert.deepEqual([verifyArchive(folder).problems, verifyArchive(folder).leftovers], [[], []]);
});

test("a reindex that was stopped within a segment encodes no article twice, and gives the same vectors", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  await writer.put(Array.from({ length: 200 }, (_, index) => article(`一${index}`)));
  await writer.close();
  const copy = `${folder}-copy`;
  folders.push(copy);
  cpSync(folder, copy, { recursive: true });
  const other = createFakeEncoder({ name: "other", dimensions: 64 });
  const encoded: string[] = [];
  let left = 1;
  const dying: typeof other = {
    ...other,
    encode: async (texts, options) => {
      if (left-- === 0) throw new AppError("encoder-unavailable", "gone");
      encoded.push(...texts);
      return other.encode(texts, options);
    },
  };
  await assert.rejects(reindexArchive({ folder, encoder: dying, resources }), { code: "encoder-unavailable" });
  const first = encoded.length;
  assert.ok(first > 0 && first < 200, `${first} were encoded`);
  assert.deepEqual([verifyArchive(folder).problems, verifyArchive(folder).leftovers], [[], []]);
  // Another writer leaves what was made so far where it is.
  await (await open()).close();
  // What a crash left of a row.
  const [kept = assert.fail()] = readdirSync(segmentFolder(folder)).filter((name) => name.endsWith(".vectors"));
  appendFileSync(join(segmentFolder(folder), kept), "half a row");
  left = 100;
  await reindexArchive({ folder, encoder: dying, resources });
  assert.equal(encoded.length, 200);
  assert.equal(new Set(encoded).size, 200);
  assert.deepEqual(verifyArchive(folder).problems, []);
  assert.deepEqual(
    readdirSync(segmentFolder(folder)).filter((name) => !name.endsWith(".seg")),
    [],
  );
  await reindexArchive({ folder: copy, encoder: other, resources: createResources() });
  const bytesOf = (where: string): string[] =>
    readdirSync(segmentFolder(where)).map((name) => readFileSync(join(segmentFolder(where), name), "base64"));
  assert.deepEqual(bytesOf(folder), bytesOf(copy));
});

test("vectors that were kept for one encoder are of no use to another", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  await writer.put(Array.from({ length: 100 }, (_, index) => article(`一${index}`)));
  await writer.close();
  const stop = new AbortController();
  const one = createFakeEncoder({ name: "one", dimensions: 64 });
  const onProgress = (done: number): void => {
    if (done > 0) stop.abort();
  };
  await assert.rejects(reindexArchive({ folder, encoder: one, resources, signal: stop.signal, onProgress }), {
    name: "AbortError",
  });
  const another = createFakeEncoder({ name: "another", dimensions: 64 });
  let count = 0;
  const counting: typeof another = {
    ...another,
    encode: (texts, options) => {
      count += texts.length;
      return another.encode(texts, options);
    },
  };
  await reindexArchive({ folder, encoder: counting, resources });
  assert.equal(count, 100);
});

test("an encoder that is away: the article is kept, found by keyword, and encoded later", async () => {
  const { folder, resources } = newArchive();
  let away = true;
  const flaky = {
    ...encoder,
    encode: async (...input: Parameters<typeof encoder.encode>) => {
      if (away) throw new AppError("encoder-unavailable", "away");
      return encoder.encode(...input);
    },
  };
  const writer = await Writer.open({ folder, encoder: flaky, resources });
  const reader = await Reader.open(folder, resources);
  await writer.put([article("一")]);
  const vectorOf = async (): Promise<boolean> => {
    using snapshot = await reader.snapshot();
    assert.deepEqual(idsWithTerm(snapshot, "供水"), ["一"]);
    const place = snapshot.locate(snapshot.articleById("一")?.key ?? 0) ?? assert.fail();
    return place.segment.vector(place.row) !== undefined;
  };
  assert.equal(await vectorOf(), false);
  assert.equal(await writer.backfill(), 1);
  away = false;
  assert.equal(await writer.backfill(), 0);
  assert.equal(await vectorOf(), true);
  await writer.close();
  await reader.close();
  assert.deepEqual(verifyArchive(folder).problems, []);
});

test("damage to any byte of a segment is found, named and repaired from the articles", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  await writer.put(Array.from({ length: 40 }, (_, index) => article(String(index), { publishedAtMs: index })));
  await writer.close();
  const { truncateSync } = await import("node:fs");
  const name = readdirSync(segmentFolder(folder))[0] ?? assert.fail();
  const path = join(segmentFolder(folder), name);
  const intact = readFileSync(path);
  await fc.assert(
    fc.asyncProperty(fc.nat(intact.length - 1), fc.integer({ min: 1, max: 255 }), async (position, flip) => {
      const damaged = Buffer.from(intact);
      damaged[position] = (damaged[position] ?? 0) ^ flip;
      writeFileSync(path, damaged);
      const { problems } = verifyArchive(folder);
      // Bytes between sections mean nothing; every other byte is under a checksum.
      if (problems.length === 0) assert.equal(intact[position], 0, `byte ${position} was not checked`);
      else assert.ok(problems.some(({ where, segmentId }) => where === name && segmentId !== undefined));
    }),
    { numRuns: 60 },
  );
  writeFileSync(path, intact);
  truncateSync(path, 100);
  const report = await repairArchive({ folder, encoder, resources });
  assert.equal(report.rebuiltArticles, 40);
  assert.deepEqual(report.after.problems, []);
  const reader = await Reader.open(folder, resources);
  using snapshot = await reader.snapshot();
  assert.equal(idsWithTerm(snapshot, "供水").length, 40);
  await reader.close();
});

test("a search never answers from damaged postings or vectors, nor from a segment in the place of another", async () => {
  const { folder, open } = newArchive();
  const writer = await open();
  await writer.put(Array.from({ length: 40 }, (_, index) => article(String(index))));
  await writer.put(Array.from({ length: 40 }, (_, index) => article(String(index + 40))));
  await writer.close();
  const paths = [1, 2].map((id) => segmentPath(folder, id)) as [string, string];
  const [query] = await encoder.encode(["标题三"], { role: "query" });
  const search = async (): Promise<void> => {
    const reader = await Reader.open(folder, createResources());
    using closing = new DisposableStack();
    closing.defer(() => void reader.close());
    using snapshot = await reader.snapshot();
    for (const segment of snapshot.segments) {
      segment.nearest(query ?? assert.fail(), { from: 0, to: segment.rows, limit: 10 });
      rowsWithTerm(segment, firstTerm("供水"));
    }
  };
  const isDamaged = (error: unknown): boolean => error instanceof AppError && error.code === "archive-damaged";
  await search();
  const intact = readFileSync(paths[0]);
  const { sections } = new SegmentFile(paths[0]).footer;
  for (const name of ["vectors", "postings", "terms"] as const) {
    const damaged = Buffer.from(intact);
    const place = sections[name].offset + Math.floor(sections[name].bytes / 2);
    damaged[place] = (damaged[place] ?? 0) ^ 1;
    writeFileSync(paths[0], damaged);
    await assert.rejects(search, isDamaged, name);
  }
  writeFileSync(paths[0], intact);
  await search();
  renameSync(paths[0], `${paths[0]}.aside`);
  renameSync(paths[1], paths[0]);
  renameSync(`${paths[0]}.aside`, paths[1]);
  await assert.rejects(search, isDamaged);
});

test("an archive of another version is named as such, whatever its tables are", async () => {
  const { folder, resources } = newArchive();
  const database = new DatabaseSync(databasePath(folder));
  database.exec(
    `UPDATE setting SET value = '${FORMAT_VERSION + 1}' WHERE name = 'format_version'; CREATE TABLE more (id INTEGER)`,
  );
  await assert.rejects(Reader.open(folder, resources), { code: "archive-damaged" });
  sealRecord(database);
  database.close();
  await assert.rejects(Reader.open(folder, resources), { code: "archive-version" });
});

test("no archive, and a database that is none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-archive-"));
  folders.push(folder);
  const resources = createResources();
  const code = (wanted: string) => (error: unknown) => error instanceof AppError && error.code === wanted;
  await assert.rejects(Reader.open(folder, resources), code("archive-missing"));
  writeFileSync(join(folder, "archive.db"), "this is not a database, but it is long enough to be one ".repeat(40));
  await assert.rejects(Reader.open(folder, resources), code("archive-damaged"));
});

test("a backup taken while batches come in is a sound archive of one commit", async () => {
  const { folder, resources, open } = newArchive();
  const writer = await open();
  await writer.put(Array.from({ length: 300 }, (_, index) => article(`a${index}`)));
  const target = join(folder, "backup");
  writeFileSync(join(folder, "synonyms.txt"), "格鲁吉亚, 乔治亚\n");
  const backingUp = backupArchive(folder, target);
  // Without end: a copy that began anew with each commit would never be done. Merges take its segments away.
  let isDone = false;
  const writing = (async () => {
    for (let batch = 0; !isDone; batch++) {
      await writer.put([article(`b${batch}`)]);
      await sleep(1);
    }
  })();
  const report = await backingUp;
  isDone = true;
  await writing;
  assert.ok(report.articles >= 300);
  const verified = verifyArchive(target);
  assert.deepEqual(verified.problems, []);
  assert.equal(verified.articles, report.articles);
  assert.equal(readFileSync(join(target, "synonyms.txt"), "utf8"), "格鲁吉亚, 乔治亚\n");
  await assert.rejects(backupArchive(folder, target), (error) => error instanceof AppError && error.code === "usage");
  await writer.close();
  const restored = await Writer.open({ folder: target, encoder, resources });
  assert.deepEqual(await restored.put([article("a0")]), { added: 0, updated: 0, unchanged: 1 });
  await restored.close();
});
