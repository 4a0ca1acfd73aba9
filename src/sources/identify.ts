import { hash } from "node:crypto";
import type { Article } from "../archive/article.ts";
import { canonicalUrl, MAX_ID_LENGTH, toArticleId } from "../ingest/identity.ts";
import { dayOf, dayStartMs } from "../text/days.ts";
import type { FoundAbout, FoundItem } from "./source.ts";

/** An item of one document, with what may tell which article it is. */
export interface Candidate {
  readonly article: Article;
  /** Keys under which its article may be known; undefined where there is none, or none that can be trusted. */
  readonly guidKey: string | undefined;
  readonly urlKey: string | undefined;
  readonly contentKey: string | undefined;
  /** Ids that suit it, the best first. */
  readonly ids: readonly string[];
  /** It is the article with its first id, whatever else is known: a record of a file. */
  readonly isCertain: boolean;
}

/** What is known of an article from a source. */
export interface KnownItem {
  readonly title: string;
  readonly url: string | undefined;
  readonly publishedAtMs: number | undefined;
}

export interface Knowledge {
  /** The article that a key stands for. */
  articleOf(key: string): string | undefined;
  /** How it was shown last. */
  itemOf(articleId: string): KnownItem | undefined;
}

/** Two articles that are this far apart in time are not one that was changed. */
const APART_MS = 24 * 3_600_000;
/** Days begin at multiples of this in every zone. */
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** A text of fewer characters may be that of several articles, such as a notice that comes every day. */
const MIN_CONTENT_CHARACTERS = 60;

/**
 * Which known article an item is; undefined for a new one. GUIDs that rotate, and those that are given out again, must neither double nor
 * hide an article:
 *
 *     guid    address    the item is
 *     A       A          A, perhaps changed
 *     A       B          B: the GUID was given out again, or is no identity
 *     A       unknown    A at a new address if it still looks like A, else new: the GUID was given out again
 *     unknown A          A with a new GUID if it still may be A, else new: the address was given out again
 *     unknown unknown    see {@link identifyByContent}
 */
export function identify(candidate: Candidate, known: Knowledge): string | undefined {
  const { article, guidKey, urlKey, isCertain } = candidate;
  if (isCertain) return candidate.ids[0];
  const byGuid = guidKey === undefined ? undefined : known.articleOf(guidKey);
  const byUrl = urlKey === undefined ? undefined : known.articleOf(urlKey);
  if (byGuid !== undefined && byGuid === byUrl) return byGuid;
  if (byUrl !== undefined) {
    const item = known.itemOf(byUrl);
    return item === undefined || !isAnother(article, item) ? byUrl : undefined;
  }
  if (byGuid !== undefined) {
    const item = known.itemOf(byGuid);
    if (item === undefined) return byGuid;
    const hasMoved = urlKey !== undefined && item.url !== undefined && toUrlKey(item.url) !== urlKey;
    return (hasMoved ? looksLike(article, item) : !isAnother(article, item)) ? byGuid : undefined;
  }
  return undefined;
}

/**
 * Which known article an item is whose GUID and address are both unknown, as where both are new each time: one with the same title at the
 * same time, unless another item of the document is that article.
 */
export function identifyByContent(
  { contentKey }: Candidate,
  known: Pick<Knowledge, "articleOf">,
  isTaken: (articleId: string) => boolean,
): string | undefined {
  const articleId = contentKey === undefined ? undefined : known.articleOf(contentKey);
  return articleId === undefined || isTaken(articleId) ? undefined : articleId;
}

/** Title and time both say that it is not the article that it was. */
function isAnother(article: Article, item: KnownItem): boolean {
  const { publishedAtMs: now } = article;
  const { publishedAtMs: before } = item;
  const isApart = now !== undefined && before !== undefined && Math.abs(now - before) > APART_MS;
  return isApart && article.title !== item.title;
}

/** Title or time say that it is the same. */
function looksLike(article: Article, item: KnownItem): boolean {
  if (article.title !== "" && article.title === item.title) return true;
  return article.publishedAtMs !== undefined && article.publishedAtMs === item.publishedAtMs;
}

export interface DocumentRules {
  /** GUIDs and addresses that several different items of the document have: they identify none of them. */
  readonly ambiguous: ReadonlySet<string>;
  readonly sourceId: number;
  readonly host: string;
  /** IANA zone of dates that name none. */
  readonly timezone: string;
}

/** What of the items of one document can be trusted. */
export function toDocumentRules(
  items: readonly FoundItem[],
  about: FoundAbout,
  given: Omit<DocumentRules, "ambiguous">,
): DocumentRules {
  const { sourceId } = given;
  const urlsOfGuid = new Map<string, Set<string>>();
  const titlesOfUrl = new Map<string, Set<string>>();
  for (const { guid, url, record } of items) {
    const address = url === undefined ? undefined : toUrlKey(url);
    if (guid !== undefined) addTo(urlsOfGuid, toGuidKey(guid, sourceId), address ?? String(record.title));
    if (address !== undefined) addTo(titlesOfUrl, address, `${guid ?? ""}\n${String(record.title)}`);
  }
  const ambiguous = new Set(
    [...urlsOfGuid, ...titlesOfUrl].filter(([, others]) => others.size > 1).map(([key]) => key),
  );
  if (about.siteUrl !== undefined) ambiguous.add(toUrlKey(about.siteUrl));
  return { ...given, ambiguous };
}

/** @param shownMs the date that the item has, though it may be one of the future, which is none of the article's; default: the article's */
export function toCandidate(
  item: FoundItem,
  article: Article,
  rules: DocumentRules,
  shownMs = article.publishedAtMs,
): Candidate {
  const { ambiguous, sourceId, host } = rules;
  if (item.isRecord === true) {
    return {
      article,
      guidKey: undefined,
      urlKey: undefined,
      contentKey: undefined,
      ids: [article.id],
      isCertain: true,
    };
  }
  const trusted = (key: string | undefined): string | undefined =>
    key === undefined || ambiguous.has(key) ? undefined : key;
  const guidKey = trusted(item.guid === undefined ? undefined : toGuidKey(item.guid, sourceId));
  const urlKey = trusted(item.url === undefined || isRoot(item.url) ? undefined : toUrlKey(item.url));
  const { title, body, source, publishedAtMs } = article;
  const guidId = guidKey === undefined || item.guid === undefined ? undefined : toGuidId(item.guid, host);
  const urlId = urlKey === undefined ? undefined : toArticleId({ url: item.url, title, body });
  return {
    article,
    guidKey,
    urlKey,
    contentKey: toContentKey({ ...article, publishedAtMs: shownMs }, rules, guidKey ?? urlKey),
    ids: [guidId, urlId, toArticleId({ title, body, source, publishedAtMs })].filter((id) => id !== undefined),
    isCertain: false,
  };
}

/**
 * What an item is known by whose GUID and address are new each time, or missing: title and moment; of a day alone the text too, since several articles of it may have one title; without a date title and text. Undefined
 * where that could be several articles.
 */
function toContentKey(
  { title, body, publishedAtMs }: Article,
  { sourceId, timezone }: Pick<DocumentRules, "sourceId" | "timezone">,
  otherKey: string | undefined,
): string | undefined {
  const mayBeSeveral = (publishedAtMs === undefined || title === "") && body.length < MIN_CONTENT_CHARACTERS;
  // Where nothing else tells it, the same words are the same article: else it would be another one at each look.
  if (mayBeSeveral && otherKey !== undefined) return undefined;
  const moment = publishedAtMs === undefined ? [] : [String(publishedAtMs)];
  const hasTime = publishedAtMs !== undefined && title !== "" && !beginsDay(publishedAtMs, timezone);
  const parts = [title, ...moment, ...(hasTime ? [] : [body])];
  return `c:${sourceId}:${hash("sha256", parts.join("\u0000"), "base64url").slice(0, 22)}`;
}

/** Whether a moment is the beginning of a day, as a date without a time is: in the zone, or in UTC. */
const beginsDay = (atMs: number, timezone: string): boolean =>
  atMs % QUARTER_MS === 0 && (atMs % DAY_MS === 0 || dayStartMs(dayOf(atMs, timezone), timezone) === atMs);

/** A GUID that names itself as unique in the world: an address, `tag:`, `urn:`. Others count the articles of one feed. */
const isGlobal = (guid: string): boolean => /^(?:https?:\/\/.+|tag:.+|urn:.+)/i.test(guid);

const toGuidKey = (guid: string, sourceId: number): string => (isGlobal(guid) ? `g:${guid}` : `g:${sourceId}:${guid}`);

const toUrlKey = (url: string): string => `u:${canonicalUrl(url) ?? url}`;

/** As an import gives it, where it is unique; else with the host, so that two feeds that count stay apart. */
function toGuidId(guid: string, host: string): string {
  const id = isGlobal(guid) || host === "" ? guid : `${host}:${guid}`;
  return id.length <= MAX_ID_LENGTH ? id : toArticleId({ id, title: "", body: "" });
}

function isRoot(url: string): boolean {
  const address = URL.parse(url);
  return address === null || (address.pathname === "/" && address.search === "");
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(value));
}
