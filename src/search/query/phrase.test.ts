import assert from "node:assert/strict";
import { test } from "node:test";
import { foldText } from "../../text/fold.ts";
import { createNearTest, createPhraseTest, toPhrase } from "./phrase.ts";

const holdsFolded = (text: string, phrase: string): boolean => createPhraseTest(phrase)(text);
const holds = (text: string, phrase: string): boolean =>
  createPhraseTest(toPhrase(phrase) ?? assert.fail())(foldText(text));

test("a phrase keeps the signs that belong to it and loses the punctuation around it", () => {
  assert.equal(toPhrase("。你好，世界！"), "你好,世界");
  assert.equal(toPhrase(" .NET "), ".net");
  assert.equal(toPhrase("完了..."), "完了");
  assert.equal(toPhrase("— -5℃ —"), "-5°c");
  assert.equal(toPhrase("？！"), undefined);
  assert.equal(toPhrase("+"), undefined);
});

test("signs are told apart: C++ is neither C nor C#, 3.5% neither 5% nor 13.5%", () => {
  assert.ok(holds("他写 C++ 程序", "C++"));
  assert.ok(!holds("他写 C 程序", "C++"));
  assert.ok(!holds("他写 C++ 程序", "C"));
  assert.ok(!holds("他写 C#。", "C"));
  assert.ok(holds("C+D", "C"));
  assert.ok(holds("看 Disney+ 的人", "Disney"));
  assert.ok(holds("中国5G+工业互联网", "中国5G"));
  assert.ok(holds("增长3.5%。", "3.5%"));
  assert.ok(holds("增长３．５％。", "3.5%"));
  for (const other of ["增长13.5%", "增长3.5", "增长35%"]) assert.ok(!holds(other, "3.5%"), other);
  assert.ok(!holds("增长3.5%", "5%"));
  assert.ok(!holds("增长3.5%", "3"));
  assert.ok(holds("最低-5℃", "-5℃"));
  assert.ok(!holds("最高5℃", "-5℃"));
  assert.ok(holds("用.NET开发", ".NET"));
  assert.ok(!holds("the net", ".NET"));
  assert.ok(holds("A&B公司", "A&B"));
  assert.ok(!holds("A和B公司", "A&B"));
});

test("a phrase of letters is not found within a word, one of Chinese is", () => {
  assert.ok(!holds("party", "art"));
  assert.ok(holds("state of the ART, now", "art"));
  assert.ok(holds("中华人民共和国", "人民"));
  assert.ok(holds("人工\n 智能", "人工 智能"));
});

test("nearness counts the characters between words, in any order", () => {
  const near = (text: string, distance: number): boolean => createNearTest(["北京", "奥运"], distance)(foldText(text));
  assert.ok(near("北京奥运", 0));
  assert.ok(near("奧運在北京", 1));
  assert.ok(!near("奥运会在北京", 1));
  assert.ok(near("奥运会在北京", 2));
  assert.ok(near("北京。很久以后，很久以后，奥运和北京", 1));
  assert.ok(!near("北京和北京", 10));
});

test("Chinese is held anywhere, letters only as whole words", () => {
  assert.ok(holdsFolded("新软件园", "软件"));
  assert.ok(holdsFolded("state of the art, 2021", "art"));
  assert.ok(holdsFolded("5g手机", "5g"));
  assert.ok(!holdsFolded("party", "art"));
  assert.ok(!holdsFolded("15g", "5g"));
  assert.ok(holdsFolded("party art", "art"), "a later place counts when an earlier one does not");
  assert.ok(holdsFolded("covid-19疫苗", "covid-19"));
  assert.ok(!holdsFolded("covid-190", "covid-19"));
});

test("any white space is one space; none is none", () => {
  assert.ok(holdsFolded("new\n  york", "new york"));
  assert.ok(!holdsFolded("newyork", "new york"));
  assert.ok(!holdsFolded("人工，智能", "人工智能"));
});
