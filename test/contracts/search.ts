import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Archive } from "../../src/archive/archive.ts";
import type { Article } from "../../src/archive/article.ts";
import type { EncodedQuery } from "../../src/archive/encoded-query.ts";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchRequest } from "../../src/archive/request.ts";
import type { SearchFindings } from "../../src/archive/result.ts";
import { createFilled, type Engine, putAll, removeAll } from "./engine.ts";
import {
  anyFilters,
  anyOrder,
  anyQuery,
  DAY_MS,
  drawArticles,
  encode,
  encoder,
  fill,
  HOUR_MS,
  somewhen,
} from "./search-corpus.ts";
import { checkOrder, idsOf, isCounted, readPages, sorted } from "./search-pages.ts";
import { countOverTime, countValues, isInside, matchesText, type PlainQuery, writeQuery } from "./search-referee.ts";

/** What the rules of docs/SEARCH.md leave no engine free to decide. Which articles are near in meaning, and how words score, they do. */
export function testSearchContract(engine: Engine): void {
  describe(`searching ${engine.name}`, () => {
    for (const timezone of ["Asia/Shanghai", "America/New_York"]) {
      test(`by words it finds what holds them within the filters, and counts what it finds (${timezone})`, async () => {
        const { archive, articles } = await fill(engine, drawArticles(260, 7, somewhen), timezone);
        const property = fc.asyncProperty(anyQuery, anyFilters, anyOrder, fc.integer({ min: 5, max: 100 }), checkOne);
        await fc.assert(property, { numRuns: 24, seed: 42 });

        async function checkOne(
          query: PlainQuery,
          filters: SearchRequest,
          order: Partial<SearchRequest>,
          limit: number,
        ) {
          const expected = articles.filter(
            (article) => matchesText(article, query) && isInside(article, filters, timezone),
          );
          // What several words find that no article holds together is not said by these rules.
          fc.pre(query.words.length < 2 || articles.some((article) => matchesText(article, query)));
          const request: SearchRequest = {
            ...filters,
            ...order,
            query: writeQuery(query),
            mode: "keyword",
            facetValues: 10_000,
          };
          const pages = await readPages(archive, request, {}, limit);
          const { first } = pages;
          const hits = pages.hits.filter(isCounted);
          assert.deepEqual(sorted(idsOf(hits)), sorted(expected.map(({ id }) => id)));
          assert.deepEqual([first.total, first.total - first.collapsed], [expected.length, hits.length]);
          assert.deepEqual(first.facets.source, countValues(expected, "source"));
          assert.deepEqual(first.facets.category, countValues(expected, "category"));
          const { interval, buckets } = first.histogram;
          assert.deepEqual(buckets, countOverTime(expected, interval, timezone));
          assert.deepEqual([first.query, first.mode], [request.query, "keyword"]);
          checkOrder(hits, request);
        }
      });
    }

    test("by meaning and by both, phrases, exclusions and filters hold, and no page repeats another", async () => {
      const { archive, articles, timezone } = await fill(engine, drawArticles(220, 11, somewhen), "Asia/Shanghai");
      const byId = new Map(articles.map((article) => [article.id, article]));
      const check = async (query: PlainQuery, filters: SearchRequest, order: Partial<SearchRequest>) => {
        const text = writeQuery(query);
        const encoded = await encode([...query.words, ...query.phrases].join(" "));
        for (const mode of ["semantic", "hybrid"] as const) {
          const request: SearchRequest = { ...filters, ...order, query: text, mode };
          const { first, hits } = await readPages(archive, request, encoded, 50);
          const ids = idsOf(hits);
          assert.equal(new Set(ids).size, ids.length, "each article once");
          for (const id of ids) {
            const article = byId.get(id) ?? assert.fail(`${id} is not in the archive`);
            assert.ok(isInside(article, filters, timezone), `${id} is outside of the filters`);
            assert.ok(matchesText(article, { ...query, words: [] }), `${id} breaks a phrase or an exclusion`);
          }
          assert.equal(first.mode, encoded.notice === undefined ? mode : "keyword");
          for (const values of [first.facets.source, first.facets.category, first.histogram.buckets])
            assert.ok(values.reduce((sum, { count }) => sum + count, 0) <= first.total);
          checkOrder(hits.filter(isCounted), request);
          checkOrder(
            hits.filter((hit) => !isCounted(hit)),
            request,
          );
        }
      };
      await fc.assert(fc.asyncProperty(anyQuery, anyFilters, anyOrder, check), { numRuns: 15, seed: 42 });
    });

    test("the article that says just what is asked comes first by meaning and by both", async () => {
      const { archive, articles } = await fill(engine, drawArticles(200, 3, somewhen), "Asia/Shanghai");
      const own: Article = { id: "own", title: "云海茶园采茶节开幕", body: "云海茶园采茶节昨日开幕，茶农唱起山歌。" };
      await putAll(archive, [own]);
      const encoded = await encode(`${own.title}\n${own.body}`);
      for (const mode of ["semantic", "hybrid"] as const) {
        const { hits } = await archive.search({ ...PLAIN_REQUEST, query: own.title, mode }, encoded);
        assert.equal(hits[0]?.id, "own", mode);
        assert.ok((hits[0]?.why.semantic ?? 0) > 0.97, "its cosine is told, as precisely as vectors are stored");
      }
      assert.equal(articles.length, 200);
    });

    test("days are days of the archive's zone, where clocks change too", async () => {
      // The night when New York's clocks went forward, and Apia's missing day.
      const hours = Array.from({ length: 72 }, (_, index) => index * HOUR_MS);
      for (const [timezone, startMs] of [
        ["America/New_York", Date.UTC(2021, 2, 13)],
        ["Pacific/Apia", Date.UTC(2011, 11, 29)],
        ["Asia/Kathmandu", Date.UTC(2021, 2, 13)],
      ] as const) {
        const articles = hours.map(
          (ms): Article => ({ id: `${ms}`, title: "", body: "", publishedAtMs: startMs + ms }),
        );
        const archive = await createFilled(engine, [...articles, { id: "undated", title: "", body: "" }], { timezone });
        const all = await archive.search({ ...PLAIN_REQUEST, limit: 0, interval: "day" }, {});
        assert.deepEqual([all.total, all.histogram.buckets], [73, countOverTime(articles, "day", timezone)], timezone);
        for (const { start, count } of all.histogram.buckets) {
          const { total, facets } = await archive.search({ ...PLAIN_REQUEST, limit: 0, from: start, to: start }, {});
          assert.deepEqual([total, facets.source], [count, []], `${timezone} ${start}`);
        }
      }
    });

    test("sorted by date, undated articles come last both ways, and equal days in the order of storing", async () => {
      const at = (id: string, publishedAtMs?: number): Article => ({ id, title: "港口", body: id, publishedAtMs });
      const archive = await createFilled(engine, [at("x"), at("b", 2), at("a", 1), at("c", 2), at("y"), at("d", 3)]);
      const ids = async (sort: SearchRequest["sort"], query = "") =>
        idsOf((await archive.search({ ...PLAIN_REQUEST, sort, query, mode: "keyword" }, {})).hits);
      for (const query of ["", "港口"]) {
        assert.deepEqual(await ids("newest", query), ["d", "b", "c", "a", "x", "y"]);
        assert.deepEqual(await ids("oldest", query), ["a", "b", "c", "d", "x", "y"]);
      }
      assert.deepEqual(await ids("relevance"), ["d", "b", "c", "a", "x", "y"], "nothing to be relevant for");
    });

    test("the histogram goes by what fits, or as it is asked to", async () => {
      const spread = async (...days: number[]) => {
        const articles = days.map(
          (day): Article => ({ id: `${day}`, title: "", body: "", publishedAtMs: day * DAY_MS }),
        );
        return createFilled(engine, articles, { timezone: "UTC" });
      };
      const interval = async (archive: Archive, wanted?: SearchRequest["interval"]) =>
        (await archive.search({ ...PLAIN_REQUEST, interval: wanted }, {})).histogram.interval;
      assert.equal(await interval(await spread(0, 9)), "day");
      assert.equal(await interval(await spread(0, 800)), "month");
      const years = await spread(0, 11_000);
      assert.equal(await interval(years), "year");
      for (const wanted of ["month", "year"] as const) assert.equal(await interval(years, wanted), wanted);
      assert.deepEqual((await archive0()).histogram.buckets, []);

      async function archive0() {
        return (await spread()).search(PLAIN_REQUEST, {});
      }
    });

    test("a query and its twin in the other script find the same, by words, phrases, sources and categories", async () => {
      const archive = await createFilled(engine, [
        { id: "hans", title: "电车软件更新", body: "软件园的电车。", source: "经济观察", category: "财经" },
        { id: "hant", title: "電車軟體更新", body: "軟體園的電車。", source: "經濟觀察", category: "財經" },
        { id: "other", title: "别的事", body: "与此无关。", source: "晚报", category: "社会" },
      ]);
      const find = (more: Partial<SearchRequest>) => archive.search({ ...PLAIN_REQUEST, mode: "keyword", ...more }, {});
      for (const query of ["电车", "電車", "软件", "軟體", "“软件园”", "「軟體園」", "ＤＩＡＮ -电车"]) {
        const wanted = query.includes("-") ? [] : ["hans", "hant"];
        assert.deepEqual(sorted(idsOf((await find({ query })).hits)), wanted, query);
      }
      for (const name of ["财经", "財經"]) {
        assert.deepEqual(sorted(idsOf((await find({ categories: [name] })).hits)), ["hans", "hant"]);
        assert.deepEqual(idsOf((await find({ excludedCategories: [name] })).hits), ["other"]);
      }
      const { facets } = await find({});
      assert.deepEqual(facets.category, [
        { value: "财经", count: 2 },
        { value: "社会", count: 1 },
      ]);
      assert.deepEqual(facets.source[0], { value: "经济观察", count: 2 }, "under the name that was stored first");
    });

    test("words of other scripts are whole words, and a phrase stands letter for letter", async () => {
      const archive = await createFilled(engine, [
        { id: "art", title: "Art of the Deal", body: "State of the art." },
        { id: "party", title: "A party", body: "Nobody came." },
        { id: "apart", title: "", body: "供水和地铁。供水、地铁。" },
        { id: "joined", title: "", body: "说说供水地铁的事。" },
      ]);
      const find = async (query: string) =>
        sorted(idsOf((await archive.search({ ...PLAIN_REQUEST, mode: "keyword", query }, {})).hits));
      assert.deepEqual(await find("art"), ["art"]);
      assert.deepEqual(await find('"ART"'), ["art"]);
      assert.deepEqual(await find('"state of the"'), ["art"]);
      assert.deepEqual(await find('"of the" -deal'), []);
      assert.deepEqual(await find("party"), ["party"]);
      assert.deepEqual(await find("“供水地铁”"), ["joined"]);
      assert.deepEqual(await find("供水 -“供水地铁”"), ["apart"]);
      assert.deepEqual(await find("没有这个词"), []);
    });

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

    test("similar articles are the nearest, without the article and its copies", async () => {
      const body = "渡轮公司说，码头将在下月扩建，新的候船厅可以容纳两千名旅客。".repeat(4);
      const near = (id: string, change: string, publishedAtMs: number): Article => ({
        id,
        title: `码头扩建${change}`,
        body: body + change,
        publishedAtMs,
      });
      const archive = await createFilled(
        engine,
        [
          near("own", "", 0),
          near("copy", "", DAY_MS),
          {
            id: "next",
            title: "候船厅扩建完工",
            body: "扩建的候船厅可以容纳两千名旅客，渡轮公司说。",
            publishedAtMs: 2 * DAY_MS,
          },
          ...drawArticles(150, 23, somewhen),
        ],
        { encoder },
      );
      const similar = (await archive.similar("own", { limit: 5 })) ?? assert.fail("the article is there");
      assert.equal(similar[0]?.id, "next");
      assert.ok(similar.every(({ id }) => id !== "own" && id !== "copy"));
      assert.ok((similar[0]?.why.semantic ?? 0) > 0.2);
      assert.deepEqual(await archive.similar("own", { limit: 0 }), []);
      const story =
        (await archive.similar("own", { limit: 5, sameStory: true })) ?? assert.fail("the article is there");
      assert.ok(
        story.some(({ id }) => id === "copy"),
        "a copy tells the same event",
      );
      assert.ok(story.every(({ publishedAtMs }) => Math.abs(publishedAtMs ?? Number.NaN) <= 3 * DAY_MS));
      await putAll(archive, [{ id: "blank", title: "", body: "" }]);
      assert.deepEqual(await archive.similar("blank", { limit: 5 }), [], "nothing is near to nothing");
    });

    test("an article beside a query has the cosine of their vectors, where both are of one encoder", async () => {
      const article: Article = { id: "own", title: "云海茶园", body: "采茶节昨日开幕。" };
      const archive = await createFilled(engine, [article, { id: "blank", title: "", body: "" }], { encoder });
      const encoded = await encode(`${article.title}\n${article.body}`);
      const own = (await archive.compare("own", encoded)) ?? assert.fail("the article is there");
      assert.deepEqual([own.article.title, own.isComparable], [article.title, true]);
      assert.ok(Math.abs((own.semantic ?? 0) - 1) < 0.03);
      for (const foreign of [{}, { notice: "encoder-away" }, { ...encoded, fingerprint: "another-64" }] as const)
        assert.deepEqual(
          await archive.compare("own", foreign).then((compared) => [compared?.isComparable, compared?.semantic]),
          [false, undefined],
        );
      assert.equal((await archive.compare("blank", encoded))?.semantic, undefined);
    });
  });
}
