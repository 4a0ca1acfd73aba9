import type { SearchRequest } from "../../src/archive/request.ts";
import { parseTree } from "../../src/search/query/parse-tree.ts";
import { conjunctsOf, type QueryNode } from "../../src/search/query/tree.ts";
import { dayOf } from "../../src/text/days.ts";
import { fold, foldText } from "../../src/text/fold.ts";
import type { FakeArticle } from "./memory-archive.ts";

/**
 * The rule of docs/SEARCH.md by which words match, once more, as a plain scan over texts: no index, no bits, no slices, and nothing
 * of the engine that it judges. For queries of few enough characters that each has a bit, in Chinese and simple words.
 */
export function matchByScan(articles: readonly FakeArticle[], request: SearchRequest, timezone: string): Set<string> {
  const { tree } = parseTree(request.query);
  const found = new Set<string>();
  if (tree === undefined && request.query.trim() !== "") return found;
  const holds = createRule(tree, articles, timezone);
  for (const article of articles)
    if (article.dead !== true && isInside(article, request, timezone) && holds(article)) found.add(article.id);
  return found;
}

type Rule = (article: FakeArticle) => boolean;

function createRule(tree: QueryNode | undefined, articles: readonly FakeArticle[], timezone: string): Rule {
  const conjuncts = conjunctsOf(tree);
  const words = conjuncts.filter(asksWords);
  const filters = conjuncts.filter((node) => !asksWords(node)).map((node) => toRule(node, articles, timezone));
  const isText = words.length > 8 || words.some((node) => node.kind === "word" && sizeOf(node.text) > 6);
  const byWords = isText ? shareRule(words.flatMap(wordsOf), articles) : wantedRule(words, articles, timezone);
  return (article) => filters.every((rule) => rule(article)) && byWords(article);
}

/** All of the words; where no article holds them all, as many as can be had. */
function wantedRule(words: readonly QueryNode[], articles: readonly FakeArticle[], timezone: string): Rule {
  const isArticle = articleAmong(words.flatMap(wordsOf));
  const isLight = (word: string): boolean => isArticle(word) || [...word].every((letter) => LIGHT.test(letter));
  const telling = words.filter((node) => node.kind !== "word" || !isLight(node.text));
  const rules = (telling.length > 0 ? telling : words).map((node) => toRule(node, articles, timezone));
  const count = (article: FakeArticle): number => rules.filter((rule) => rule(article)).length;
  const most = Math.max(0, ...articles.filter(({ dead }) => dead !== true).map(count));
  const wanted = most === 0 ? rules.length : most;
  return (article) => count(article) >= wanted;
}

const asksWords = (node: QueryNode): boolean =>
  node.kind === "word" || ((node.kind === "and" || node.kind === "or") && node.nodes.every(asksWords));

const wordsOf = (node: QueryNode): string[] =>
  node.kind === "word" ? [node.text] : node.kind === "and" || node.kind === "or" ? node.nodes.flatMap(wordsOf) : [];

function toRule(node: QueryNode, articles: readonly FakeArticle[], timezone: string, isExcluded = false): Rule {
  switch (node.kind) {
    case "word":
      return sizeOf(node.text) > 6 && !isExcluded
        ? shareRule([node.text], articles)
        : (article) => holdsText(article, node.text);
    case "phrase":
      return (article) => holdsText(article, node.text);
    case "near":
      throw new Error("the reference does not know nearness");
    case "title": {
      const inner = node.node;
      if (inner.kind !== "word" && inner.kind !== "phrase")
        throw new Error(`the reference does not know ${inner.kind}`);
      return ({ title, id }) => holdsText({ id, title, body: "" }, inner.text);
    }
    case "source":
    case "category":
      return (article) => fold(article[node.kind] ?? "") === fold(node.value);
    case "before":
      return ({ publishedAtMs }) => publishedAtMs !== undefined && dayOf(publishedAtMs, timezone) < node.day;
    case "after":
      return ({ publishedAtMs }) => publishedAtMs !== undefined && dayOf(publishedAtMs, timezone) >= node.day;
    case "not": {
      const rule = toRule(node.node, articles, timezone, !isExcluded);
      return (article) => !rule(article);
    }
    case "and": {
      const rules = node.nodes.map((part) => toRule(part, articles, timezone, isExcluded));
      return (article) => rules.every((rule) => rule(article));
    }
    case "or": {
      const rules = node.nodes.map((part) => toRule(part, articles, timezone, isExcluded));
      return (article) => rules.some((rule) => rule(article));
    }
  }
}

const OTHER = /[a-z0-9]/;

/** Letter for letter in the title or the body; letters and digits as whole words, and a name with its number, bb1, as bb and 1 too. */
function holdsText({ title, body }: Pick<FakeArticle, "id" | "title" | "body">, text: string): boolean {
  const [first = ""] = /^[a-z0-9]*/.exec(text) ?? [];
  const [last = ""] = /[a-z0-9]*$/.exec(text) ?? [];
  const begins = first === "" ? "" : /^\d+$/.test(first) ? "(?<=(?<![a-z0-9])(?:[a-z]{2,})?)" : "(?<![a-z0-9])";
  const ends = last === "" ? "" : /^[a-z]{2,}$/.test(last) ? "(?=\\d*(?![a-z0-9]))" : "(?![a-z0-9])";
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll(" ", "\\s+");
  const pattern = new RegExp(begins + escaped + ends, "u");
  return pattern.test(foldText(title)) || pattern.test(foldText(body));
}

const runsOf = (word: string): string[] => word.match(/[a-z0-9]+|[^a-z0-9]+/g) ?? [];
const sizeOf = (word: string): number => runsOf(word).reduce((sum, run) => sum + (OTHER.test(run) ? 2 : run.length), 0);

/** A share of the characters, by weight: 1.2 − .05 for each of them, at most all and at least .3. */
function shareRule(words: readonly string[], articles: readonly FakeArticle[]): Rule {
  const idf = (part: string): number => {
    const count = articles.filter((article) => holdsText(article, part)).length;
    return Math.log(1 + (articles.length - count + 0.5) / (count + 0.5));
  };
  const characters: { parts: string[]; isLight: boolean }[] = [];
  const runs = words.flatMap(runsOf);
  const isArticle = articleAmong(runs);
  for (const run of runs) {
    if (OTHER.test(run) || run.length === 1) {
      characters.push({ parts: [run], isLight: LIGHT.test(run) || isArticle(run) });
      continue;
    }
    const pairs = [...run].slice(1).map((next, at) => run.charAt(at) + next);
    for (const [at, character] of [...run].entries())
      characters.push({ parts: pairs.slice(Math.max(0, at - 1), at + 1), isLight: LIGHT.test(character) });
  }
  const heavy = characters.filter(({ isLight }) => !isLight);
  const counted = heavy.length === 0 ? characters : heavy;
  const raw = counted.map(({ parts }) => Math.min(...parts.map(idf)));
  const median = raw.toSorted((a, b) => a - b)[raw.length >> 1] ?? 0;
  const weights = raw.map((weight) => Math.ceil(1000 * Math.min(weight, median)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const needed = Math.ceil(Math.min(1, Math.max(0.3, 1.2 - 0.05 * counted.length)) * all);
  return (article) => {
    const covered = counted.map(({ parts }) => parts.some((part) => holdsText(article, part)));
    return weights.reduce((sum, weight, at) => sum + (covered[at] ? weight : 0), 0) >= needed;
  };
}

/** Of the English words that say little beside others the one that can be written with few letters: a. */
const articleAmong = (words: readonly string[]): ((word: string) => boolean) => {
  const isEnglish = words.some((word) => /^[a-z]{2}/.test(word));
  return (word) => isEnglish && word === "a";
};

const LIGHT = /^[的了是在和与及或之也都就而着吗呢吧呀啊么什怎哪谁这那其被把将对从向于以为有年月日个]$/;

export function isInside(article: FakeArticle, request: SearchRequest, timezone: string): boolean {
  const { from, to, sources, categories, excludedSources, excludedCategories, without = [] } = request;
  if (from !== undefined || to !== undefined) {
    if (article.publishedAtMs === undefined) return false;
    const day = dayOf(article.publishedAtMs, timezone);
    if ((from !== undefined && day < from) || (to !== undefined && day > to)) return false;
  }
  if (without.includes("date") && article.publishedAtMs !== undefined) return false;
  const source = article.source ?? "";
  const category = article.category ?? "";
  const wantedSources = [...sources, ...(without.includes("source") ? [""] : [])];
  const wantedCategories = [...categories, ...(without.includes("category") ? [""] : [])];
  if (wantedSources.length > 0 && !wantedSources.includes(source)) return false;
  if (wantedCategories.length > 0 && !wantedCategories.includes(category)) return false;
  return !excludedSources.includes(source) && !excludedCategories.includes(category);
}
