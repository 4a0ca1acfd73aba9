import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { mock, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { article, encoder, idsWithTerm, newArchive, newFolder } from "../../test/fakes/local-archive.ts";
import type { Article } from "../archive/article.ts";
import { AppError } from "../errors.ts";
import { createResources } from "../resources/registry.ts";
import { backupArchive } from "./care/backup.ts";
import { verifyArchive } from "./care/verify.ts";
import { Reader } from "./read/reader.ts";
import { databasePath, FORMAT_VERSION } from "./store/database.ts";
import { sealRecord } from "./store/record-check.ts";
import { Writer } from "./write/writer.ts";

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
    assert.equal(snapshot.segments[0]?.publishedAtMs.at(0), Number.NEGATIVE_INFINITY, "undated rows come first");
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
  const folder = newFolder();
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
