import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WatchedArchive } from "../../src/alerts/watched-archive.ts";
import type { Article } from "../../src/archive/article.ts";
import type { ArchiveWriter } from "../../src/archive/writer.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { distinctTermsOf } from "../../src/search/matching/words.ts";

/** An archive that is written to, and seen in the order of storing. */
export interface Watched {
  readonly watched: WatchedArchive;
  readonly writer: ArchiveWriter;
}

export interface WatchedEngine {
  readonly name: string;
  /** Whether it still knows the edition of what was replaced. */
  readonly knowsReplaced: boolean;
  /** Makes an empty archive. */
  create(): Promise<
    Watched &
      AsyncDisposable & {
        readonly encoder: Encoder;
        /** Ends this process's use of it, and opens it as another one would. */
        readonly reopen: () => Promise<Watched>;
      }
  >;
}

const article = (id: string, title: string): Article => ({ id, title, body: `${title}的消息`, source: "甲报" });

/** What those who hold new articles against searches rely on. */
export function testWatchedContract(engine: WatchedEngine): void {
  describe(`what is stored in ${engine.name}`, () => {
    test("comes in the order in which it was stored, each edition under a number of its own, and none is given twice", async () => {
      await using opened = await engine.create();
      const { watched, writer, encoder } = opened;
      assert.deepEqual([await watched.head(), await watched.after(0, 10)], [0, { articles: [], to: 0 }]);

      await writer.put([article("a", "台风登陆"), article("b", "天气晴好")]);
      await writer.put([article("a", "台风远去"), article("c", "大桥通车"), article("d", "，")]);
      const all = await watched.after(0, 10);
      assert.deepEqual(
        all.articles.map(({ sequence, article: { title, source } }) => [sequence, title, source]),
        [
          [2, "天气晴好", "甲报"],
          [3, "台风远去", "甲报"],
          [4, "大桥通车", "甲报"],
          [5, "，", "甲报"],
        ],
      );
      assert.deepEqual([all.to, await watched.head()], [5, 5]);
      const next = await watched.after(1, 1);
      assert.deepEqual([next.articles.map(({ article: { id } }) => id), next.to], [["b"], 2]);
      const [own] = await encoder.encode(["天气晴好\n天气晴好的消息"], { role: "document" });
      const cosine = all.articles[0]?.vector?.reduce((sum, value, index) => sum + value * (own?.[index] ?? 0), 0) ?? 0;
      assert.ok(cosine > 0.99, "with the vector that the archive has");
      assert.ok(all.articles.every(({ awaitsVector }) => !awaitsVector));

      assert.equal(await watched.editionAt(3), all.articles[1]?.edition);
      const replaced = await watched.editionAt(1);
      assert.equal(replaced !== undefined, engine.knowsReplaced);
      assert.notEqual(replaced, all.articles[1]?.edition, "another text is another edition");
      assert.equal(await watched.at(1), undefined, "what was replaced is shown no more");
      assert.equal((await watched.at(3))?.article.title, "台风远去");
      assert.equal((await watched.article("a"))?.title, "台风远去");
      {
        using statistics = await watched.statistics(["台风 OR 大桥", '"天气"']);
        for (const word of ["天气", "大桥"])
          assert.deepEqual(
            distinctTermsOf(word).map((term) => statistics.find(term).documentFrequency),
            [1],
            word,
          );
      }
      const { rows, vectors } = await watched.background();
      assert.deepEqual([rows >= 4, vectors.length > 0], [true, true]);

      await writer.remove(["b", "d"]);
      await writer.compact?.();
      const left = await watched.after(0, 10);
      assert.deepEqual(
        left.articles.map(({ sequence }) => sequence),
        [3, 4],
      );
      const head = await watched.head();
      assert.ok(head >= 5, "what is gone has had its number");
      assert.deepEqual([left.to, await watched.after(head, 10)], [head, { articles: [], to: head }]);

      // Another process, which sees only what is left.
      const again = await opened.reopen();
      await again.writer.put([article("d", "大桥又通车")]);
      const since = await again.watched.after(head, 10);
      assert.deepEqual(
        since.articles.map(({ article: { id } }) => id),
        ["d"],
      );
      assert.ok((since.articles[0]?.sequence ?? 0) > head);
    });
  });
}
