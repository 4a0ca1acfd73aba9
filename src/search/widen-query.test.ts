import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createMemoryArchive, type FakeArticle } from "../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST, SEARCH_MODES } from "../archive/request.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { builtInSynonyms, createSynonyms, parseSynonyms } from "../text/synonyms.ts";
import { createSearchService } from "./service.ts";
import { widenQuery } from "./widen-query.ts";

const synonyms = createSynonyms(parseSynonyms("格鲁吉亚, 乔治亚\n巴老师 => 巴金, 李 尧棠").groups);
const widen = (query: string) => widenQuery(query, synonyms);

test("a word becomes a choice of its group, the same for each of its words", () => {
  assert.equal(widen("格鲁吉亚 总统").query, "(格鲁吉亚 OR 乔治亚) 总统");
  assert.equal(widen("喬治亞 总统").query, "(格鲁吉亚 OR 乔治亚) 总统");
  assert.deepEqual(widen("喬治亞").alsoSearched, ["格鲁吉亚"]);
  assert.equal(widen("喬治亞 总统").text, widen("格鲁吉亚 总统").text);
});

test("one way, into a choice of words, in titles and in choices", () => {
  assert.equal(widen("巴老师").query, "巴老师 OR 巴金 OR (李 尧棠)");
  assert.equal(widen("巴金").query, "巴金");
  assert.equal(widen("title:乔治亚").query, "title:格鲁吉亚 OR title:乔治亚");
  assert.equal(widen("乔治亚 OR 意大利").query, "格鲁吉亚 OR 乔治亚 OR 意大利");
});

test("phrases, exclusions, longer names and prose stay as they are", () => {
  for (const query of ['"乔治亚"', "疫苗 -乔治亚", "乔治亚大学", `乔治亚 ${"有轨电车".repeat(30)}`, "", "OR ("]) {
    assert.deepEqual([widen(query).query, widen(query).alsoSearched], [query, []], query);
  }
  assert.equal(widenQuery("乔治亚", undefined).query, "乔治亚");
});

test("a word of several is widened where one of them means the same anywhere", () => {
  const anywhere = parseSynonyms("养老院, 安老院\n火灾, 火警, 失火").groups.map((group) => ({
    ...group,
    inCompounds: true,
  }));
  const groups = [...anywhere, ...parseSynonyms("乔治亚, 格鲁吉亚").groups];
  const of = (query: string) => widenQuery(query, createSynonyms(groups));
  const fire = of("安老院火灾 调查");
  assert.equal(
    fire.query,
    "(养老院火灾 OR 安老院失火 OR 安老院火灾 OR 安老院火警 OR 养老院失火 OR 养老院火警) 调查".replace(
      /\(.*\)/,
      (group) => {
        const [first, ...others] = group.slice(1, -1).split(" OR ");
        return `(${[first, ...others.sort()].join(" OR ")})`;
      },
    ),
  );
  assert.equal(fire.text, "养老院火灾 调查");
  assert.deepEqual(fire.alsoSearched, ["养老院", "失火", "火警"]);
  assert.equal(of("工厂火警").query, "工厂火灾 OR 工厂失火 OR 工厂火警");
  // A part of another word, a name that is something else in a longer one, a text, a phrase, what is excluded.
  for (const query of ["大火警", "乔治亚火灾", "新疆一座工厂的火灾", '"工厂火灾"', "调查 -工厂火灾"])
    assert.deepEqual([of(query).query, of(query).alsoSearched], [query, []], query);
});

test("a word of several that could be called too many things stays as it is", () => {
  const many = Array.from({ length: 8 }, (_, index) => `工厂${"甲乙丙丁戊己庚辛"[index]}`).join(", ");
  const groups = parseSynonyms(`${many}\n火灾, 火警, 失火, 起火, 大火`).groups;
  const synonyms = createSynonyms(groups.map((group) => ({ ...group, inCompounds: true })));
  assert.equal(widenQuery("工厂甲火灾", synonyms).query, "工厂甲火灾");
  assert.equal(widenQuery("工厂甲停电", synonyms).alsoSearched.length, 7);
});

test("a fire in a 养老院 is found where it is called otherwise, in either script, and a quotation keeps to its words", async () => {
  const articles = ["安老院火警 无人受伤", "養護所失火 消防到場", "养老院开放参观", "工厂火灾"].map(
    (title, index): FakeArticle => ({ id: `${index}`, title, body: "记者报道。" }),
  );
  const service = createSearchService({
    archive: searchInThisThread(createMemoryArchive(articles)),
    encoder: createFakeEncoder(),
    synonyms: () => createSynonyms(builtInSynonyms()),
  });
  const idsOf = async (query: string): Promise<string[]> => {
    const { hits, total } = await service.search({ ...PLAIN_REQUEST, query, mode: "keyword" });
    return hits.slice(0, total).map(({ id }) => id);
  };
  for (const query of ["养老院火灾", "養老院火災", "敬老院 起火"])
    assert.deepEqual((await idsOf(query)).sort(), ["0", "1"], query);
  assert.deepEqual(await idsOf('"养老院火灾"'), []);
  const { alsoSearched } = await service.search({ ...PLAIN_REQUEST, query: "养老院火灾", mode: "keyword" });
  assert.ok(
    ["安老院", "养护所", "火警", "失火"].every((word) => alsoSearched.includes(word)),
    alsoSearched.join(),
  );
});

test("a query is widened by so many words, from the first on, so that nothing of it is left out", async () => {
  const service = createSearchService({
    archive: searchInThisThread(createMemoryArchive([{ id: "1", title: "敬老院火警", body: "国会大厦暴乱" }])),
    encoder: createFakeEncoder(),
    synonyms: () => createSynonyms(builtInSynonyms()),
  });
  const query = "养老院火灾 国会山骚乱 记者被抓 大公司裁员 外卖员车祸 疫苗副作用";
  const result = await service.search({ ...PLAIN_REQUEST, query, mode: "keyword" });
  assert.ok(!result.notices.includes("query-cut"));
  assert.deepEqual(
    ["敬老院", "国会大厦", "裁减员工", "不良反应"].map((word) => result.alsoSearched.includes(word)),
    [true, true, false, false],
  );
});

test("where a query with its synonyms would be too much, it is asked for as typed, and nothing is left out", async () => {
  const archive = searchInThisThread(createMemoryArchive([{ id: "1", title: "养老院火灾", body: "" }]));
  const synonyms = () => createSynonyms(builtInSynonyms());
  const service = createSearchService({ archive, encoder: createFakeEncoder(), synonyms });
  for (const query of ["title:养老院火灾", "title:养老院 title:火灾 -title:国会山 -title:疫苗 -title:裁员"]) {
    const { total, notices } = await service.search({ ...PLAIN_REQUEST, query, mode: "keyword" });
    assert.deepEqual([total, notices], [1, []], query);
  }
});

test("each word of a group that goes both ways finds the same first ten, in every mode", async () => {
  const encoder = createFakeEncoder();
  const groups = builtInSynonyms().filter(({ from, to }) => from.length === to.length);
  const words = [...new Set(groups.flatMap(({ from }) => from))];
  const vectors = await encoder.encode(words, { role: "document" });
  const articles = words.map(
    (title, index): FakeArticle => ({ id: `${index}`, title, body: `${title}。`, vector: vectors[index] }),
  );
  const service = createSearchService({
    archive: searchInThisThread(createMemoryArchive(articles, { encoderFingerprint: encoder.fingerprint })),
    encoder,
    synonyms: () => createSynonyms(builtInSynonyms()),
  });
  /** In several groups: it finds more than either. */
  const isShared = (word: string): boolean => groups.filter(({ from }) => from.includes(word)).length > 1;
  for (const mode of SEARCH_MODES)
    for (const { from } of groups) {
      if (from.some(isShared)) continue;
      const found = [];
      for (const query of from) {
        const { hits, total } = await service.search({ ...PLAIN_REQUEST, query, mode });
        found.push({ total, ids: hits.map(({ id }) => id) });
        if (mode === "keyword") assert.ok(total >= from.length, `${query}: ${total}`);
      }
      for (const other of found) assert.deepEqual(other, found[0], `${mode} ${from}`);
    }
});

test("what is no operator is told of the query that was typed, also where it is widened", async () => {
  const archive = searchInThisThread(createMemoryArchive([{ id: "1", title: "格鲁吉亚", body: "总统" }]));
  const synonyms = () => createSynonyms(builtInSynonyms());
  const service = createSearchService({ archive, encoder: createFakeEncoder(), synonyms });
  const result = await service.search({ ...PLAIN_REQUEST, query: "site:bbc 乔治亚 -5度", mode: "keyword" });
  assert.ok(result.alsoSearched.length > 0);
  assert.deepEqual(result.unknownOperators, ["site:bbc", "-5度"]);
  assert.equal(result.readAs, "bbc 乔治亚 5度");
});
