/** What searching is tried on: articles and requests drawn by lot, the same each time. */
import fc from "fast-check";
import type { Archive } from "../../src/archive/archive.ts";
import type { Article } from "../../src/archive/article.ts";
import type { EncodedQuery } from "../../src/archive/encoded-query.ts";
import { PLAIN_REQUEST, SORT_ORDERS } from "../../src/archive/request.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { createFilled, type Engine, putAll, removeAll } from "./engine.ts";
import { WORDS } from "./search-referee.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const encoder = createFakeEncoder();

export async function encode(text: string): Promise<EncodedQuery> {
  const [vector] = await encoder.encode([text], { role: "query" });
  return vector === undefined ? { notice: "query-has-no-vector" } : { vector, fingerprint: encoder.fingerprint };
}

/** Numbers that are the same each time, from 0 up to `below`. */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SOURCES = ["江湾日报", "城南晚报", "海湾时报", "山谷周刊"];
const CATEGORIES = ["交通", "科技", "体育"];

/** More articles than any window that an engine may have, with words, sources and days drawn by lot; some near-copies, some undated. */
export function drawArticles(
  count: number,
  seed: number,
  timeOf: (dice: (below: number) => number) => number,
): Article[] {
  const roll = createDice(seed);
  const draw = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  const words = (most: number): string => Array.from({ length: roll(most + 1) }, () => draw(WORDS)).join("，");
  return Array.from({ length: count }, (_, index): Article => {
    const source = roll(8) === 0 ? undefined : draw(SOURCES);
    const category = roll(3) === 0 ? undefined : draw(CATEGORIES);
    const publishedAtMs = roll(10) === 0 ? undefined : timeOf(roll);
    return { id: `n${index}`, title: words(3), body: `${words(8)}。`, source, category, publishedAtMs };
  });
}

export interface Corpus {
  readonly archive: Archive;
  readonly articles: readonly Article[];
  readonly timezone: string;
}

/** In several commits, with articles that were changed and removed since. */
export async function fill(engine: Engine, articles: readonly Article[], timezone: string): Promise<Corpus> {
  const archive = await createFilled(engine, articles.slice(0, 150), { encoder, timezone });
  const old = articles.slice(150, 180).map((article) => ({ ...article, title: WORDS.join("，"), source: "停刊的报" }));
  await putAll(archive, [...old, { id: "removed", title: WORDS.join("，"), body: "", source: "停刊的报" }]);
  await putAll(archive, articles.slice(150));
  await removeAll(archive, ["removed"]);
  return { archive, articles, timezone };
}

export const somewhen = (roll: (below: number) => number): number =>
  Date.UTC(2021, 0, 1) + roll(900) * DAY_MS + roll(24) * HOUR_MS;

const some = <T>(list: readonly T[], most: number) => fc.uniqueArray(fc.constantFrom(...list), { maxLength: most });

export const anyQuery = fc.record({ words: some(WORDS, 2), phrases: some(WORDS, 1), exclusions: some(WORDS, 1) });

const anyDay = fc
  .integer({ min: 0, max: 900 })
  .map((days) => new Date(Date.UTC(2021, 0, 1) + days * DAY_MS).toISOString().slice(0, 10));

const anyRange = fc.oneof(
  fc.constant({}),
  anyDay.map((from) => ({ from })),
  anyDay.map((to) => ({ to })),
  fc.tuple(anyDay, anyDay).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })),
  anyDay.map((day) => ({ from: day, to: day })),
);

export const anyFilters = fc
  .tuple(
    anyRange,
    fc.record({
      sources: some([...SOURCES, "没有这家"], 2),
      categories: some(CATEGORIES, 2),
      excludedSources: some(SOURCES, 1),
      excludedCategories: some(CATEGORIES, 1),
    }),
    fc.boolean(),
  )
  .map(([range, names, isNarrowed]) => ({ ...PLAIN_REQUEST, ...range, ...(isNarrowed ? names : {}) }));

export const anyOrder = fc.record({ sort: fc.constantFrom(...SORT_ORDERS), stories: fc.boolean() });
