import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { AppError } from "../../src/errors.ts";
import { createEmpty, createMoodyEncoder, type Engine, putAll, scan, throwAway } from "./engine.ts";

const article = (id: string, more: Partial<Article> = {}): Article => ({
  id,
  title: `标题${id}`,
  body: `关于${id}的正文。`,
  ...more,
});

const isRefusal = (error: unknown): boolean => error instanceof AppError && error.code !== "internal";

/** What the writer of any archive must do. */
export function testWriterContract(engine: Engine): void {
  describe(`the writer of ${engine.name}`, () => {
    test("what was put and removed is seen by reads and by whoever opens the archive then", async () => {
      const { archive, reopen } = await createEmpty(engine);
      const writer = await archive.borrowWriter();
      await writer.put([article("a"), article("b")]);
      assert.equal((await archive.article("a"))?.title, "标题a");
      assert.deepEqual([...(await scan(await reopen())).keys()].sort(), ["a", "b"], "durable without a close");
      assert.equal(await writer.remove(["a"]), 1);
      assert.equal(await archive.article("a"), undefined);
      assert.deepEqual([...(await scan(await reopen())).keys()], ["b"]);
      await writer.close();
    });

    test("a put says what was added, updated and left as it was, down to each field", async () => {
      const { archive } = await createEmpty(engine);
      const whole = article("a", { url: "https://a.example", source: "甲", category: "乙", publishedAtMs: 1 });
      assert.deepEqual(await putAll(archive, [whole, article("b")]), { added: 2, updated: 0, unchanged: 0 });
      assert.deepEqual(await putAll(archive, [whole, article("c")]), { added: 1, updated: 0, unchanged: 1 });
      const changes: readonly Partial<Article>[] = [
        { title: "另一个标题" },
        { body: "另一个正文" },
        { url: "https://b.example" },
        { url: undefined },
        { source: "丙" },
        { source: undefined },
        { category: "丁" },
        { category: undefined },
        { publishedAtMs: 2 },
        { publishedAtMs: undefined },
      ];
      for (const change of changes) {
        const changed = { ...whole, ...change };
        for (const article of [changed, whole]) {
          const { added, updated, unchanged } = await putAll(archive, [article]);
          assert.deepEqual([added, updated, unchanged], [0, 1, 0], JSON.stringify(change));
        }
      }
      assert.deepEqual(await putAll(archive, []), { added: 0, updated: 0, unchanged: 0 });
    });

    test("a put tells of an article that took the place of one from elsewhere", async () => {
      const { archive } = await createEmpty(engine);
      const ours = article("a", { url: "https://a.example/1", source: "江湾日报" });
      await putAll(archive, [ours, article("b", { url: "https://a.example/2" }), article("c")]);
      const { updated, fromElsewhere } = await putAll(archive, [
        { ...ours, source: "城南晚报" },
        article("b", { url: "https://b.example/2" }),
        article("c", { source: "城南晚报" }),
      ]);
      assert.equal(updated, 3);
      assert.deepEqual(fromElsewhere?.map(({ id, before, now }) => [id, before, now]).sort(), [
        ["a", "江湾日报", "城南晚报"],
        ["b", "https://a.example/2", "https://b.example/2"],
      ]);
      const same = await putAll(archive, [{ ...ours, source: "城南晚报", title: "更正" }]);
      assert.deepEqual([same.updated, same.fromElsewhere], [1, undefined]);
    });

    test("a put tells of what came once more since the writer was borrowed", async () => {
      const { archive } = await createEmpty(engine);
      await putAll(archive, [article("old"), article("changes")]);
      const writer = await archive.borrowWriter();
      const put = async (...articles: Article[]) => (await writer.put(articles)).again;
      assert.equal(await put(article("old"), article("a"), article("b")), undefined, "stored by another, or new");
      assert.deepEqual(await put(article("a"), article("b", { body: "另一个" }), article("c")), {
        updated: 1,
        unchanged: 1,
      });
      assert.equal(await put(article("changes", { body: "改了" })), undefined, "the first time");
      assert.deepEqual(await put(article("changes", { body: "又改" }), article("old")), { updated: 1, unchanged: 0 });
      await writer.close();
    });

    test("of several articles with one id in a batch the last one counts", async () => {
      const { archive } = await createEmpty(engine);
      const batch = [article("a", { title: "第一版" }), article("b"), article("a", { title: "第二版" })];
      assert.deepEqual(await putAll(archive, batch), { added: 2, updated: 0, unchanged: 0 });
      assert.equal((await archive.article("a"))?.title, "第二版");
      assert.equal((await scan(archive)).size, 2);
      const back = [article("a", { title: "第三版" }), article("a", { title: "第二版" })];
      assert.deepEqual(await putAll(archive, back), { added: 0, updated: 0, unchanged: 1 });
    });

    test("a removal counts what was there, each once, and what comes again is new", async () => {
      const { archive } = await createEmpty(engine);
      const writer = await archive.borrowWriter();
      await writer.put([article("a"), article("b")]);
      assert.equal(await writer.remove(["a", "a", "nobody"]), 1);
      assert.equal(await writer.remove(["a"]), 0);
      assert.equal(await writer.remove([]), 0);
      assert.deepEqual(await writer.put([article("a")]), { added: 1, updated: 0, unchanged: 0 });
      await writer.close();
    });

    test("writes of several borrowers at a time all count, one after the other", async () => {
      const { archive } = await createEmpty(engine);
      const rounds = Array.from({ length: 12 }, (_, index) => index);
      const results = await Promise.all(
        rounds.map(async (round) => {
          const writer = await archive.borrowWriter();
          const result = await writer.put([article(`own ${round}`), article("shared", { body: `第${round}版` })]);
          await writer.close();
          return result;
        }),
      );
      assert.equal(
        results.reduce((sum, { added }) => sum + added, 0),
        13,
      );
      assert.equal(
        results.reduce((sum, { updated }) => sum + updated, 0),
        11,
      );
      assert.equal((await archive.stats()).articles, 13);
    });

    test("one borrower's end leaves the others their writer", async () => {
      const { archive } = await createEmpty(engine);
      const [first, second] = [await archive.borrowWriter(), await archive.borrowWriter()];
      await first.put([article("a")]);
      await first.close();
      await first.close();
      assert.deepEqual(await second.put([article("b")]), { added: 1, updated: 0, unchanged: 0 });
      await second.close();
      assert.equal((await archive.stats()).articles, 2);
    });

    test("a closed writer refuses, and finishes what it was asked before", async () => {
      const { archive } = await createEmpty(engine);
      const writer = await archive.borrowWriter();
      const putting = writer.put([article("a")]);
      await writer.close();
      assert.deepEqual(await putting, { added: 1, updated: 0, unchanged: 0 });
      await assert.rejects(writer.put([article("b")]), isRefusal);
      await assert.rejects(writer.remove(["a"]), isRefusal);
      await assert.rejects(writer.finish(), isRefusal);
      assert.deepEqual([...(await scan(archive)).keys()], ["a"]);
      assert.deepEqual(
        await putAll(archive, [article("c")]),
        { added: 1, updated: 0, unchanged: 0 },
        "the next one writes",
      );
    });

    test("while one archive has its writer lent, another over the same is refused, or writes in turn", async () => {
      const { archive, reopen } = await createEmpty(engine);
      const other = await reopen();
      const writer = await archive.borrowWriter();
      await writer.put([article("a")]);
      if (engine.writesInTurn === true) {
        await putAll(other, [article("b")]);
        await writer.put([article("c")]);
        await writer.close();
        assert.deepEqual([...(await scan(archive)).keys()].sort(), ["a", "b", "c"]);
        return;
      }
      const isLocked = (error: unknown): boolean => error instanceof AppError && error.code === "archive-locked";
      await assert.rejects(other.borrowWriter(), isLocked);
      await writer.close();
    });

    test("a put that fails leaves everything as it was, and the next one works", async () => {
      const encoder = createMoodyEncoder();
      const { archive } = await createEmpty(engine, { encoder });
      await putAll(archive, [article("a")]);
      const before = await archive.stats();
      encoder.before = () => Promise.reject(new Error("a defect of the encoder"));
      await assert.rejects(
        putAll(archive, [article("a", { title: "新标题" }), article("b")]),
        /a defect of the encoder/,
      );
      assert.deepEqual(await archive.stats(), before);
      assert.equal((await archive.article("a"))?.title, "标题a");
      encoder.before = () => {};
      assert.deepEqual(await putAll(archive, [article("b")]), { added: 1, updated: 0, unchanged: 0 });
    });

    test("articles that come while the encoder is away are kept, and finish gives them their vectors", async () => {
      const encoder = createMoodyEncoder();
      const { archive } = await createEmpty(engine, { encoder });
      encoder.before = throwAway;
      const writer = await archive.borrowWriter();
      assert.deepEqual(await writer.put([article("a"), article("b")]), { added: 2, updated: 0, unchanged: 0 });
      assert.equal((await writer.finish()).withoutVector, 2);
      encoder.before = () => {};
      const [query] = await encoder.encode(["标题a"], { role: "query" });
      const encoded = { vector: query ?? assert.fail("a vector"), fingerprint: encoder.fingerprint };
      assert.equal((await archive.compare("a", encoded))?.semantic, undefined);
      const stopped = await writer.finish({ signal: AbortSignal.abort() });
      assert.equal(stopped.isComplete, false);
      assert.deepEqual(await writer.finish(), { withoutVector: 0, isComplete: true });
      assert.deepEqual(await writer.finish(), { withoutVector: 0, isComplete: true }, "once more");
      await writer.close();
      assert.equal(typeof (await archive.compare("a", encoded))?.semantic, "number");
      assert.deepEqual([...(await scan(archive)).keys()].sort(), ["a", "b"]);
    });

    test("it compacts where the archive says so, and nothing changes for readers", async () => {
      const { archive } = await createEmpty(engine);
      const writer = await archive.borrowWriter();
      for (let round = 0; round < 5; round++)
        await writer.put([article(`a${round}`), article("b", { body: `第${round}版` })]);
      await writer.remove(["a3"]);
      const before = [...(await scan(archive))].sort();
      assert.equal(writer.compact !== undefined, archive.supports.maintenance);
      await writer.compact?.();
      await writer.finish();
      await writer.close();
      assert.deepEqual([...(await scan(archive))].sort(), before);
    });

    test("batches of any size and texts of any kind are stored", async () => {
      const { archive } = await createEmpty(engine);
      const odd = [
        "",
        " ",
        "\u0000",
        "👩‍👩‍👧",
        "e\u0301",
        "\ufeff开头",
        "长".repeat(20_000),
        "'; DROP TABLE article; --",
      ];
      const batch = odd.map((text, index) =>
        article(`${index}`, { title: text, body: text, source: `源${text.slice(0, 9)}` }),
      );
      assert.equal((await putAll(archive, batch)).added, odd.length);
      assert.equal((await putAll(archive, batch)).unchanged, odd.length, "each is as it was put");
      const id = "号".repeat(512);
      await putAll(archive, [article(id)]);
      assert.equal((await archive.article(id))?.id, id);
      const many = Array.from({ length: 1500 }, (_, index) => article(`m${index}`));
      assert.equal((await putAll(archive, many)).added, 1500);
      assert.equal((await archive.stats()).articles, 1500 + odd.length + 1);
    });
  });
}
