import assert from "node:assert/strict";
import { appendFileSync, cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createFakeEncoder } from "../../../test/fakes/encoder.ts";
import { article, newArchive, newFolder } from "../../../test/fakes/local-archive.ts";
import { AppError } from "../../errors.ts";
import { createResources } from "../../resources/registry.ts";
import { Reader } from "../read/reader.ts";
import { segmentFolder } from "../store/database.ts";
import { reindexArchive } from "./reindex.ts";
import { verifyArchive } from "./verify.ts";

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
  const copy = newFolder();
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
