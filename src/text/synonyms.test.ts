import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { builtInSynonyms, createSynonyms, MAX_GROUPS, parseSynonyms } from "./synonyms.ts";
import { NAME_SYNONYMS, WORD_SYNONYMS } from "./synonyms-data.ts";

const expand = (file: string, folded: string): string[] =>
  createSynonyms(parseSynonyms(file).groups)
    .expand(folded)
    .map(
      ({ start, end, alternatives, canonical }) => `${folded.slice(start, end)}|${alternatives.join(",")}|${canonical}`,
    );

test("words of a group find each other, in either script, and ask the same", () => {
  const file = "格魯吉亞, 乔治亚";
  assert.deepEqual(expand(file, "格鲁吉亚总统"), ["格鲁吉亚|乔治亚|格鲁吉亚"]);
  assert.deepEqual(expand(file, "去乔治亚"), ["乔治亚|格鲁吉亚|格鲁吉亚"]);
  assert.deepEqual(expand(file, "去格鲁吉"), []);
});

test("whether a stretch means the same in a longer word is told; in two groups it must in both", () => {
  const [whole, anywhere] = [parseSynonyms("德州, 得州\n大火, 火灾").groups, parseSynonyms("火灾, 火警").groups];
  const synonyms = createSynonyms([...whole, ...anywhere.map((group) => ({ ...group, inCompounds: true }))]);
  const told = (text: string): (string | boolean)[] =>
    synonyms.expand(text).map(({ inCompounds, alternatives }) => `${alternatives.join()} ${inCompounds}`);
  assert.deepEqual(told("德州火警"), ["得州 false", "火灾 true"]);
  assert.deepEqual(told("火灾"), ["大火,火警 false"]);
});

test("an arrow widens one way", () => {
  const file = "巴老师 => 巴金, 李尧棠";
  assert.deepEqual(expand(file, "巴老师"), ["巴老师|巴金,李尧棠|巴老师"]);
  assert.deepEqual(expand(file, "巴金"), []);
});

test("the longest word goes first, and a word of letters stands whole", () => {
  const file = "东盟, 东协\n东盟峰会, 东协高峰会\nai, 人工智能";
  assert.deepEqual(expand(file, "东盟峰会"), ["东盟峰会|东协高峰会|东盟峰会"]);
  assert.deepEqual(expand(file, "ai 芯片"), ["ai|人工智能|ai"]);
  assert.deepEqual(expand(file, "openai said"), []);
});

test("comments, empty lines and either comma are read; what cannot be used is told with its line", () => {
  const file = `\ufeff# names\r\n\r\n甲，乙、丙  # three\n丁\n戊, \n己 => 庚 => 辛\n壬 => 壬\n${"长".repeat(41)}, 短`;
  const { groups, problems } = parseSynonyms(file);
  assert.deepEqual(groups, [{ from: ["甲", "乙", "丙"], to: ["甲", "乙", "丙"] }]);
  assert.deepEqual(
    problems.map(({ line, fault }) => `${line} ${fault}`),
    ["4 no-alternative", "5 empty-word", "6 two-arrows", "7 no-alternative", "8 too-long"],
  );
});

test("any text is read, and any query widened, without a throw; stretches are in order", () => {
  const line = fc.array(fc.constantFrom("甲", "乙", "ab", ",", "，", "=>", "#", " ", "\n", "3.5"), { maxLength: 40 });
  fc.assert(
    fc.property(line, line, (file, query) => {
      const folded = query.join("");
      let end = 0;
      for (const expansion of createSynonyms(parseSynonyms(file.join("")).groups).expand(folded)) {
        assert.ok(expansion.start >= end && expansion.end > expansion.start && expansion.alternatives.length > 0);
        assert.ok(!expansion.alternatives.includes(folded.slice(expansion.start, expansion.end)));
        end = expansion.end;
      }
    }),
  );
});

test("a file has so many groups and no more", () => {
  const { groups, problems } = parseSynonyms("甲, 乙\n".repeat(MAX_GROUPS + 2));
  assert.deepEqual([groups.length, problems.map(({ fault }) => fault)], [MAX_GROUPS, ["too-many", "too-many"]]);
});

test("the groups that come with wenxun are sound: nothing that the fold makes one already, no word twice in a group", () => {
  const all = `${NAME_SYNONYMS}${WORD_SYNONYMS}`;
  const { problems } = parseSynonyms(all);
  assert.deepEqual(problems, []);
  for (const line of all.split("\n").filter((row) => row !== "" && !row.startsWith("#"))) {
    const { groups } = parseSynonyms(line);
    const words = new Set([...(groups[0]?.from ?? []), ...(groups[0]?.to ?? [])]);
    assert.equal(words.size, line.split(/,|=>/).length, `the fold makes two words of this group one: ${line}`);
  }
  assert.ok(builtInSynonyms().length > 200);
  // Two groups of one word would each find only a part of what the word means.
  const inCompounds = builtInSynonyms().flatMap(({ from, inCompounds }) => (inCompounds === true ? from : []));
  assert.deepEqual(
    inCompounds.filter((word, index) => inCompounds.indexOf(word) !== index),
    [],
  );
});
