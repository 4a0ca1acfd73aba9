import type { SearchRequest } from "../../src/archive/request.ts";
import { leastShare } from "../../src/local/search/keyword-plan.ts";
import { parseQuery } from "../../src/search/query.ts";
import { dayOf } from "../../src/text/days.ts";
import { foldText } from "../../src/text/fold.ts";
import type { FakeArticle } from "./memory-archive.ts";

/**
 * The keyword rule of docs/SEARCH.md once more, as a plain scan over texts: no index, no bits, no slices. For queries of few
 * enough characters that each has a bit, in Chinese and simple words, and archives of at most a hundred articles, so that
 * each article is among the best.
 */
export function matchByScan(articles: readonly FakeArticle[], request: SearchRequest, timezone: string): Set<string> {
  const query = parseQuery(request.query);
  const texts = articles.map((article) => textOf(article));
  const { words, phrases, exclusions } = query;
  const found = new Set<string>();
  if (words.length + phrases.length + exclusions.length === 0 && !query.isEmpty) return found;
  const holdsWords = wordRule(words, texts);
  for (const [index, article] of articles.entries()) {
    const text = texts[index] as Text;
    if (article.dead === true || !isInside(article, request, timezone)) continue;
    if (!phrases.every((phrase) => holdsPhrase(text, phrase))) continue;
    if (exclusions.some((phrase) => holdsPhrase(text, phrase))) continue;
    if (holdsWords(text)) found.add(article.id);
  }
  return found;
}

interface Text {
  readonly title: string;
  readonly body: string;
}

const textOf = ({ title, body }: FakeArticle): Text => ({ title: foldText(title), body: foldText(body) });

const OTHER = /[a-z0-9]/;

function holdsPhrase({ title, body }: Text, phrase: string): boolean {
  const begins = OTHER.test(phrase.charAt(0)) ? "(?<![a-z0-9])" : "";
  const ends = OTHER.test(phrase.charAt(phrase.length - 1)) ? "(?![a-z0-9])" : "";
  const escaped = phrase.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll(" ", "\\s+");
  const pattern = new RegExp(begins + escaped + ends, "u");
  return pattern.test(title) || pattern.test(body);
}

/** Words, pairs and single characters are all held like phrases. */
const holdsPart = (text: Text, part: string): boolean => holdsPhrase(text, part);

function wordRule(words: readonly string[], texts: readonly Text[]): (text: Text) => boolean {
  const idf = (part: string): number => {
    const count = texts.filter((text) => holdsPart(text, part)).length;
    return Math.log(1 + (texts.length - count + 0.5) / (count + 0.5));
  };
  const strict: string[] = [];
  const characters: { parts: string[]; isLight: boolean }[] = [];
  const runsOf = (word: string): string[] => word.match(/[a-z0-9]+|[^a-z0-9]+/g) ?? [];
  const sizeOf = (word: string): number =>
    runsOf(word).reduce((sum, run) => sum + (OTHER.test(run) ? 2 : run.length), 0);
  const isStrict = words.length <= 5 && words.every((word) => sizeOf(word) <= 3);
  for (const word of words) {
    for (const run of runsOf(word)) {
      const isWhole = OTHER.test(run) || run.length === 1;
      const parts = isWhole ? [run] : [...run].slice(1).map((next, at) => run.charAt(at) + next);
      if (isStrict) strict.push(...parts);
      else if (isWhole) characters.push({ parts, isLight: LIGHT.test(run) });
      else
        for (const [at, character] of [...run].entries())
          characters.push({ parts: parts.slice(Math.max(0, at - 1), at + 1), isLight: LIGHT.test(character) });
    }
  }
  const heavy = characters.filter(({ isLight }) => !isLight);
  const counted = heavy.length === 0 && strict.length === 0 ? characters : heavy;
  const raw = counted.map(({ parts }) => Math.min(...parts.map(idf)));
  const median = raw.toSorted((a, b) => a - b)[raw.length >> 1] ?? 0;
  const weights = raw.map((weight) => Math.ceil(1000 * Math.min(weight, median)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const needed = Math.ceil(leastShare(counted.length) * all);
  return (text) => {
    if (!strict.every((part) => holdsPart(text, part))) return false;
    const covered = counted.map(({ parts }) => parts.some((part) => holdsPart(text, part)));
    return weights.reduce((sum, weight, at) => sum + (covered[at] ? weight : 0), 0) >= needed;
  };
}

const LIGHT = /^[的了是在和与及或之也都就而着吗呢吧呀啊么什怎哪谁这那其被把将对从向于以为有年月日个]$/;

export function isInside(article: FakeArticle, request: SearchRequest, timezone: string): boolean {
  const { from, to, sources, categories, excludedSources, excludedCategories } = request;
  if (from !== undefined || to !== undefined) {
    if (article.publishedAtMs === undefined) return false;
    const day = dayOf(article.publishedAtMs, timezone);
    if ((from !== undefined && day < from) || (to !== undefined && day > to)) return false;
  }
  const source = article.source ?? "";
  const category = article.category ?? "";
  if (sources.length > 0 && !sources.includes(source)) return false;
  if (categories.length > 0 && !categories.includes(category)) return false;
  return !excludedSources.includes(source) && !excludedCategories.includes(category);
}
