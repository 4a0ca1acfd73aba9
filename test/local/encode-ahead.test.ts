/** Batches that are announced are encoded while those before are stored. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { AppError } from "../../src/errors.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { Writer } from "../../src/local/write/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

const article = (id: string, body = `关于${id}的正文`): Article => ({ id, title: `标题${id}`, body });

/** A writer over an encoder that notes what it is asked. `fails` says of each call whether the encoder is away. */
async function openWriter({ encodesAhead = true, fails = (_call: number): boolean => false } = {}) {
  const folder = join(createTestFolder(), "archive");
  const fake = createFakeEncoder();
  const asked: string[][] = [];
  const encoder: Encoder = {
    ...fake,
    encode: async (texts, options) => {
      asked.push([...texts]);
      if (fails(asked.length)) throw new AppError("encoder-unavailable", "away");
      return fake.encode(texts, options);
    },
  };
  createDatabase(folder, {
    encoderFingerprint: fake.fingerprint,
    dimensions: fake.dimensions,
    timezone: "Asia/Shanghai",
  });
  const writer = await Writer.open({ folder, encoder, resources: createResources(), encodesAhead });
  return { folder, writer, asked };
}

const countsOf = (asked: readonly string[][]): number[] => asked.map(({ length }) => length);

test("an announced batch is encoded before it is put, once", async () => {
  const { writer, asked } = await openWriter();
  const batch = [article("a"), article("b")];
  writer.prepare(batch);
  assert.deepEqual(countsOf(asked), [2]);
  assert.deepEqual(await writer.put(batch), { added: 2, updated: 0, unchanged: 0 });
  assert.deepEqual(countsOf(asked), [2]);
  await writer.close();
});

test("without it nothing is encoded before a batch is put", async () => {
  const { writer, asked } = await openWriter({ encodesAhead: false });
  const batch = [article("a")];
  writer.prepare(batch);
  assert.deepEqual(countsOf(asked), []);
  await writer.put(batch);
  assert.deepEqual(countsOf(asked), [1]);
  await writer.close();
});

test("what the batch before has stored is not stored again, and what it changed is", async () => {
  const { folder, writer, asked } = await openWriter();
  const first = [article("a"), article("b")];
  const second = [article("a"), article("b", "另一篇正文"), article("c")];
  writer.prepare(first);
  // Nothing of the first is stored yet, so all of the second is encoded.
  writer.prepare(second);
  await writer.put(first);
  assert.deepEqual(await writer.put(second), { added: 1, updated: 1, unchanged: 1 });
  assert.deepEqual(countsOf(asked), [2, 3]);
  await writer.finish();
  await writer.close();
  assert.deepEqual(verifyArchive(folder).problems, []);
});

test("a batch that could not be encoded ahead is encoded when it is put", async () => {
  const { folder, writer, asked } = await openWriter({ fails: (call) => call === 1 });
  const batch = [article("a")];
  writer.prepare(batch);
  await writer.put(batch);
  assert.deepEqual(countsOf(asked), [1, 1]);
  await writer.finish();
  await writer.close();
  assert.deepEqual(verifyArchive(folder).problems, []);
});
