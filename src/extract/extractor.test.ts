import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors.ts";
import { startExtractor } from "./extractor.ts";

const PAGE = Buffer.from(
  "<title>河湾镇老码头改建</title><h1>河湾镇老码头改建</h1><p>河湾镇的老码头上周拆除了最后一段护栏，施工队说新栈道会在入冬前铺好。</p>",
);
/** Takes a thread a good while to read. */
const LARGE = Buffer.from(`<div>${"<p>河湾镇的老码头，上周拆除了护栏。</p>".repeat(150_000)}`);

const isCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

test("a page is read in a thread, with the rules of its site", async () => {
  const rules = new Map([["hewan.example", "title: //p"]]);
  await using extractor = startExtractor({ rules });
  const plain = await extractor.extract(PAGE);
  assert.equal(plain.title, "河湾镇老码头改建");
  const ruled = await extractor.extract(PAGE, { url: "https://hewan.example/1" });
  assert.equal(ruled.why.title, "site rules of hewan.example");
});

test("a page that takes too long is given up, and the next one is read", async () => {
  await using extractor = startExtractor({ timeoutMs: 300 });
  await assert.rejects(extractor.extract(LARGE), isCode("timeout"));
  await using patient = startExtractor();
  assert.equal((await patient.extract(PAGE)).paragraphs.length, 1);
});

test("a page that takes too much memory is given up, and the next one is read", async () => {
  await using extractor = startExtractor({ heapMb: 16, timeoutMs: 120_000 });
  await assert.rejects(extractor.extract(LARGE), isCode("unavailable"));
  assert.equal((await extractor.extract(PAGE)).paragraphs.length, 1);
});

test("a page of too many bytes is refused at once, and so is one too many", async () => {
  await using extractor = startExtractor({ maxBytes: 1_000, maxWaiting: 1 });
  await assert.rejects(extractor.extract(LARGE), isCode("payload-too-large"));
  const first = extractor.extract(PAGE);
  await assert.rejects(extractor.extract(PAGE), isCode("unavailable"));
  assert.equal((await first).paragraphs.length, 1);
});
