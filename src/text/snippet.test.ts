import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold } from "./fold.ts";
import { createHighlighter } from "./highlights.ts";
import { splitClauses, splitSentences } from "./sentences.ts";
import { makeSnippet } from "./snippet.ts";

const sentences = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

test("sentences end at their marks, with closing quotes, and at line breaks", () => {
  assert.deepEqual(sentences("他说：“走吧。”大家走了！真的？\n\n第二段；完……"), [
    "他说：“走吧。”",
    "大家走了！",
    "真的？",
    "第二段；",
    "完……",
  ]);
  assert.deepEqual(sentences("Up 3.5 percent. Down 1.2.　「好。」"), ["Up 3.5 percent.", "Down 1.2.", "「好。」"]);
  assert.deepEqual(sentences(" \n "), []);
  assert.deepEqual(sentences("没有句号"), ["没有句号"]);
});

test("clauses end at commas, not inside numbers", () => {
  const text = "去年1,200人，今年：12:30开门";
  assert.deepEqual(
    splitClauses(text, { start: 0, end: text.length }).map(({ start, end }) => text.slice(start, end)),
    ["去年1,200人，", "今年：", "12:30开门"],
  );
});

function snippet(title: string, body: string, ...words: string[]) {
  const weights = new Map<string, number>();
  for (const word of words.map(fold))
    for (let index = 0; index < Math.max(1, word.length - 1); index++) weights.set(word.slice(index, index + 2), 1);
  return makeSnippet({ title, body }, { weights, highlighter: createHighlighter(words.map(fold)) });
}

const FILLER = "沿江步道今年春天重新铺了石板，两旁种上了柳树和海棠，傍晚时分散步的人很多，还有人带着孩子骑车。";

test("the sentence with most of the words is shown, with its neighbours while there is room", () => {
  const body = `${FILLER}${FILLER}\n图书馆延长開放到深夜十一点。${FILLER}`;
  const { text, highlights } = snippet("题", body, "图书馆", "开放");
  assert.equal(text, `图书馆延长開放到深夜十一点。${FILLER}`);
  assert.deepEqual(
    highlights.map(([start, end]) => text.slice(start, end)),
    ["图书馆", "開放"],
  );
});

test("without words the opening is shown, a repeated title skipped", () => {
  assert.equal(snippet("步道重开", `步道重開\n${FILLER}${FILLER}${FILLER}`).text, `${FILLER}${FILLER}`);
  assert.equal(snippet("只有标题", "").text, "");
  assert.equal(snippet("标题即正文", "标题即正文").text, "标题即正文");
});

test("a long sentence is cut at clauses around the words", () => {
  const body = `${"这里说的是别的事情，".repeat(30)}图书馆周末开放，${"后面还有别的事情，".repeat(30)}完。`;
  const { text } = snippet("题", body, "图书馆");
  assert.match(text, /^….*图书馆周末开放.*，…$/u);
  assert.ok(text.length <= 122, `${text.length}`);
});

test("any body: no longer than it should be, no character cut, marks inside", () => {
  const body = fc
    .array(fc.constantFrom(..."人工智能。，！\n a1", "👩‍👩‍👧", "e\u0301", "𠮷", "长".repeat(150), "沿江".repeat(20)))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(body, (text) => {
      const { text: shown, highlights } = snippet("题", text, "人工智能");
      assert.ok(shown.length <= 122, `${shown.length}`);
      assert.ok(shown.isWellFormed());
      assert.doesNotMatch(shown, /^…?[\u0301\u200d]/);
      for (const [start, end] of highlights) assert.ok(start < end && end <= shown.length);
    }),
    { numRuns: 500 },
  );
});
