import type { Article } from "../archive/article.ts";
import { createMapper } from "../ingest/article.ts";
import { type Candidate, toCandidate, toDocumentRules } from "./identify.ts";
import type { FoundAbout, FoundItem, TakenItems } from "./source.ts";
import type { ItemStore } from "./store/item-store.ts";
import type { PageStore } from "./store/page-store.ts";
import type { FollowedSource } from "./store/source-store.ts";

/** Stores articles; when it resolves they are durable. */
export type PutArticles = (articles: readonly Article[]) => Promise<unknown>;

export interface TakeContext {
  readonly items: ItemStore;
  readonly pages: PageStore;
  readonly put: PutArticles;
  /** IANA zone of dates that name none. */
  readonly timezone: string;
  readonly nowMs: number;
  /** Whether pages can be read for their text. */
  readonly readsPages: boolean;
}

/** A text of a feed that is shorter than this is the beginning of one. */
const SHORT_CHARACTERS = 400;
/** Clocks and zones of publishers are wrong by a day at most; later dates are mistakes. */
const FUTURE_MS = 2 * 86_400_000;

/** Finds out which articles the items of a document are, and stores what is new or changed. */
export async function takeItems(
  source: FollowedSource,
  items: readonly FoundItem[],
  about: FoundAbout,
  context: TakeContext,
): Promise<TakenItems> {
  const { nowMs, timezone, readsPages } = context;
  const name = source.name ?? about.title ?? source.title;
  const mapper = createMapper({ source: name, timezone, latestMs: nowMs + FUTURE_MS });
  // While the clock of this machine is behind, dates seem to be of the future; they tell items from each other all the same.
  const anyDate = createMapper({ timezone, latestMs: Number.MAX_SAFE_INTEGER });
  const host = URL.parse(source.address)?.hostname ?? "";
  const rules = toDocumentRules(items, about, { sourceId: source.id, host, timezone });
  const records = items.map(({ record }) => (source.name === undefined ? record : { ...record, source: source.name }));
  // Files have names of their own for things, as for an import.
  if (source.kind === "folder") mapper.learn(records);
  const candidates: Candidate[] = [];
  for (const [index, item] of items.entries()) {
    const record = records[index] ?? {};
    // What is only linked to has no title before its page has been read.
    const isBare = item.isStub === true && record.title === undefined;
    const mapped = mapper(isBare ? { ...record, title: item.url } : record);
    if (!("article" in mapped)) continue;
    const { article } = mapped;
    const dated = article.publishedAtMs === undefined ? anyDate(record) : mapped;
    candidates.push(toCandidate(item, article, rules, "article" in dated ? dated.article.publishedAtMs : undefined));
  }
  const claimed = context.items.claim(source.id, candidates, nowMs);
  const news = claimed.filter(({ what }) => what !== "known").map(({ article }) => article);
  const awaits = new Set(news.filter((article) => readsPages && wantsPage(source, article)));
  // Their text comes from their page; what stands here is durable until then.
  context.pages.add(source.id, [...awaits], nowMs);
  const put = news.filter((article) => !awaits.has(article));
  if (put.length > 0) await context.put(put);
  context.items.settle(source.id, claimed);
  const count = (what: string): number => claimed.filter((item) => item.what === what).length;
  return {
    added: count("added"),
    changed: count("changed"),
    known: count("known"),
    unusable: items.length - candidates.length,
  };
}

const wantsPage = ({ kind, fullText }: FollowedSource, { url, body }: Article): boolean => {
  if (url === undefined || kind === "folder" || fullText === "never") return false;
  return fullText === "always" || body.length < SHORT_CHARACTERS;
};
