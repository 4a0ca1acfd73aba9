import { htmlToText } from "../../ingest/html.ts";
import type { FeedDocument, FeedEntry } from "./feed-document.ts";
import { MAX_ITEMS, resolveUrl } from "./parse-xml-feed.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Reads a JSON Feed of any version (jsonfeed.org). Never throws; undefined for what is none. */
export function parseJsonFeed(text: string, url?: string): FeedDocument | undefined {
  const feed = parseObject(text);
  if (feed === undefined || !Array.isArray(feed.items)) return undefined;
  const isNamed = typeof feed.version === "string" && feed.version.includes("jsonfeed.org");
  const items = feed.items.filter(isObject).slice(0, MAX_ITEMS);
  if (!isNamed && !items.some((item) => "content_html" in item || "content_text" in item || "date_published" in item))
    return undefined;
  const source = toText(feed.title);
  const hubs = (Array.isArray(feed.hubs) ? feed.hubs.filter(isObject) : []).flatMap((hub) => toText(hub.url) ?? []);
  return {
    kind: "json",
    title: source,
    siteUrl: resolveUrl(toText(feed.home_page_url), url),
    selfUrl: resolveUrl(toText(feed.feed_url), url),
    hubs,
    ttlMs: undefined,
    items: items.map((item) => toEntry(item, source, url)),
    isWhole: true,
  };
}

function toEntry(item: Fields, source: string | undefined, base: string | undefined): FeedEntry {
  const url = resolveUrl(toText(item.url) ?? toText(item.external_url), base);
  const guid = toText(item.id);
  const html = toText(item.content_html);
  const body = toText(item.content_text) ?? (html === undefined ? toText(item.summary) : htmlToText(html));
  const record = {
    id: guid,
    url,
    title: toText(item.title),
    body,
    published: toText(item.date_published) ?? toText(item.date_modified),
    category: Array.isArray(item.tags) ? toText(item.tags[0]) : undefined,
    source,
  };
  return { guid, url, record: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) };
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Ids are numbers in some feeds. */
function toText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
