import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as OpenCC from "opencc-js";
import { anyUnicode } from "../../test/fakes/any-text.ts";
import { fold, foldWithOffsets } from "./fold.ts";

/** Forms of one text, all to be found by any of them. */
const SAME: readonly (readonly string[])[] = [
  ["软件", "軟體", "軟件", "软体"],
  ["互联网", "網際網路"],
  ["悉尼", "雪梨"],
  ["出租车", "計程車"],
  ["地铁", "捷運"],
  ["什么", "什麼"],
  ["著名", "着名"],
  ["皇后", "皇後"],
  ["干燥", "乾燥"],
  ["台湾", "臺灣"],
  ["面条", "麵條"],
  ["ai芯片", "ＡＩ晶片", "Ai芯片"],
  ["2024年", "２０２４年"],
  ["人工智能", "人\u200b工\ufeff智能", "人工智慧"],
  ["发布会", "釋出會", "發佈會"],
  ["特朗普", "川普"],
  ["二〇二一年", "二○二一年"],
  ["歼20试飞", "歼-20試飛", "殲-20试飞"],
  ["东风41导弹", "東風-41飛彈"],
  ["硅谷银行", "矽谷銀行"],
  ["哈马斯", "哈瑪斯"],
  ["迈克尔·杰克逊", "麥可傑克森"],
  ["萨拉热窝", "塞拉耶佛"],
  ["繁琐", "烦琐", "煩瑣"],
  ["抹杀", "抹煞"],
];

/** Different words that the fold must not make one. */
const DIFFERENT: readonly (readonly [string, string])[] = [
  ["支持", "支援"],
  ["文件", "档案"],
  ["建立", "创建"],
  ["解释出来", "解发布来"],
  ["尼日利亚", "尼日尔利亚"],
  ["塞尔维亚", "塞維亞"],
  ["周一-5人", "周一5人"],
  ["2020年-2021年", "2020年2021年"],
];

test("scripts, widths and regional words of one text fold to the same", () => {
  for (const forms of SAME) for (const form of forms) assert.equal(fold(form), fold(forms[0] ?? ""), form);
});

test("other words stay apart", () => {
  for (const [a, b] of DIFFERENT) assert.notEqual(fold(a), fold(b), `${a} ${b}`);
});

test("a form that only seems to stand across two words is kept", () => {
  for (const text of ["麻烦琐碎"]) assert.ok(fold(text).startsWith(fold(text.slice(0, 2))), text);
});

test("every simplified character and its traditional forms are one", () => {
  const variants = ["t", "tw", "hk"].map((to) => OpenCC.Converter({ from: "cn", to: to as "t" }));
  for (let code = 0x4e00; code <= 0x9fff; code++) {
    const character = String.fromCodePoint(code);
    for (const convert of variants) assert.equal(fold(convert(character)), fold(character), character);
  }
});

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom("雪梨", "軟體", "網際網路", "é", "ﬁ", "Å", "𠮷", "🙂", "，", "\u0301", "\ud800"),
      fc.string({ unit: "grapheme" }),
    ),
  )
  .map((parts) => parts.join(""));

test("offsets lead back to where each unit came from", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { folded, offsets } = foldWithOffsets(text);
      assert.equal(offsets.length, folded.length + 1);
      assert.equal(offsets.at(-1), text.length);
      for (let index = 1; index < offsets.length; index++)
        assert.ok((offsets[index - 1] ?? 0) <= (offsets[index] ?? 0), "offsets never go back");
    }),
  );
  const { folded, offsets } = foldWithOffsets("在雪梨的網際網路ＡＩ");
  assert.equal(folded, "在悉尼的互联网ai");
  assert.deepEqual([...offsets], [0, 1, 2, 3, 4, 5, 7, 8, 9, 10]);
});

test("folding never throws and long texts fold like their parts", () => {
  fc.assert(fc.property(anyUnicode(), (text) => typeof fold(text) === "string"));
  const sentence = "今天的天氣很好，";
  assert.equal(fold(sentence.repeat(5000)), fold(sentence).repeat(5000));
});
