import { MarkupParser } from "../../ingest/markup-parser.ts";
import { toSourceAddress } from "../source-address.ts";

/** What a page links to. */
export interface PageLinks {
  /** Feeds that the page names as its own, in its order; those of comments come last. */
  readonly feeds: readonly string[];
  /** Links that look as if they led to articles, each once, in the order of the page. */
  readonly articles: readonly ArticleLink[];
}

export interface ArticleLink {
  readonly url: string;
  /** The text of the longest link to it. */
  readonly text: string;
}

const FEED_TYPE = /^(?:application|text)\/(?:rss|atom|rdf|feed\+json|json|xml)/i;
/** What a feed of comments is called, in its address or its title. */
const COMMENTS = /comments?\b|repl(?:y|ies)\b|评论|評論|留言|回复|回覆/i;
const MAX_FEEDS = 20;
/** Links of a page that are looked at. */
const MAX_LINKS = 5000;
const MAX_TEXT = 500;
/** A headline has more characters than the name of a section. */
const MIN_HAN = 8;
const MIN_WORDS = 4;
/** The address of an article has a number, a date or a file in it; that of a section hardly. */
const ARTICLE_PATH = /\d{4,}|\/\d+(?:$|[./])|\.s?html?$|\/(?:article|news|story|post|content)s?\/.+/i;

/**
 * Finds what a page of a site leads to: its feeds, and links whose text is as long as a headline and whose address on the same site
 * looks like that of an article. Never throws.
 * @param url address of the page
 */
export function findPageLinks(html: string, url: string): PageLinks {
  let base = url;
  const feeds = new Set<string>();
  const ofComments = new Set<string>();
  const articles = new Map<string, string>();
  let link: { readonly href: string; text: string } | undefined;
  let count = 0;
  const parser = new MarkupParser({
    onopentag: (name, attributes) => {
      const { rel = "", type = "", href, title } = attributes;
      if (name === "base" && href !== undefined) base = URL.parse(href, url)?.href ?? base;
      if (name === "link" && href !== undefined && /\b(?:alternate|feed)\b/i.test(rel)) {
        const isFeed = FEED_TYPE.test(type) && !/oembed|activity|wp-json/i.test(`${type}${href}`);
        const address = isFeed ? toSourceAddress(href, base) : undefined;
        const own = COMMENTS.test(`${href} ${title ?? ""}`) ? ofComments : feeds;
        if (address !== undefined && feeds.size + ofComments.size < MAX_FEEDS) own.add(address);
      }
      if (name === "a" && href !== undefined && count++ < MAX_LINKS) link = { href, text: title ?? "" };
    },
    ontext: (text) => {
      if (link !== undefined && link.text.length < MAX_TEXT) link.text += text;
    },
    onclosetag: (name) => {
      if (name !== "a" || link === undefined) return;
      const address = toArticleAddress(link.href, base, url);
      const text = link.text.replace(/\s+/g, " ").trim();
      link = undefined;
      if (address !== undefined && isHeadline(text) && text.length > (articles.get(address)?.length ?? 0))
        articles.set(address, text);
    },
  });
  parser.end(html);
  return { feeds: [...feeds, ...ofComments], articles: [...articles].map(([url, text]) => ({ url, text })) };
}

const isHeadline = (text: string): boolean =>
  (text.match(/\p{Script=Han}/gu)?.length ?? 0) >= MIN_HAN ||
  text.split(" ").filter((word) => word.length > 1).length >= MIN_WORDS;

/** Undefined for what lies on another site or looks like no article. */
function toArticleAddress(href: string, base: string, page: string): string | undefined {
  const address = URL.parse(href.trim(), base);
  if (address === null || !/^https?:$/.test(address.protocol)) return undefined;
  address.hash = "";
  if (siteOf(address.hostname) !== siteOf(new URL(page).hostname) || address.href === page) return undefined;
  return ARTICLE_PATH.test(`${address.pathname}${address.search}`) ? address.href : undefined;
}

/** Endings below which anybody may register a name. */
const SHARED_ENDING = /(?:^|\.)(?:com|net|org|gov|edu|co|ac)\.[a-z]{2}$/;

/** `news.example.com.cn` → `example.com.cn`: sections of one site have names of their own. */
function siteOf(host: string): string {
  const labels = host.split(".");
  if (/^[\d.]+$|:/.test(host)) return host;
  return labels.slice(SHARED_ENDING.test(host) ? -3 : -2).join(".");
}
