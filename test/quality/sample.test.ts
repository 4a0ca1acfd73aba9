import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../src/text/fold.ts";
import { loadSampleArticles, loadSampleStories, type SampleArticle } from "./sample.ts";

const articles = loadSampleArticles();
const { stories, copies } = loadSampleStories();
const byId = new Map(articles.map((article) => [article.id, article]));
const copyIds = new Set(copies.map(({ copy }) => copy));

const bigrams = (text: string): Set<string> => {
  const folded = [...fold(text)];
  return new Set(folded.slice(1).map((char, index) => `${folded[index]}${char}`));
};

/** Jaccard similarity of two sets, 0–1. */
function jaccard(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let common = 0;
  for (const value of left) if (right.has(value)) common++;
  return common / (left.size + right.size - common);
}

function likeness(a: SampleArticle | undefined, b: SampleArticle | undefined): number {
  assert.ok(a && b);
  return jaccard(bigrams(a.body), bigrams(b.body));
}

test("every article has an id and an address of its own, a date, and a body of 120 to 400 characters", () => {
  assert.ok(articles.length >= 220);
  assert.equal(byId.size, articles.length);
  assert.equal(new Set(articles.map(({ url }) => url)).size, articles.length);
  assert.equal(new Set(articles.map(({ title }) => title)).size, articles.length);
  for (const { id, body, published, url } of articles) {
    assert.ok(body.length >= 120 && body.length <= 400, id);
    assert.match(published, /^20(1[89]|2[0-6])-\d\d-\d\dT\d\d:\d\d:00\+08:00$/, id);
    assert.ok(!Number.isNaN(Date.parse(published)), id);
    assert.match(new URL(url).hostname, /\.example\.org$/, id);
  }
});

test("each outlet writes one script, and the two scripts are about equally common", () => {
  const simplified = new Set(["临江日报", "南岭晚报", "北原新闻网", "海州商报", "青桐科技"]);
  const share = articles.filter(({ source }) => simplified.has(source)).length / articles.length;
  assert.ok(share > 0.4 && share < 0.6, `${share}`);
  // Characters that only one script uses.
  for (const { id, source, title, body } of articles)
    assert.doesNotMatch(title + body, simplified.has(source) ? /[這們個為說時會]/ : /[这们个为说时会]/, id);
});

test("twenty stories have three or four tellings each, in other words", () => {
  assert.equal(stories.length, 20);
  for (const { id, articles: tellings } of stories) {
    assert.ok(tellings.length >= 3 && tellings.length <= 4, id);
    const days = tellings.map((telling) => Date.parse(byId.get(telling)?.published ?? "") / 86_400_000);
    assert.ok(Math.max(...days) - Math.min(...days) < 4, id);
    for (const [index, telling] of tellings.entries())
      for (const other of tellings.slice(index + 1))
        assert.ok(likeness(byId.get(telling), byId.get(other)) < 0.25, `${telling} and ${other}`);
  }
});

test("fifteen pairs are near-copies, and nothing else is", () => {
  assert.equal(copies.length, 15);
  for (const { original, copy } of copies) {
    const value = likeness(byId.get(original), byId.get(copy));
    assert.ok(value > 0.65 && value < 1, `${original} and ${copy}: ${value}`);
  }
  const originals = articles.filter(({ id }) => !copyIds.has(id)).map((article) => bigrams(article.body));
  for (const [index, left] of originals.entries())
    for (const right of originals.slice(index + 1)) assert.ok(jaccard(left, right) < 0.25);
});
