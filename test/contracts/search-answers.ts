import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import type { EncodedQuery } from "../../src/archive/encoded-query.ts";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchRequest } from "../../src/archive/request.ts";
import type { SearchFindings } from "../../src/archive/result.ts";
import { createFilled, type Engine, putAll, removeAll } from "./engine.ts";
import { drawArticles, encode, encoder, HOUR_MS, somewhen } from "./search-corpus.ts";

/** What a result tells: hits, copies, pages, notices, snapshots. */
export function testAnswers(engine: Engine): void {
  describe(`what ${engine.name} answers`, () => {
    test("hits tell of their article, and mark the words where they stand", async () => {
      const article: Article = {
        id: "port",
        title: "港口今晨恢复作业",
        body: "风停之后，港口恢复作业。第一艘货轮已经靠岸，码头工人连夜清理了航道。",
        url: "https://news.example/port",
        source: "江湾日报",
        category: "交通",
        publishedAtMs: Date.UTC(2021, 2, 14),
      };
      const archive = await createFilled(engine, [article, ...drawArticles(150, 5, somewhen)]);
      const request: SearchRequest = { ...PLAIN_REQUEST, query: "港口 航道", mode: "keyword" };
      const { hits } = await archive.search(request, {});
      const hit = hits.find(({ id }) => id === "port") ?? assert.fail("the article is not found");
      const { id, title, body, url, source, category, publishedAtMs } = article;
      assert.deepEqual(
        [hit.id, hit.title, hit.url, hit.source, hit.category, hit.publishedAtMs, hit.bodyLength],
        [id, title, url, source, category, publishedAtMs, body.length],
      );
      assert.deepEqual(
        hit.titleHighlights.map(([start, end]) => title.slice(start, end)),
        ["港口"],
      );
      const { text, highlights } = hit.snippet;
      assert.ok(highlights.length > 0);
      for (const [start, end] of highlights) assert.match(text.slice(start, end), /^(港口|航道)$/);
      assert.ok((hit.why.keyword ?? 0) > 0);
      assert.equal(hit.why.semantic, undefined);
    });

    test("near-copies are folded into the first and counted all the same", async () => {
      const body = "台里说，昨夜的流星雨持续了两个小时，城郊的观星营地坐满了人。".repeat(5);
      const copies = ["甲报", "乙报", "丙报"].map(
        (source, index): Article => ({
          id: `copy${index}`,
          title: "昨夜流星雨",
          body,
          source,
          publishedAtMs: index * HOUR_MS,
        }),
      );
      const archive = await createFilled(engine, [...copies, { id: "own", title: "流星雨之后", body: "今夜多云。" }]);
      const found = await archive.search({ ...PLAIN_REQUEST, query: "流星雨", mode: "keyword" }, {});
      assert.deepEqual([found.total, found.collapsed, found.hits.length], [4, 2, 2]);
      assert.equal(found.hits.find(({ copies: folded }) => folded.length === 2)?.copies.length, 2);
      assert.equal(found.facets.source.length, 3);
    });

    test("paging has no end that breaks: no hits, all counts", async () => {
      const archive = await createFilled(engine, drawArticles(120, 9, somewhen));
      const whole = await archive.search({ ...PLAIN_REQUEST, limit: 100 }, {});
      for (const paging of [
        { limit: 0, offset: 0 },
        { limit: 10, offset: 120 },
        { limit: 100, offset: 100_000 },
      ]) {
        const page = await archive.search({ ...PLAIN_REQUEST, ...paging }, {});
        assert.deepEqual([page.hits, page.total], [[], 120], JSON.stringify(paging));
        assert.deepEqual([page.facets, page.histogram], [whole.facets, whole.histogram]);
      }
      const { facets } = await archive.search({ ...PLAIN_REQUEST, facetValues: 1 }, {});
      assert.deepEqual(facets.source, whole.facets.source.slice(0, 1));
      assert.deepEqual((await archive.search({ ...PLAIN_REQUEST, facetValues: 0 }, {})).facets, {
        source: [],
        category: [],
      });
    });

    test("what is only counted is what would be found: the same matches, and no hits", async () => {
      const articles = drawArticles(120, 9, somewhen);
      const archive = await createFilled(engine, articles, { encoder });
      const headline = articles.find(({ title }) => title.length > 8)?.title ?? "";
      const month = { from: "2024-01-01", to: "2024-12-31" };
      for (const mode of SEARCH_MODES) {
        for (const query of ["港口", "港口 -灯塔", headline, ""]) {
          const encoded = mode === "keyword" || query === "" ? {} : await encode(query);
          for (const filters of [{}, month]) {
            const request = { ...PLAIN_REQUEST, ...filters, query, mode };
            const { hits, collapsed, related, ...found } = await archive.search(request, encoded);
            const counted = await archive.search({ ...request, ranked: false }, encoded);
            assert.deepEqual(counted, { ...found, hits: [], collapsed: 0, related: 0 }, `${mode} ${query}`);
          }
        }
      }
    });

    test("notices say how the result came about", async () => {
      const archive = await createFilled(engine, drawArticles(120, 13, somewhen), { encoder });
      const ask = (query: string, encoded: EncodedQuery = {}, mode: SearchRequest["mode"] = "keyword") =>
        archive.search({ ...PLAIN_REQUEST, query, mode }, encoded);
      assert.deepEqual((await ask("港口")).notices, []);
      const vain = await ask("。。。！");
      assert.deepEqual([vain.total, vain.notices], [0, ["query-has-no-words"]]);
      assert.deepEqual([(await ask(" ")).total, (await ask("")).notices], [120, []]);
      const long = await ask(`港口${" ".repeat(10_000)}没有这个词`);
      assert.deepEqual([long.notices, long.total], [["query-cut"], (await ask("港口")).total]);
      for (const mode of ["hybrid", "semantic"] as const) {
        for (const notice of ["encoder-away", "query-has-no-vector"] as const) {
          const found = await ask("港口", { notice }, mode);
          assert.deepEqual([found.mode, found.notices, found.total], ["keyword", [notice], (await ask("港口")).total]);
        }
        const foreign = await ask("港口", { ...(await encode("港口")), fingerprint: "another-64" }, mode);
        assert.deepEqual([foreign.mode, foreign.notices], ["keyword", ["encoder-changed"]]);
      }
    });

    test("each snapshot answers as it did when it was the newest", async () => {
      const articles = drawArticles(180, 17, somewhen);
      const archive = await createFilled(engine, articles.slice(0, 60), { encoder });
      const requests = await Promise.all(
        SEARCH_MODES.map(async (mode) => ({
          request: { ...PLAIN_REQUEST, query: "港口 -灯塔", mode, limit: 100 },
          encoded: mode === "keyword" ? {} : await encode("港口"),
        })),
      );
      const told: SearchFindings[][] = [];
      const ask = (snapshot?: string) =>
        Promise.all(requests.map(({ request, encoded }) => archive.search({ ...request, snapshot }, encoded)));
      for (let step = 0; step < 6; step++) {
        told.push(await ask());
        await putAll(archive, articles.slice(60 + step * 20, 80 + step * 20));
        await putAll(archive, [{ ...(articles[step] as Article), title: `港口，${step}` }]);
        await removeAll(archive, [`n${20 + step}`]);
      }
      assert.equal(new Set(told.map(([first]) => first?.snapshot)).size, 6);
      for (const findings of told) assert.deepEqual(await ask(findings[0]?.snapshot), findings);
    });

    test("hostile queries are answered", async () => {
      const archive = await createFilled(engine, drawArticles(40, 19, somewhen), { encoder });
      const pieces = [
        "\"'(*) OR 长%",
        "「",
        "-",
        "\ud800",
        "长",
        "\u0301",
        "a-",
        "电车\u0000",
        "👩‍👩‍👧",
        "(",
        "~1 ",
        "title:",
      ];
      for (const piece of pieces) {
        const query = piece.repeat(600);
        for (const mode of SEARCH_MODES)
          assert.ok((await archive.search({ ...PLAIN_REQUEST, query, mode }, await encode(query))).total >= 0);
      }
    });
  });
}
