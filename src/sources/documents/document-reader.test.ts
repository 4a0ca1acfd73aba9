import assert from "node:assert/strict";
import { test } from "node:test";
import { startDocumentReader } from "./document-reader.ts";
import { readDocumentHere, type SentDocument } from "./read-document.ts";

const sent = (text: string): SentDocument => ({ bytes: Buffer.from(text), url: "https://news.example/" });
const DOCUMENTS = {
  feed: sent("<rss><channel><title>晨报</title><item><title>大桥通车</title><link>/1</link></item></channel></rss>"),
  sitemap: sent("<urlset><url><loc>https://news.example/1</loc></url></urlset>"),
  page: sent("<html><title>晨报</title><a href='/2024/0102.html'>跨江大桥今晨正式通车</a></html>"),
} as const;

test("a document says the same whether it is read here or in a thread", async () => {
  await using reader = startDocumentReader({ minBytes: 0 });
  for (const kind of ["feed", "sitemap", "page"] as const) {
    const here = await readDocumentHere(kind, DOCUMENTS[kind]);
    assert.ok(here !== undefined, kind);
    assert.deepEqual(await reader.read(kind, DOCUMENTS[kind]), here);
  }
  assert.equal(await reader.read("feed", sent("no feed")), undefined);
});

test("a document that is made to take seconds does not hold the thread that asks", async () => {
  await using reader = startDocumentReader();
  // Compiled, and the thread started, before it is watched.
  await reader.read("feed", sent(`<rss><channel>${"<a>".repeat(30_000)}`));
  const document = sent(`<rss><channel>${"<a>".repeat(100_000)}`);
  const before = process.threadCpuUsage();
  await reader.read("feed", document);
  const { user, system } = process.threadCpuUsage(before);
  const here = process.threadCpuUsage();
  await readDocumentHere("feed", document);
  const alone = process.threadCpuUsage(here);
  assert.ok((user + system) * 5 < alone.user + alone.system, `${(user + system) / 1000} ms of this thread`);
});
