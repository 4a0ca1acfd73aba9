import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Archive } from "../../src/archive/archive.ts";
import type { Article } from "../../src/archive/article.ts";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { createEmpty, createMoodyEncoder, type Engine, putAll, removeAll, withoutUndefined } from "./engine.ts";

const FIRST: Article = {
  id: "ferry",
  title: "渡口今晨恢复通航",
  body: "渡船今晨重新开航，三人受轻伤。\n第一班坐满了人。",
  url: "https://news.example/ferry",
  source: "江湾日报",
  category: "交通",
  publishedAtMs: Date.UTC(2021, 2, 14),
};
const SECOND: Article = { ...FIRST, body: "渡船今晨重新开航，五人受轻伤。\n第一班坐满了人。" };
const THIRD: Article = { ...SECOND, title: "渡口恢复通航，码头扩建", source: "江湾晚报", publishedAtMs: undefined };

/** The texts of an article, as they are read by number. */
async function readAll(archive: Archive, id = FIRST.id): Promise<Article[]> {
  const list = (await archive.editions?.(id)) ?? assert.fail("no such article");
  const editions = await Promise.all(list.map(({ number }) => archive.edition?.(id, number)));
  for (const [index, edition] of editions.entries()) {
    const { article, ...about } = edition ?? assert.fail("listed and not there");
    const { title, publishedAtMs, ...listed } = list[index] ?? assert.fail();
    assert.deepEqual([listed, title, publishedAtMs], [about, article.title, article.publishedAtMs]);
    assert.equal(about.number, index + 1);
    assert.equal(about.sinceMs === undefined, index === 0, "the first has taken the place of none");
  }
  return editions.map((edition) => withoutUndefined(edition?.article ?? assert.fail()));
}

const matches = async (archive: Archive, query: string): Promise<number> =>
  (await archive.search({ ...PLAIN_REQUEST, query, mode: "keyword" }, {})).total;

/** What any archive must do that keeps what its articles said before. */
export function testEditionsContract(engine: Engine): void {
  describe(`the editions of ${engine.name}`, () => {
    test("an article that was changed is found by its newest text alone, and each text can be read", async () => {
      const { archive, reopen } = await createEmpty(engine);
      const beforeMs = Date.now();
      for (const article of [FIRST, SECOND, THIRD])
        await putAll(archive, [article, { ...FIRST, id: `with ${article.title}` }]);
      const all = [FIRST, SECOND, THIRD].map(withoutUndefined);
      assert.deepEqual(await readAll(archive), all);
      assert.deepEqual(withoutUndefined((await archive.article(FIRST.id)) ?? assert.fail()), all[2]);
      assert.equal(await matches(archive, "码头扩建"), 1);
      assert.equal(await matches(archive, '"三人受轻伤"'), 2, "those that never changed");
      const since = (await archive.editions?.(FIRST.id))?.map(({ sinceMs }) => sinceMs ?? 0) ?? [];
      assert.ok((since[1] ?? 0) >= beforeMs && (since[2] ?? 0) >= (since[1] ?? 0) && (since[2] ?? 0) <= Date.now());
      assert.deepEqual(await readAll(await reopen()), all, "durable");
    });

    test("a text that comes back is one more edition", async () => {
      const { archive } = await createEmpty(engine);
      for (const article of [FIRST, SECOND, FIRST]) await putAll(archive, [article]);
      assert.deepEqual(await readAll(archive), [FIRST, SECOND, FIRST]);
    });

    test("what reads the same is no edition: the same again, other blanks, another source, date or address", async () => {
      const { archive } = await createEmpty(engine);
      await putAll(archive, [FIRST]);
      for (const same of [
        FIRST,
        { ...FIRST, body: FIRST.body.replace("\n", "\n\n　　") },
        { ...FIRST, title: `${FIRST.title}\u200b ` },
        { ...FIRST, body: `<p>${FIRST.body.replace("\n", "</p><p>")}</p>` },
        { ...FIRST, source: "江湾晚报" },
        { ...FIRST, publishedAtMs: 5, category: undefined, url: undefined },
      ]) {
        await putAll(archive, [same]);
        assert.deepEqual(await readAll(archive), [withoutUndefined(same)]);
      }
    });

    test("of several articles with one id in a batch the earlier ones were never there", async () => {
      const { archive } = await createEmpty(engine);
      await putAll(archive, [FIRST, SECOND]);
      assert.deepEqual(await readAll(archive), [SECOND]);
      await putAll(archive, [THIRD, FIRST]);
      assert.deepEqual(await readAll(archive), [SECOND, FIRST]);
    });

    test("a removed article takes its editions with it, and what comes again begins anew", async () => {
      const { archive, reopen } = await createEmpty(engine);
      const other = { ...FIRST, id: "other" };
      await putAll(archive, [FIRST, other]);
      await putAll(archive, [SECOND, { ...SECOND, id: "other" }]);
      assert.equal(await removeAll(archive, [FIRST.id]), 1);
      assert.equal(await archive.editions?.(FIRST.id), undefined);
      assert.equal(await archive.edition?.(FIRST.id, 1), undefined);
      assert.deepEqual(await readAll(archive, "other"), [other, { ...SECOND, id: "other" }]);
      await putAll(archive, [THIRD]);
      assert.deepEqual(await readAll(await reopen()), [withoutUndefined(THIRD)]);
    });

    test("there are none of an unknown article, and none under other numbers", async () => {
      const { archive } = await createEmpty(engine);
      assert.equal(await archive.editions?.(FIRST.id), undefined);
      await putAll(archive, [FIRST]);
      await putAll(archive, [SECOND]);
      for (const number of [0, 3, -1, 1.5, Number.NaN, 2 ** 53])
        assert.equal(await archive.edition?.(FIRST.id, number), undefined, String(number));
      assert.equal(await archive.edition?.("nobody", 1), undefined);
    });

    test("a put that fails leaves no edition behind, and a finish keeps them", async () => {
      const encoder = createMoodyEncoder();
      const { archive } = await createEmpty(engine, { encoder });
      await putAll(archive, [FIRST]);
      encoder.before = () => Promise.reject(new Error("a defect of the encoder"));
      await assert.rejects(putAll(archive, [SECOND]));
      assert.deepEqual(await readAll(archive), [FIRST]);
      encoder.before = () => {};
      const writer = await archive.borrowWriter();
      await writer.put([SECOND]);
      await writer.finish();
      await writer.compact?.();
      await writer.close();
      assert.deepEqual(await readAll(archive), [FIRST, SECOND]);
    });
  });
}
