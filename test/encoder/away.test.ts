/** An archive whose encoder is a server: what happens to searches and imports while that server is away. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { SearchRequest } from "../../src/archive/request.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { createEncoderServer } from "../../src/encoder-server/server.ts";
import { listen } from "../../src/http/listen.ts";
import { fillInVectors } from "../../src/local/care/fill-in-vectors.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

const article = (id: string, title: string) => ({
  id,
  title,
  body: `${title}。记者今日从现场报道。`,
  publishedAtMs: 1.7e12,
});
const FIRST = [article("1", "港口昨日恢复通航"), article("2", "市政府公布供水改造计划")];
const SECOND = [article("3", "新港口三期工程开工"), article("4", "城市马拉松周日开跑")];

const request = (query: string): SearchRequest => ({
  query,
  mode: "hybrid",
  sources: [],
  categories: [],
  excludedSources: [],
  excludedCategories: [],
  sort: "relevance",
  limit: 10,
  offset: 0,
});

async function startEncoderServer(port: number, encoder: Encoder = createFakeEncoder()) {
  const app = await createEncoderServer({ encoder, resources: createResources(), version: "0" });
  return await listen(app, { host: "127.0.0.1", port });
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "away-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "archive");
}

describe("while the embedding server is away", () => {
  test("searches go on by keyword and say so, imports keep the articles, and both mend themselves", async () => {
    const folder = newFolder();
    let server = await startEncoderServer(0);
    const { port, url } = server;
    const encoder = { kind: "remote", url } as const;
    {
      await using writing = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
      await writing.writer.put(FIRST);
    }
    await using app = await openBackend({ folder, encoder });
    const before = await app.search.search(request("恢复通航"));
    assert.equal(before.mode, "hybrid");
    assert.deepEqual(before.notices, []);

    await server.stop();
    const during = await app.search.search(request("恢复通航"));
    assert.equal(during.mode, "keyword");
    assert.deepEqual(during.notices, ["encoder-away"]);
    assert.equal(during.hits[0]?.id, "1");

    {
      await using writing = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
      assert.deepEqual(await writing.writer.put(SECOND), { added: 2, updated: 0, unchanged: 0 });
    }
    const countWaiting = async () => (await app.archive.stats()).withoutVector;
    assert.equal(await countWaiting(), 2);
    const withNew = await app.search.search(request("马拉松"));
    assert.equal(withNew.hits[0]?.id, "4", "what was imported meanwhile is found by its words");

    {
      // A process that starts while the server is away knows from the archive what it is for.
      await using late = await openBackend({ folder, encoder });
      assert.deepEqual((await late.search.search(request("港口"))).notices, ["encoder-away"]);
    }

    server = await startEncoderServer(port);
    const fillable = {
      openWriter: () => app.archive.writer.borrow(),
      unencodedCount: () => app.archive.reader.unencodedCount(),
    };
    await using _filling = fillInVectors(fillable, (error) => assert.fail(String(error)), 50);
    const deadline = Date.now() + 30_000;
    while ((await countWaiting()) > 0 && Date.now() < deadline) await delay(50);
    assert.equal(await countWaiting(), 0);
    const recovered = await app.search.search(request("马拉松"));
    assert.equal(recovered.mode, "hybrid");
    assert.equal(typeof recovered.hits.find(({ id }) => id === "4")?.why.semantic, "number");
    await server.stop();
  });

  test("a server with another encoder is never mixed in", async () => {
    const folder = newFolder();
    const server = await startEncoderServer(0);
    const encoder = { kind: "remote", url: server.url } as const;
    {
      await using writing = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
      await writing.writer.put(FIRST);
    }
    await server.stop();
    for (const [index, other] of [
      createFakeEncoder({ name: "other" }),
      createFakeEncoder({ dimensions: 128 }),
    ].entries()) {
      const wrong = await startEncoderServer(server.port, other);
      {
        await using app = await openBackend({ folder, encoder });
        const { mode, notices, hits } = await app.search.search(request("恢复通航"));
        assert.deepEqual([mode, notices, hits[0]?.id], ["keyword", ["encoder-changed"], "1"]);
      }
      {
        await using writing = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
        await writing.writer.put(SECOND.slice(index, index + 1));
        assert.deepEqual(await writing.writer.finish(), { withoutVector: index + 1, isComplete: true });
      }
      await wrong.stop();
    }
    const right = await startEncoderServer(server.port);
    await using writing = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
    assert.deepEqual(await writing.writer.finish(), { withoutVector: 0, isComplete: true });
    assert.deepEqual((await writing.search.search(request("马拉松"))).notices, []);
    await right.stop();
  });

  test("a server that comes back as another encoder: searches go by words and say why", async () => {
    const folder = newFolder();
    const server = await startEncoderServer(0);
    const encoder = { kind: "remote", url: server.url } as const;
    await using writing = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
    await writing.writer.put(FIRST);
    await server.stop();
    assert.deepEqual((await writing.search.search(request("通航"))).notices, ["encoder-away"]);
    const wrong = await startEncoderServer(server.port, createFakeEncoder({ name: "other" }));
    assert.deepEqual((await writing.search.search(request("通航"))).notices, ["encoder-changed"]);
    await writing.writer.put(SECOND);
    assert.equal((await writing.archive.stats()).withoutVector, 2, "kept, and never encoded by the wrong one");
    await wrong.stop();
  });
});
