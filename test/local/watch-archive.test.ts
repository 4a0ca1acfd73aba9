import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { openForWriting } from "../../src/compose/open-backend.ts";
import { watchArchive } from "../../src/compose/watch-archive.ts";

const article = (id: string, title: string): Article => ({ id, title, body: `${title}的消息`, source: "甲报" });

test("articles of a folder come in the order in which they were stored, each edition under a number of its own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-watch-"));
  try {
    await using backend = await openForWriting({
      folder: join(folder, "archive"),
      encoder: { kind: "builtin" },
      timezone: "Asia/Shanghai",
    });
    const { archive, writer, encoder } = backend;
    const watched = watchArchive(archive.reader);
    assert.deepEqual([await watched.head(), await watched.after(0, 10)], [0, { articles: [], to: 0 }]);

    await writer.put([article("a", "台风登陆"), article("b", "天气晴好")]);
    await writer.put([article("a", "台风远去"), article("c", "，")]);
    const all = await watched.after(0, 10);
    assert.deepEqual(
      all.articles.map(({ sequence, article: { title, source } }) => [sequence, title, source]),
      [
        [2, "天气晴好", "甲报"],
        [3, "台风远去", "甲报"],
        [4, "，", "甲报"],
      ],
    );
    assert.deepEqual([all.to, await watched.head()], [4, 4]);
    assert.deepEqual(
      (await watched.after(1, 1)).articles.map(({ article: { id } }) => id),
      ["b"],
    );
    const [own] = await encoder.encode(["天气晴好\n天气晴好的消息"], { role: "document" });
    const cosine = all.articles[0]?.vector?.reduce((sum, value, index) => sum + value * (own?.[index] ?? 0), 0) ?? 0;
    assert.ok(cosine > 0.99, "with the vector that the archive has");
    assert.deepEqual(
      all.articles.map(({ awaitsVector }) => awaitsVector),
      [false, false, false],
    );

    const replaced = await watched.editionAt(1);
    assert.ok(replaced !== undefined && replaced !== (await watched.editionAt(3)), "another text is another edition");
    assert.equal(await watched.at(1), undefined, "what was replaced is shown no more");
    assert.equal((await watched.at(3))?.article.title, "台风远去");
    assert.equal((await watched.article("a"))?.title, "台风远去");

    await writer.remove(["b", "c"]);
    await writer.compact?.();
    assert.deepEqual(
      (await watched.after(0, 10)).articles.map(({ sequence }) => sequence),
      [3],
    );
    assert.deepEqual([await watched.head(), (await watched.after(3, 10)).to], [4, 4]);
    const { rows, vectors } = await watched.background();
    assert.deepEqual([rows >= 1, vectors.length > 0], [true, true]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
