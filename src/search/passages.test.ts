import assert from "node:assert/strict";
import { test } from "node:test";
import type { Article } from "../archive/article.ts";
import { fold } from "../text/fold.ts";
import { scanTerms } from "../text/terms.ts";
import { asksQuestion, scorePassages } from "./passages.ts";

const QUESTION = "渡口什么时候重新开放";
/** Every term of the question says as much as any other. */
const WEIGHTS = new Map<string, number>();
scanTerms(fold(QUESTION), (_high, _low, start, end) => WEIGHTS.set(fold(QUESTION).slice(start, end), 1));

const FILLER = "江水平静，行人稀少，天色将晚。";

function score(...articles: readonly { readonly title?: string; readonly body: string }[]): number[] {
  const ranking = articles.map((_, place) => ({ place, score: 1, tieBreak: 0, key: place }));
  const article = (place: number): Article => ({ id: `${place}`, title: "", ...articles[place] }) as Article;
  const scored = scorePassages(ranking, { text: QUESTION, weights: WEIGHTS }, { article });
  assert.deepEqual(
    scored.map(({ place }) => place),
    ranking.map(({ place }) => place),
  );
  return scored.map((ranked) => ranked.score - 1);
}

test("a text that asks something is told from one that states something, in either script", () => {
  for (const text of [
    QUESTION,
    "誰拍攝了這張照片",
    "火星上有水吗",
    "大桥有多少米长",
    "有几个人受伤",
    "who built the bridge",
  ])
    assert.ok(asksQuestion(text), text);
  for (const text of ["渡口重新开放", "几内亚大选", "臺灣與新幾內亞", "whole regions flooded"])
    assert.ok(!asksQuestion(text), text);
});

test("words of a question that stand in one place say more than the same words far apart", () => {
  const [together = 0, apart = 0, none = 0] = score(
    { body: `${FILLER.repeat(20)}渡口昨日重新开放。${FILLER}` },
    { body: `渡口。${FILLER.repeat(20)}重新。${FILLER.repeat(20)}开放。` },
    { body: FILLER },
  );
  assert.ok(together > 1.5 * apart && apart > 0, `${together} ${apart}`);
  assert.equal(none, 0);
});

test("the title is part of every passage", () => {
  const body = `${FILLER.repeat(9)}昨日重新开放。`;
  const [titled = 0, untitled = 0] = score({ title: "渡口", body }, { body });
  assert.ok(titled > untitled);
});

test("a passage has a hundred characters, wherever it begins", () => {
  const gap = (units: number): string => "，".repeat(units);
  const [inside = 0, outside = 0] = score(
    { body: `${FILLER.repeat(3)}渡口${gap(94)}开放。` },
    { body: `${FILLER.repeat(3)}渡口${gap(120)}开放。` },
  );
  assert.ok(inside > outside, `${inside} ${outside}`);
});

test("a word that is repeated in a passage counts once, and leaves it with the last one", () => {
  const [once = 0, often = 0] = score({ body: "渡口。" }, { body: `渡口渡口渡口。${"，".repeat(150)}渡口。` });
  assert.ok(Math.abs(once - often) < 1e-9, `${once} ${often}`);
});

test("forty texts are read, and of each what stands within 2,400 characters", () => {
  const scores = score(...Array.from({ length: 45 }, () => ({ body: "渡口" })));
  assert.deepEqual([scores.filter((added) => added > 0).length, scores[40]], [40, 0]);
  assert.deepEqual(score({ body: `${"，".repeat(2_400)}渡口` }), [0]);
});

test("where no word of the question tells anything, nothing changes", () => {
  const ranking = [{ place: 0, score: 1, tieBreak: 0, key: 0 }];
  const article = (): never => assert.fail("no text is read");
  assert.equal(scorePassages(ranking, { text: QUESTION, weights: new Map() }, { article }), ranking);
});
