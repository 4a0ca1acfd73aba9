import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyUnicode } from "../../test/fakes/any-text.ts";
import { MAX_GROUPED, MAX_QUERY_UNITS } from "./limits.ts";
import { parseQuery } from "./query.ts";

const parts = (query: string) => {
  const { words, phrases, exclusions } = parseQuery(query);
  return { words, phrases, exclusions };
};

test("words are split at spaces and punctuation, folded and distinct", () => {
  assert.deepEqual(parts("北京 冬奧會，開幕！ 北京"), {
    words: ["北京", "冬奥会", "开幕"],
    phrases: [],
    exclusions: [],
  });
  assert.deepEqual(parts("ＧＰＴ-4 發布").words, ["gpt4", "发布"]);
  assert.deepEqual(parts("iPhone15手机").words, ["iphone15手机"]);
});

test("every kind of quotation is a phrase", () => {
  for (const query of ['"人工 智能"', "“人工 智能”", "「人工 智能」", "『人工 智能』", "«人工 智能»", "＂人工 智能＂"])
    assert.deepEqual(parts(query), { words: [], phrases: ["人工智能"], exclusions: [] }, query);
  assert.deepEqual(parts("他说“你好”吗"), { words: ["他说", "吗"], phrases: ["你好"], exclusions: [] });
});

test("a leading minus excludes a word or a phrase; one inside a word does not", () => {
  assert.deepEqual(parts("疫情 -美國 －“股 市”"), { words: ["疫情"], phrases: [], exclusions: ["美国", "股市"] });
  assert.deepEqual(parts("covid-19").words, ["covid19"]);
  assert.deepEqual(parts("-covid-19").exclusions, ["covid19"]);
  assert.deepEqual(parts("甲 - 乙 -- 丙 --丁"), { words: ["甲", "乙", "丙", "丁"], phrases: [], exclusions: [] });
});

test("a quotation that never closes is ordinary text", () => {
  assert.deepEqual(parts('"人工智能'), { words: ["人工智能"], phrases: [], exclusions: [] });
  assert.deepEqual(parts("-「人工"), { words: [], phrases: [], exclusions: ["人工"] });
});

test("the text for meaning leaves out quotes and exclusions, folded", () => {
  assert.equal(parseQuery("台灣  「半導體」出口 -日本").text, "台湾 半导体 出口");
});

test("lone surrogates and punctuation are no words", () => {
  assert.deepEqual(parts("\ud800 \udc00"), { words: [], phrases: [], exclusions: [] });
  assert.deepEqual(parts("。。。 -！ “？”"), { words: [], phrases: [], exclusions: [] });
  assert.equal(parseQuery(" \u3000\n").isEmpty, true);
  assert.equal(parseQuery("。").isEmpty, false);
});

test("sources, categories and days at the top are filters, and no words", () => {
  const { tree, filters, isPlain, text } = parseQuery(
    '脱欧 source:BBC 来源:"路透 社" -category:体育 after:2019 before:2021-3',
  );
  assert.deepEqual(tree, { kind: "word", text: "脱欧" });
  assert.equal(text, "脱欧");
  assert.equal(isPlain, true);
  assert.deepEqual(filters, {
    sources: ["BBC", "路透 社"],
    categories: [],
    excludedSources: [],
    excludedCategories: ["体育"],
    from: "2019-01-01",
    to: "2021-02-28",
  });
});

test("the narrowest of several days counts, and what is not before a day is on it or after", () => {
  const { filters } = parseQuery("after:2019 after:2020-05-01 -before:2020-06-01 before:2022 -after:2021-02-01");
  assert.equal(filters.from, "2020-06-01");
  assert.equal(filters.to, "2021-01-31");
});

test("a field within alternatives stays in the tree", () => {
  const { tree, filters, isPlain } = parseQuery("source:BBC OR 伦敦");
  assert.deepEqual(tree, {
    kind: "or",
    nodes: [
      { kind: "source", value: "BBC" },
      { kind: "word", text: "伦敦" },
    ],
  });
  assert.deepEqual(filters.sources, []);
  assert.equal(isPlain, false);
});

test("words of alternatives and titles are looked for by meaning, excluded ones are not", () => {
  const { words, phrases, text } = parseQuery('(地震 OR "山体 滑坡") title:四川 -(余震 OR 演习)');
  assert.deepEqual([words, phrases, text], [["地震", "四川"], ["山体滑坡"], "地震 山体滑坡 四川"]);
});

test("a long query is cut, never through a character, and says so", () => {
  const long = parseQuery(`${"长".repeat(MAX_QUERY_UNITS - 1)}𠀀𠀀`);
  assert.equal(long.wasCut, true);
  assert.equal(long.typed, "长".repeat(MAX_QUERY_UNITS - 1));
  assert.equal(parseQuery("长".repeat(MAX_QUERY_UNITS)).wasCut, false);
});

test("of very many phrases and exclusions the first are obeyed, and the query says so", () => {
  const many = parseQuery(Array.from({ length: 12 }, (_, index) => `"甲${index}" -乙${index}`).join(" "));
  assert.deepEqual([many.phrases.length, many.exclusions.length, many.wasCut], [12, 4, true]);
  assert.equal(parseQuery('"甲" -乙').wasCut, false);
});

test("of very many words and names in groups the first are obeyed, and those alone are what the query says that it was read as", () => {
  const names = Array.from({ length: MAX_GROUPED + 20 }, (_, index) => `甲${index}`);
  const printed = (list: readonly string[], print: (name: string) => string): string =>
    list.slice(0, MAX_GROUPED).map(print).join(" OR ");
  const words = parseQuery(`(${names.join(" OR ")}) 乙`);
  assert.equal(words.readAs, `(${printed(names, (name) => name)}) 乙`);
  assert.deepEqual([words.words.length, words.wasCut], [MAX_GROUPED + 1, true]);
  const sources = parseQuery(`source:(${names.join(" ")})`);
  assert.equal(
    sources.readAs,
    printed(names, (name) => `source:"${name}"`),
  );
  assert.equal(parseQuery(words.readAs).readAs, words.readAs);
  assert.equal(parseQuery(words.readAs).wasCut, false);
  // Side by side they are looked for together.
  assert.equal(parseQuery(names.join(" ")).wasCut, false);
  assert.equal(parseQuery(names.map((name) => `source:${name}`).join(" ")).filters.sources.length, names.length);
});

test("any text can be asked, and its words hold no separator", () => {
  fc.assert(
    fc.property(anyUnicode(), (query) => {
      const { words, phrases } = parseQuery(query);
      for (const word of words) assert.deepEqual(parseQuery(word).words, [word]);
      for (const phrase of phrases) assert.notEqual(phrase.trim(), "");
    }),
  );
});
