import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold } from "./fold.ts";
import { isWordEdge, scanParts, scanUnits } from "./units.ts";

/** The units of a text, folded, each with its parts in parentheses. */
function unitsOf(text: string): string {
  const folded = fold(text);
  const units: string[] = [];
  scanUnits(folded, (_kind, start, end) => {
    const parts: string[] = [];
    scanParts(folded, start, end, (partStart, partEnd) => parts.push(folded.slice(partStart, partEnd)));
    units.push(folded.slice(start, end) + (parts.length > 0 ? `(${parts.join(" ")})` : ""));
  });
  return units.join(" | ");
}

const UNITS: readonly (readonly [text: string, units: string])[] = [
  ["人工智能GPT-3.5，涨3.5%", "人工智能 | gpt3.5(gpt 3.5) | 涨 | 3.5%(3.5)"],
  ["5G H7N9 G20", "5g | h7n9 | g20"],
  ["C++、C#、F# 和 C", "c++ | c# | f# | 和 | c"],
  ["用.NET框架", "用 | .net(net) | 框架"],
  ["最低-5℃，最高 5 ℃", "最低 | -5°c(5°c 5) | 最高 | 5°c(5)"],
  ["3-5%", "3 | 5%(5)"],
  ["-3.5%", "-3.5%(3.5% 3.5)"],
  ["AT&T, A & B", "at&t(at) | a&b"],
  ["Disney+ 18+ A+B 5G+工业", "disney+(disney) | 18+(18) | a | b | 5g+(5g) | 工业"],
  ["node.js bbc.com", "node.js(node js) | bbc.com(bbc com)"],
  ["192.168.0.1 2021.3.5 v3.5.1", "192.168.0.1(192 168 0 1) | 2021.3.5(2021 3 5) | v3.5.1(v3 5 1)"],
  ["12:30，比分3:2", "12:30(12 30) | 比分 | 3:2(3 2)"],
  ["iPhone 15 Pro", "iphone15(iphone 15) | pro"],
  ["完了... .. . -- ℃", "完了 | c"],
  ["神舟11号", "神舟 | 11 | 号"],
];

for (const [text, units] of UNITS) test(`the units of ${text}`, () => assert.equal(unitsOf(text), units));

test("units are in order, do not overlap, and hold every letter and digit; parts lie within", () => {
  const text = fc
    .array(fc.constantFrom(..."ab1.9&+#-:%°c ，中文𠮷", "3.5", "c++", ".net", "-5°c"), { maxLength: 20 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (folded) => {
      let end = 0;
      let rest = "";
      scanUnits(folded, (_kind, unitStart, unitEnd) => {
        assert.ok(unitStart >= end && unitEnd > unitStart);
        rest += folded.slice(end, unitStart);
        end = unitEnd;
        scanParts(folded, unitStart, unitEnd, (start, partEnd) =>
          assert.ok(
            start >= unitStart && partEnd <= unitEnd && partEnd > start && partEnd - start < unitEnd - unitStart,
          ),
        );
      });
      rest += folded.slice(end);
      assert.ok(!/[\p{L}\p{N}]/u.test(rest), rest);
    }),
    { numRuns: 2000 },
  );
});

test("a word's edge is no place within a number or a name", () => {
  const edges = (folded: string): string =>
    Array.from(
      { length: folded.length + 1 },
      (_, index) => (isWordEdge(folded, index) ? "|" : "") + folded.charAt(index),
    ).join("");
  assert.equal(edges("c++"), "|c++|");
  assert.equal(edges("3.5%"), "|3.5|%|");
  assert.equal(edges("iphone15"), "|iphone|15|");
  assert.equal(edges("art"), "|art|");
  assert.equal(edges("人工ab"), "|人|工|ab|");
});
