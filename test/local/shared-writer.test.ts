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

async function untilMerged(folder: string, segments: number): Promise<void> {
  for (let waited = 0; verifyArchive(folder).segments > segments; waited++) {
    assert.ok(waited < 500, "they are not merged");
    await sleep(20);
  }
}

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
  await untilMerged(folder, 7);
  await shared[Symbol.asyncDispose]();
  const { problems, leftovers, articles } = verifyArchive(folder);
  assert.deepEqual([problems, leftovers, articles], [[], [], 45]);
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
  await untilMerged(folder, 2);
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
  await untilMerged(folder, 2);
  await shared[Symbol.asyncDispose]();
  assert.equal(errors.length, 1);
  assert.deepEqual(verifyArchive(folder).problems, []);
});
