import assert from "node:assert/strict";
import { test } from "node:test";
import { splitOpening, toOpening } from "./opening.ts";

test("a short first sentence stands as the headline, the rest after it, each with its own marks", () => {
  const text = "台风来了。渡轮今天停开，台风过后恢复。";
  const { opening, rest } = splitOpening({
    text,
    highlights: [
      [0, 2],
      [12, 14],
    ],
  });
  assert.deepEqual(opening, { text: "台风来了。", highlights: [[0, 2]] });
  assert.deepEqual(rest, { text: "渡轮今天停开，台风过后恢复。", highlights: [[7, 9]] });
});

test("of a long first sentence the clauses that fit are shown, and the text follows whole", () => {
  const text = `江湾市水务局今天上午宣布，${"水库的水位继续上涨".repeat(6)}。`;
  const { opening, rest } = splitOpening({ text, highlights: [] });
  assert.equal(opening.text, "江湾市水务局今天上午宣布…");
  assert.equal(rest.text, text);
  assert.equal(toOpening(`${"水位上涨".repeat(8)}（每秒5000立方米）`), `${"水位上涨".repeat(8)}…`);
});

test("a text without any end is cut between characters, Latin letters taking half of the room", () => {
  assert.equal(toOpening("𠀀".repeat(50)), `${"𠀀".repeat(36)}…`);
  assert.equal(toOpening("a".repeat(100)), `${"a".repeat(72)}…`);
  assert.equal(toOpening(""), "");
  assert.equal(toOpening("短"), "短");
});
