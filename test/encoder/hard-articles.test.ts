/** Articles in which there is little or nothing to encode: stored, found by their words, and never a score that is no number. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PLAIN_REQUEST, SEARCH_MODES } from "../../src/archive/request.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";

const MEGABYTE_OF_TEXT = "港口恢复通航，首批货轮进港。".repeat(25_000);

const ARTICLES = [
  { id: "empty", title: "空", body: "" },
  { id: "emoji", title: "🙂🎉", body: "……！？" },
  { id: "unknown", title: "qwzxkj vvbtr", body: "ꙮꙮ" },
  { id: "long", title: "港口通航", body: `${MEGABYTE_OF_TEXT}末尾提到灯塔守夜人` },
  { id: "mixed", title: "Museum 新館 opens", body: "The 博物馆 reopens on Sunday 🎉，２０２６年。\u0000\ud800" },
];

test("articles without anything to encode, and very long ones, are found by their words, with sound scores", async () => {
  const folder = await mkdtemp(join(tmpdir(), "wenxun-hard-"));
  try {
    const options = { folder, encoder: { kind: "builtin" } } as const;
    {
      await using writing = await openForWriting({ ...options, timezone: "Asia/Shanghai" });
      await writing.writer.put(ARTICLES);
    }
    await using app = await openBackend(options);
    const idsOf = async (query: string, mode: (typeof SEARCH_MODES)[number]): Promise<string[]> => {
      const { hits } = await app.search.search({ ...PLAIN_REQUEST, query, mode });
      for (const { score, why } of hits)
        for (const value of [score, why.keyword ?? 0, why.semantic ?? 0])
          assert.ok(Number.isFinite(value), `${mode} ${query}: ${value}`);
      return hits.map(({ id }) => id);
    };
    for (const mode of ["keyword", "hybrid"] as const) {
      assert.equal((await idsOf("qwzxkj", mode))[0], "unknown", mode);
      assert.equal((await idsOf("灯塔守夜人", mode))[0], "long", mode);
      assert.equal((await idsOf("新馆 museum", mode))[0], "mixed", mode);
    }
    for (const mode of SEARCH_MODES) {
      for (const query of ["🙂", "……", "\u0000", "\ud800", MEGABYTE_OF_TEXT.slice(0, 10_000)]) await idsOf(query, mode);
      assert.equal((await idsOf("", mode)).length, ARTICLES.length, mode);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
