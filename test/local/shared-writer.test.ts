import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Article } from "../../src/archive/article.ts";
import { AppError } from "../../src/errors.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { Reader } from "../../src/local/read/reader.ts";
import { type MergeSegments, mergeSegments } from "../../src/local/segment/merge-segments.ts";
import { createDatabase, segmentFolder } from "../../src/local/store/database.ts";
import { SharedWriter } from "../../src/local/write/shared-writer.ts";
import { Writer } from "../../src/local/write/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

const encoder = createFakeEncoder();

function createArchive() {
  const folder = join(createTestFolder(), "archive");
  const { fingerprint, dimensions } = encoder;
  createDatabase(folder, { encoderFingerprint: fingerprint, dimensions, timezone: "Asia/Shanghai" });
  const resources = createResources();
  const open = (): Promise<Writer> => Writer.open({ folder, encoder, resources, mergesBeside: true });
  return { folder, resources, open };
}

const article = (id: string, body = `关于${id}的正文`): Article => ({
  id,
  title: `标题${id}`,
  body,
  publishedAtMs: id.length,
});

const failOnError = (error: unknown): never => assert.fail(String(error));

async function put(shared: SharedWriter, ...articles: readonly Article[]): Promise<void> {
  const writer = await shared.borrow();
  await writer.put(articles);
  await writer.close();
}

test("many small writes leave few segments, merged in a thread, and the lock is given back", async () => {
  const { folder, open } = createArchive();
  const shared = new SharedWriter({ open, onError: failOnError });
  for (let index = 0; index < 40; index++)
    await put(shared, article(`a${index}`), article(`b${index % 5}`, `第${index}版`));
  await shared.settle();
  await shared[Symbol.asyncDispose]();
  const { problems, leftovers, articles, segments } = verifyArchive(folder);
  assert.deepEqual([problems, leftovers, articles], [[], [], 45]);
  assert.ok(segments <= 7, `${segments} segments`);
  await (await open()).close();
});

test("what is changed and removed while a merge runs stays changed and removed", async () => {
  const { folder, resources, open } = createArchive();
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const merge: MergeSegments = async (...task) => {
    reached.resolve();
    await goOn.promise;
    return mergeSegments(...task);
  };
  const shared = new SharedWriter({ open, onError: failOnError, merge });
  for (let index = 0; index < 8; index++) await put(shared, article(`a${index}`), article(`b${index}`));
  await reached.promise;
  await put(shared, article("a1", "合并时改的"));
  const writer = await shared.borrow();
  assert.equal(await writer.remove(["a2", "b3"]), 2);
  await writer.close();
  goOn.resolve();
  await shared.settle();
  await shared[Symbol.asyncDispose]();
  const { problems, leftovers, articles, segments } = verifyArchive(folder);
  assert.deepEqual([problems, leftovers, articles, segments], [[], [], 14, 2]);
  const reader = await Reader.open(folder, resources);
  {
    using snapshot = await reader.snapshot();
    assert.equal(snapshot.articleById("a1")?.body, "合并时改的");
    assert.equal(snapshot.articleById("a2"), undefined);
  }
  await reader.close();
});

test("a long series of writes is merged while it goes on", async () => {
  const { folder, open } = createArchive();
  const shared = new SharedWriter({ open, onError: failOnError, merge: mergeSegments });
  const writer = await shared.borrow();
  const countFiles = (): number => readdirSync(segmentFolder(folder)).length;
  let before = 0;
  let articles = 0;
  for (; countFiles() >= before; articles++) {
    assert.ok(articles < 100, "nothing is merged before the end");
    before = countFiles();
    await writer.put([article(`a${articles}`)]);
    // An encoder gives others a turn; the fake one has no need to.
    await new Promise(setImmediate);
  }
  await writer.close();
  await shared.settle();
  await shared[Symbol.asyncDispose]();
  const report = verifyArchive(folder);
  assert.deepEqual([report.problems, report.articles], [[], articles]);
});

test("an archive that is compacted while a merge runs beside holds each article once", async () => {
  const { folder, open } = createArchive();
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const merge: MergeSegments = async (...task) => {
    reached.resolve();
    await goOn.promise;
    return mergeSegments(...task);
  };
  const shared = new SharedWriter({ open, onError: failOnError, merge });
  for (let index = 0; index < 8; index++) await put(shared, article(`a${index}`), article(`b${index}`));
  await reached.promise;
  const writer = await shared.borrow();
  await writer.compact?.();
  assert.equal(verifyArchive(folder).segments, 1);
  goOn.resolve();
  await writer.close();
  await shared.settle();
  await shared[Symbol.asyncDispose]();
  const { problems, leftovers, articles, segments } = verifyArchive(folder);
  assert.deepEqual([problems, leftovers, articles, segments], [[], [], 16, 1]);
});

test("closing a borrowed writer waits for what was asked of it", async () => {
  const { folder, open } = createArchive();
  const shared = new SharedWriter({ open, onError: failOnError });
  const writer = await shared.borrow();
  const other = await shared.borrow();
  let isStored = false;
  void writer.put([article("a")]).then(() => {
    isStored = true;
  });
  await writer.close();
  assert.ok(isStored);
  await writer.close();
  await other.put([article("b")]);
  await other.close();
  await shared[Symbol.asyncDispose]();
  assert.equal(verifyArchive(folder).articles, 2);
});

test("stopped in a merge, it leaves the archive as it was, and nothing lies about", async () => {
  const { folder, open } = createArchive();
  const reached = Promise.withResolvers<void>();
  const merge: MergeSegments = (path, inputs, options) => {
    reached.resolve();
    // The abort comes between this and the first look at the signal.
    return sleep(50).then(() => mergeSegments(path, inputs, options));
  };
  const shared = new SharedWriter({ open, onError: failOnError, merge });
  for (let index = 0; index < 8; index++) await put(shared, article(`a${index}`));
  await reached.promise;
  await shared[Symbol.asyncDispose]();
  const { problems, leftovers, segments } = verifyArchive(folder);
  assert.deepEqual([problems, leftovers, segments], [[], [], 8]);
  assert.equal(readdirSync(segmentFolder(folder)).length, 8);
});

test("a merge that fails is told, and the next write tries again", async () => {
  const { folder, open } = createArchive();
  const errors: unknown[] = [];
  const merge: MergeSegments = (...task) =>
    errors.length === 0 ? Promise.reject(new AppError("disk-full", "full")) : mergeSegments(...task);
  const shared = new SharedWriter({ open, onError: (error) => void errors.push(error), merge });
  for (let index = 0; index < 9; index++) await put(shared, article(`a${index}`));
  await shared.settle();
  await shared[Symbol.asyncDispose]();
  assert.equal(errors.length, 1);
  assert.deepEqual(verifyArchive(folder).problems, []);
});
