import assert from "node:assert/strict";
import { test } from "node:test";
import { createPhraseTest } from "./phrases.ts";

const holds = (text: string, phrase: string): boolean => createPhraseTest(phrase)(text);

test("Chinese is held anywhere, letters only as whole words", () => {
  assert.ok(holds("新软件园", "软件"));
  assert.ok(holds("state of the art, 2021", "art"));
  assert.ok(holds("5g手机", "5g"));
  assert.ok(!holds("party", "art"));
  assert.ok(!holds("15g", "5g"));
  assert.ok(holds("party art", "art"), "a later place counts when an earlier one does not");
  assert.ok(holds("covid-19疫苗", "covid-19"));
  assert.ok(!holds("covid-190", "covid-19"));
});

test("any white space is one space; none is none", () => {
  assert.ok(holds("new\n  york", "new york"));
  assert.ok(!holds("newyork", "new york"));
  assert.ok(!holds("人工，智能", "人工智能"));
});
