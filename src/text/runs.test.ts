import assert from "node:assert/strict";
import { test } from "node:test";
import { HAN, SEPARATOR, unitClassAt, WORD } from "./runs.ts";

test("every unit of the basic plane has the class that its script and category give it", () => {
  const han = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u;
  for (let unit = 0; unit < 0x10000; unit++) {
    const character = String.fromCharCode(unit);
    const isLetter = /[\p{L}\p{N}]/u.test(character);
    const wanted = han.test(character) && isLetter ? HAN : /[\p{L}\p{N}\p{M}]/u.test(character) ? WORD : SEPARATOR;
    assert.equal(unitClassAt(character, 0), wanted, `U+${unit.toString(16)}`);
  }
});

test("both halves of a rare ideograph are Chinese, and a half alone separates", () => {
  assert.deepEqual([unitClassAt("𠮷", 0), unitClassAt("𠮷", 1)], [HAN, HAN]);
  assert.deepEqual([unitClassAt("😀", 0), unitClassAt("😀", 1)], [SEPARATOR, SEPARATOR]);
  assert.equal(unitClassAt("𠮷".charAt(0), 0), SEPARATOR);
  assert.equal(unitClassAt("𠮷".charAt(1), 0), SEPARATOR);
});
