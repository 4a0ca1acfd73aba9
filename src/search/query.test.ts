import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_QUERY_UNITS } from "./limits.ts";
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
  assert.deepEqual(parts("ＧＰＴ-4 發布").words, ["gpt", "4", "发布"]);
  assert.deepEqual(parts("iPhone15手机").words, ["iphone15手机"]);
});

test("every kind of quotation is a phrase", () => {
  for (const query of [
    '"人工 智能"',
    "“人工 智能”",
    "「人工 智能」",
    "『人工 智能』",
    "«人工 智能»",
    "＂人工 智能＂",
    '“人工  智能"',
  ])
    assert.deepEqual(parts(query), { words: [], phrases: ["人工 智能"], exclusions: [] }, query);
  assert.deepEqual(parts("他说“你好”吗"), { words: ["他说", "吗"], phrases: ["你好"], exclusions: [] });
});

test("a leading minus excludes a word or a phrase; one inside a word does not", () => {
  assert.deepEqual(parts("疫情 -美國 －“股 市”"), { words: ["疫情"], phrases: [], exclusions: ["美国", "股 市"] });
  assert.deepEqual(parts("covid-19").words, ["covid", "19"]);
  assert.deepEqual(parts("-covid-19").exclusions, ["covid-19"]);
  assert.deepEqual(parts("甲 - 乙 -- 丙 --丁"), { words: ["甲", "乙", "丙", "丁"], phrases: [], exclusions: [] });
});

test("a quotation that never closes is ordinary text", () => {
  assert.deepEqual(parts('"人工智能'), { words: ["人工智能"], phrases: [], exclusions: [] });
  assert.deepEqual(parts("-「人工"), { words: [], phrases: [], exclusions: ["人工"] });
});

test("the text for meaning leaves out quotes and exclusions, folded", () => {
  assert.equal(parseQuery("台灣  「半導體」出口 -日本").text, "台湾 半导体 出口");
});

test("operators of other languages, lone surrogates and punctuation are ordinary text", () => {
  assert.deepEqual(parts("a OR b* NEAR(c) % ^d: {e}").words, ["a", "or", "b", "near", "c", "d", "e"]);
  assert.deepEqual(parts("\ud800 \udc00"), { words: [], phrases: [], exclusions: [] });
  assert.deepEqual(parts("。。。 -！ “？”"), { words: [], phrases: [], exclusions: [] });
  assert.equal(parseQuery(" \u3000\n").isEmpty, true);
  assert.equal(parseQuery("。").isEmpty, false);
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

test("any text can be asked, and its words hold no separator", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (query) => {
      const { words, phrases } = parseQuery(query);
      for (const word of words) assert.deepEqual(parseQuery(word).words, [word]);
      for (const phrase of phrases) assert.notEqual(phrase.trim(), "");
    }),
  );
});
