import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { toCsvRow } from "./csv.ts";

for (const [text, cell] of [
  ["=1+1", "'=1+1"],
  ["+86 10", "'+86 10"],
  ["-5℃", "'-5℃"],
  ["@here", "'@here"],
  ["＝1+1", "'＝1+1"],
  ["＋1", "'＋1"],
  ["－1", "'－1"],
  ["＠a", "'＠a"],
  ["﹦1", "'﹦1"],
  ["\u200b=1", "'\u200b=1"],
  ["\ufeff\u2060 =1", "'\ufeff\u2060 =1"],
  ["\t=1", "'\t'=1"],
  ["  =1", "'  =1"],
  ["气温;=1+1", "气温;'=1+1"],
  ['气温;"＝1', '"气温;""\'＝1"'],
  ["一; --二", "一; --二"],
  ["一\n=1+1", '"一\n\'=1+1"'],
  ["一\r\n＠二", '"一\r\n\'＠二"'],
  ["一\n- 二\n—— 三", '"一\n- 二\n—— 三"'],
  ["- 二", "'- 二"],
  ["一\n-cmd|'/C calc'!A0", "\"一\n'-cmd|'/C calc'!A0\""],
  ["一;-1+HYPERLINK(A1)", "一;'-1+HYPERLINK(A1)"],
  ["一\n－ＳＵＭ（A1）", '"一\n\'－ＳＵＭ（A1）"'],
  ["a=b；=c 5-3", "a=b；=c 5-3"],
  ["标题，正文", "标题，正文"],
  ["", ""],
] as const) {
  test(`no cell is a formula, in no width and behind nothing unseen: ${JSON.stringify(text)}`, () => {
    assert.equal(toCsvRow([text]), `${cell}\r\n`);
  });
}

test("what is written is read again, whatever the text", () => {
  const cell = fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", ";", "a", "书", " ") });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (cells) => {
      const [row] = parse(`${toCsvRow(cells)}end`, { relax_column_count: true }) as string[][];
      assert.deepEqual(
        row?.map((text) => text.replace(/^'(?=\r)/, "")),
        cells,
      );
    }),
  );
});
