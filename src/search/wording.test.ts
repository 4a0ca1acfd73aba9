import assert from "node:assert/strict";
import { test } from "node:test";
import type { Article } from "../archive/article.ts";
import { rankByWording, sharedWording } from "./wording.ts";

const ARTICLE = { title: "灯塔守夜人退休", body: "海事部门介绍，老灯塔由守夜人看护四十年，今后改为自动值守。" };
const BODIES = [
  "海事部门介绍，港口今日恢复通航，货轮进港。",
  "海事部门介绍，老灯塔的守夜人将在年底退休。",
  "海事部门介绍，渔船明起返港避风。",
  "The port reopens",
];
const toArticle = (place: number): Article => ({ id: `${place}`, title: "", body: BODIES[place] ?? "" });
const candidates = { article: toArticle };
const PLACES = [0, 1, 2, 3];
const near = (...cosines: number[]) => cosines.map((score, place) => ({ place, score, tieBreak: 0, key: place }));
const placesOf = (...cosines: number[]): number[] =>
  rankByWording(ARTICLE, near(...cosines), candidates).map(({ place }) => place);

test("the neighbour that shares telling words comes first, though others are somewhat nearer", () => {
  assert.equal(placesOf(0.6, 0.5, 0.55, 0.4)[0], 1);
});

test("a much nearer one stays first, and without shared words nearness decides", () => {
  assert.equal(placesOf(1, 0, 0, 0)[0], 0);
  assert.deepEqual(
    rankByWording({ title: "无关", body: "" }, near(0.2, 0.4, 0.3, 0.5), candidates).map(({ place }) => place),
    [3, 1, 2, 0],
  );
});

test("nobody near, and a neighbour that is gone", () => {
  assert.deepEqual(rankByWording(ARTICLE, [], candidates), []);
  const [only] = rankByWording(ARTICLE, near(0.5), { article: () => undefined });
  assert.equal(only?.score, 0.5);
});

test("several at once are each compared as by itself, and one among the articles is as near as the best of the others", () => {
  const among = { article: { title: "", body: BODIES[1] as string }, place: 1 };
  const [first, second] = sharedWording([{ article: ARTICLE }, among], PLACES, candidates);
  assert.deepEqual(first, sharedWording([{ article: ARTICLE }], PLACES, candidates)[0]);
  assert.equal(second?.[1], 1);
  assert.equal(Math.max(...(second ?? []).toSpliced(1, 1)), 1);
});

test("a text that the fold makes many times as long", () => {
  const words = Array.from({ length: 1000 }, (_, index) => `\ufdfa${String.fromCodePoint(0x4e00 + index)}`).join("");
  const long: Article = { id: "long", title: words, body: words };
  const [shared] = sharedWording([{ article: long }], [0, 1], { article: () => long });
  assert.deepEqual(shared, [1, 1]);
});

test("of two that share the same words, the one with less besides shares more of its wording", () => {
  const shared = "老灯塔的守夜人将在年底退休。";
  const texts = [shared + "港口今日恢复通航，货轮陆续进港，渔船仍在避风。".repeat(20), shared, "渔船明起返港。"];
  const [shares = []] = sharedWording([{ article: ARTICLE }], [0, 1, 2], {
    article: (place) => ({ id: `${place}`, title: "", body: texts[place] ?? "" }),
  });
  assert.equal(shares[1], 1);
  assert.ok((shares[0] ?? 1) < 0.8, `a text twenty times as long is worth ${shares[0]}`);
});
