/** An archive whose vectors another encoder made, while it is searched, written and moved to the one in use. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { reindexFolder } from "../../src/compose/care.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { openServed, type ServedBackend } from "../../src/compose/open-served.ts";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import { listen } from "../../src/http/listen.ts";
import { createResources } from "../../src/resources/registry.ts";
import { runCli } from "../fakes/cli.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

const BUILTIN = { kind: "builtin" } as const;
const TIMEZONE = "Asia/Shanghai";

const article = (id: string, title: string) => ({
  id,
  title,
  body: `${title}。记者今日从现场报道，详情将陆续公布。`,
  publishedAtMs: 1.7e12,
});
const ARTICLES = Array.from({ length: 40 }, (_, index) => article(`a${index}`, `第${index}号码头恢复通航`));

/** An archive that an encoder made which is not the built-in one. */
async function createEarlierArchive(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "earlier-encoder-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const app = await createEncoderServer({
    encoder: createFakeEncoder({ name: "earlier", dimensions: 32 }),
    resources: createResources(),
    version: "0",
  });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  const encoder = { kind: "remote", url: server.url } as const;
  const archive = join(folder, "archive");
  await using writing = await openForWriting({ folder: archive, encoder, timezone: TIMEZONE });
  for (let start = 0; start < ARTICLES.length; start += 10) await writing.writer.put(ARTICLES.slice(start, start + 10));
  await server.stop();
  return archive;
}

const ask = async ({ search }: Pick<ServedBackend, "search">, query = "码头通航") => {
  const { mode, notices, total } = await search.search({ ...PLAIN_REQUEST, query });
  return { mode, notices, total };
};
const BY_WORDS = { mode: "keyword", notices: ["encoder-changed"], total: ARTICLES.length };

describe("an archive that another encoder made", () => {
  test("is searched by words, with a notice, until a reindex has ended, and by meaning from then on without a restart", async () => {
    const folder = await createEarlierArchive();
    await using served = await openServed({ folder, encoder: BUILTIN });
    assert.deepEqual(await ask(served), BY_WORDS);

    const during: Awaited<ReturnType<typeof ask>>[] = [];
    let asking: Promise<unknown> = Promise.resolve();
    const report = await reindexFolder({
      folder,
      encoder: BUILTIN,
      compact: false,
      signal: new AbortController().signal,
      onProgress: () => {
        asking = asking.then(async () => during.push(await ask(served)));
      },
    });
    assert.equal(report.encoded, ARTICLES.length);
    assert.ok(report.tookMs > 0);
    await asking;
    assert.ok(during.length > 0);
    for (const answer of during) assert.equal(answer.total >= ARTICLES.length, true, JSON.stringify(answer));

    const { mode, notices } = await ask(served);
    assert.deepEqual([mode, notices], ["hybrid", []]);
    const writer = await served.archive.borrowWriter();
    await writer.put([article("new", "新码头动工")]);
    await writer.close();
    assert.equal((await served.archive.stats()).withoutVector, 0, "what is written afterwards is encoded at once");
  });

  test("takes articles meanwhile: they are found by words, and the reindex encodes them", async () => {
    const folder = await createEarlierArchive();
    {
      await using served = await openServed({ folder, encoder: BUILTIN });
      const writer = await served.archive.borrowWriter();
      await writer.put([article("new", "新码头动工")]);
      await writer.close();
      assert.equal((await ask(served, "新码头动工")).total, 1);
      assert.equal((await served.archive.stats()).withoutVector, 1);
    }
    const signal = new AbortController().signal;
    await reindexFolder({ folder, encoder: BUILTIN, compact: true, signal, onProgress: () => {} });
    await using app = await openBackend({ folder, encoder: BUILTIN });
    assert.equal((await app.archive.stats()).withoutVector, 0);
    const { hits } = await app.search.search({ ...PLAIN_REQUEST, query: "新码头动工" });
    assert.equal(hits[0]?.id, "new");
    assert.equal(typeof hits[0]?.why.semantic, "number");
  });

  test("the command line says so in search, status and import, and what a reindex took", async () => {
    const folder = await createEarlierArchive();
    const run = (...args: string[]) => runCli([...args, "--archive", folder]);
    assert.match((await run("search", "码头")).stderr, /another encoder.*`wenxun reindex`/);
    assert.match((await run("status")).stdout, /^vectors +made by another encoder \(.*wenxun reindex/m);
    const status = JSON.parse((await run("status", "--json")).stdout) as { archive: { vectorsOutdated: boolean } };
    assert.equal(status.archive.vectorsOutdated, true);
    const reindexed = await run("reindex");
    assert.match(reindexed.stdout, /^40 articles indexed with static-zh \(.*\) in [\d.]+ s, [\d.]+ ms an article$/m);
    assert.doesNotMatch((await run("status")).stdout, /^vectors /m);
    assert.equal((await run("search", "码头")).stderr, "");
  });
});
