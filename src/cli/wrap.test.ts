import assert from "node:assert/strict";
import { test } from "node:test";
import { toShownWidth, wrap } from "./wrap.ts";

test("no line is wider than the terminal, Chinese characters counted as two", () => {
  const text = "Counts articles (新能源汽车的产量，比去年同期增长了三成。) beside all articles of each period";
  for (const width of [20, 33, 40, 79]) {
    const lines = wrap(text, width).split("\n");
    // A full stop may hang over.
    for (const line of lines) assert.ok(toShownWidth(line) <= width + 2, `${width}: ${line}`);
    for (const line of lines) assert.doesNotMatch(line, /^[，。)]/);
    assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""), "nothing is lost");
  }
});

test("colours take no room, and lines of their own stay", () => {
  assert.equal(toShownWidth("\x1b[1m粗体\x1b[22m"), 4);
  assert.equal(wrap("one two\n\nthree", 40), "one two\n\nthree");
  assert.equal(wrap("https://example.org/a-very-long-address", 20), "https://example.org/a-very-long-address");
});
