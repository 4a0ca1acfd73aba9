import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Article } from "../../src/archive/article.ts";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import {
  createEmpty,
  createFilled,
  createMoodyEncoder,
  type Engine,
  putAll,
  removeAll,
  scan,
  throwAway,
  withoutUndefined,
} from "./engine.ts";

const DAY_MS = 86_400_000;

const ARTICLES: readonly Article[] = [
  {
    id: "ferry",
    title: "渡口恢复通航",
    body: "渡船今晨重新开航。\n\n第一班坐满了人。",
    url: "https://news.example/ferry?a=1&b=2",
    source: "江湾日报",
    category: "交通",
    publishedAtMs: Date.UTC(2021, 2, 14),
  },
  { id: "bare", title: "", body: "" },
  { id: "old", title: "最早的一篇", body: "年代久远。", source: "江湾日报", publishedAtMs: Date.UTC(1, 0, 1) },
  { id: "新闻/二 ?#%", title: "𠮷野家开张 🍜", body: "第一天\u0000免费。", category: "餐饮", publishedAtMs: 0.5 },
  { id: "late", title: "最晚的一篇", body: "在很久以后。", source: "海灣時報", publishedAtMs: Date.UTC(9999, 11, 31) },
];

const isGone = (error: unknown): boolean => error instanceof AppError && error.code === "snapshot-gone";
const isRefusal = (error: unknown): boolean => error instanceof AppError && error.code !== "internal";

/** What any archive must do beside searching and writing: reading, scanning, snapshots, statistics, activity, its end. */
export function testArchiveContract(engine: Engine): void {
  describe(`the archive of ${engine.name}`, () => {
    test("says what it is and what it can", async () => {
      const encoder = createMoodyEncoder();
      const { archive } = await createEmpty(engine, { encoder, timezone: "America/New_York" });
      const { encoderFingerprint, dimensions, timezone, createdAtMs } = archive.info;
      assert.deepEqual(
        [encoderFingerprint, dimensions, timezone],
        [encoder.fingerprint, encoder.dimensions, "America/New_York"],
      );
      assert.ok(Math.abs(Date.now() - createdAtMs) < 60_000, "made just now");
      for (const part of ["snapshots", "exactCounts", "writing", "maintenance", "editions"] as const)
        assert.equal(typeof archive.supports[part], "boolean", part);
      const { editions } = archive.supports;
      assert.deepEqual([archive.editions !== undefined, archive.edition !== undefined], [editions, editions]);
      const load = archive.load();
      if (load !== undefined) assert.deepEqual([load.running, load.waiting], [0, 0]);
    });

    test("an empty one is there to be read", async () => {
      const { archive } = await createEmpty(engine);
      assert.equal(await archive.article("ferry"), undefined);
      assert.equal(await archive.similar("ferry", { limit: 5 }), undefined);
      assert.equal(await archive.compare("ferry", {}), undefined);
      assert.equal((await scan(archive)).size, 0);
      const { articles, withoutVector, sources, categories, span } = await archive.stats();
      assert.deepEqual([articles, withoutVector, sources, categories, span], [0, 0, 0, 0, undefined]);
    });

    test("names that fold to the same text are one, in the counts of an archive as in the facets of a search", async () => {
      const archive = await createFilled(engine, [
        { id: "hans", title: "大桥", body: "", source: "财经周刊", category: "财经" },
        { id: "hant", title: "大桥", body: "", source: "財經週刊", category: "財經" },
        { id: "other", title: "大桥", body: "", source: "江湾日报" },
      ]);
      const { sources, categories } = await archive.stats();
      assert.deepEqual([sources, categories], [2, 1]);
    });

    test("an article is read as it was put, and nothing else is in it", async () => {
      const archive = await createFilled(engine, ARTICLES);
      for (const article of ARTICLES)
        assert.deepEqual(withoutUndefined((await archive.article(article.id)) ?? assert.fail(article.id)), article);
      for (const id of ["Ferry", "ferry ", "", "nobody"]) assert.equal(await archive.article(id), undefined, id);
    });

    test("a scan gives every article once, however many there are", async () => {
      const many = Array.from(
        { length: 700 },
        (_, index): Article => ({ id: `n${index}`, title: `第${index}则`, body: "" }),
      );
      const archive = await createFilled(engine, ARTICLES);
      await putAll(archive, many);
      await putAll(archive, [{ id: "n3", title: "改过的", body: "" }]);
      await removeAll(archive, ["n5", "bare"]);
      const found = await scan(archive);
      const expected = new Map([...ARTICLES, ...many].map((article) => [article.id, article]));
      expected.set("n3", { id: "n3", title: "改过的", body: "" });
      for (const id of ["n5", "bare"]) expected.delete(id);
      assert.deepEqual([...found].sort(), [...expected].sort());
    });

    test("a scan that is given up half way lets go, and an aborted one ends", async () => {
      const archive = await createFilled(engine, ARTICLES);
      for await (const _ of archive.articles()) break;
      const reason = new Error("enough");
      const signal = AbortSignal.abort(reason);
      await assert.rejects(async () => {
        for await (const _ of archive.articles({ signal }));
      }, reason);
      assert.equal((await scan(archive)).size, ARTICLES.length);
    });

    test("statistics are of what is there, not of what was", async () => {
      const archive = await createFilled(engine, ARTICLES);
      const before = await archive.stats();
      assert.deepEqual([before.articles, before.sources, before.categories], [5, 2, 2]);
      assert.deepEqual(before.span, { fromMs: Date.UTC(1, 0, 1), toMs: Date.UTC(9999, 11, 31) });
      assert.equal(before.encoderFingerprint, archive.info.encoderFingerprint);
      await removeAll(archive, ["old", "late"]);
      await putAll(archive, [{ id: "新闻/二 ?#%", title: "改过", body: "", publishedAtMs: 7 * DAY_MS }]);
      const after = await archive.stats();
      assert.deepEqual([after.articles, after.sources, after.categories], [3, 1, 1]);
      assert.deepEqual(after.span, { fromMs: 7 * DAY_MS, toMs: Date.UTC(2021, 2, 14) });
      assert.notEqual(after.snapshot, before.snapshot);
      const { articles, span } = await (
        await createFilled(engine, [{ id: "undated", title: "无日期", body: "" }])
      ).stats();
      assert.deepEqual([articles, span], [1, undefined]);
    });

    test("statistics count what waits for the encoder", async () => {
      const encoder = createMoodyEncoder();
      const { archive } = await createEmpty(engine, { encoder });
      await putAll(archive, ARTICLES.slice(0, 1));
      encoder.before = throwAway;
      await putAll(archive, ARTICLES.slice(1, 3));
      assert.equal((await archive.stats()).withoutVector, 2);
      await removeAll(archive, ["bare"]);
      assert.equal((await archive.stats()).withoutVector, 1);
    });

    test("a snapshot keeps its name while nothing changes, and shows what was there when it was named", async () => {
      const archive = await createFilled(engine, ARTICLES.slice(0, 2));
      assert.ok(archive.supports.snapshots, "each engine so far keeps snapshots");
      const { snapshot } = await archive.stats();
      assert.equal((await archive.search(PLAIN_REQUEST, {})).snapshot, snapshot);
      assert.deepEqual(await putAll(archive, ARTICLES.slice(0, 1)), { added: 0, updated: 0, unchanged: 1 });
      assert.equal((await archive.stats()).snapshot, snapshot, "nothing has changed");
      const before = await scan(archive);
      await putAll(archive, [...ARTICLES.slice(2), { id: "ferry", title: "渡口又停航", body: "风太大。" }]);
      await removeAll(archive, ["bare"]);
      const now = await archive.stats();
      assert.notEqual(now.snapshot, snapshot);
      assert.deepEqual([...(await scan(archive, snapshot))].sort(), [...before].sort());
      assert.deepEqual([...(await scan(archive, now.snapshot))].sort(), [...(await scan(archive))].sort());
    });

    test("a state has a stamp of its own, the same for as long as nothing changes", async () => {
      const archive = await createFilled(engine, ARTICLES.slice(0, 2));
      const first = await archive.stamp?.();
      assert.equal(await archive.stamp?.(), first);
      if (first === undefined) return;
      await putAll(archive, ARTICLES.slice(2, 3));
      assert.notEqual(await archive.stamp?.(), first);
    });

    test("a snapshot that there is not is gone, for searches and scans alike", async () => {
      const archive = await createFilled(engine, ARTICLES);
      for (const snapshot of ["", "c", "nothing", "c999999", "s999999"]) {
        await assert.rejects(archive.search({ ...PLAIN_REQUEST, snapshot }, {}), isGone, snapshot);
        await assert.rejects(scan(archive, snapshot), isGone, snapshot);
      }
    });

    test("activity tells what is being written, from half a second on", async () => {
      const encoder = createMoodyEncoder();
      const { archive } = await createEmpty(engine, { encoder });
      assert.equal(await archive.activity(), undefined);
      const goOn = Promise.withResolvers<void>();
      encoder.before = () => goOn.promise;
      const writer = await archive.borrowWriter();
      writer.knowShare(0.25);
      const putting = writer.put(ARTICLES);
      let activity = await archive.activity();
      for (let waited = 0; activity === undefined && waited < 100; waited++) {
        await sleep(50);
        activity = await archive.activity();
      }
      assert.deepEqual([activity?.what, activity?.done, activity?.share], ["import", 0, 0.25]);
      assert.ok(Math.abs(Date.now() - (activity?.startedAtMs ?? 0)) < 60_000);
      goOn.resolve();
      await putting;
      await writer.close();
      for (let waited = 0; (await archive.activity()) !== undefined && waited < 100; waited++) await sleep(50);
      assert.equal(await archive.activity(), undefined, "nobody writes any more");
    });

    test("reads that were called off do not happen", async () => {
      const archive = await createFilled(engine, ARTICLES);
      const reason = new Error("typed on");
      const signal = AbortSignal.abort(reason);
      await assert.rejects(archive.search(PLAIN_REQUEST, {}, { signal }), reason);
      await assert.rejects(archive.article("ferry", { signal }), reason);
      await assert.rejects(archive.similar("ferry", { limit: 1, signal }), reason);
      await assert.rejects(archive.compare("ferry", {}, { signal }), reason);
      const open = new AbortController().signal;
      assert.equal((await archive.article("ferry", { signal: open }))?.id, "ferry");
    });

    test("closed, it refuses whatever is asked, and may be closed again", async () => {
      const archive = await createFilled(engine, ARTICLES);
      await Promise.all([archive.close(), archive.close()]);
      await archive.close();
      await assert.rejects(archive.search(PLAIN_REQUEST, {}), isRefusal);
      await assert.rejects(archive.article("ferry"), isRefusal);
      await assert.rejects(archive.similar("ferry", { limit: 1 }), isRefusal);
      await assert.rejects(archive.compare("ferry", {}), isRefusal);
      await assert.rejects(archive.stats(), isRefusal);
      await assert.rejects(scan(archive), isRefusal);
      await assert.rejects(archive.borrowWriter(), isRefusal);
      assert.equal(await archive.activity(), undefined);
    });

    test("what is stored is there when it is opened again", async () => {
      const { archive, reopen } = await createEmpty(engine);
      await putAll(archive, ARTICLES);
      const { snapshot } = await archive.stats();
      await archive.close();
      const again = await reopen();
      assert.equal((await again.stats()).snapshot, snapshot);
      assert.deepEqual([...(await scan(again)).keys()].sort(), ARTICLES.map(({ id }) => id).sort());
    });
  });
}
