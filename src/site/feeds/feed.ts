import type { Hit } from "../../archive/result.ts";
import { at, type Site } from "../../http/site.ts";
import { toSafeLink } from "../../text/safe-link.ts";
import { html } from "../html.ts";

/** A search as something to subscribe to. */
export interface Feed {
  readonly title: string;
  /** Absolute addresses: of the search page, and of this feed. */
  readonly pageUrl: string;
  readonly feedUrl: string;
  readonly language: string;
  /** Newest first. */
  readonly entries: readonly FeedEntry[];
}

export interface FeedEntry {
  /** Absolute, unique and lasting: the page of the article here. */
  readonly id: string;
  readonly title: string;
  /** The original where it is known, else the page here. */
  readonly url: string;
  readonly summary: string;
  readonly source: string | undefined;
  readonly category: string | undefined;
  readonly publishedAtMs: number | undefined;
}

export const toFeedEntry = (hit: Hit, pageUrl: string): FeedEntry => ({
  id: pageUrl,
  title: hit.title,
  url: toUri(toSafeLink(hit.url) ?? pageUrl),
  summary: hit.snippet.text,
  source: hit.source,
  category: hit.category,
  publishedAtMs: hit.publishedAtMs,
});

/** Browsers let stand in a path or query what RFC 3986 does not, and readers of feeds go by that. */
const toUri = (url: string): string =>
  url.replace(/^([a-z]+:\/\/[^/?#]*)(.*)$/s, (_, head: string, rest: string) =>
    head.concat(rest.replace(/[[\]{}|\\^`]/g, (character) => encodeURIComponent(character))),
  );

/** XML 1.0 knows no control characters but tab and line breaks, and no lone surrogates. */
const toXmlText = (text: string): string =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

/** A day without a known date is as old as time: readers sort by it. */
const toIso = (atMs: number | undefined): string => new Date(atMs ?? 0).toISOString();

/** Atom, RFC 4287. The five escapes of {@link html} are those of XML. */
export function toAtom({ title, pageUrl, feedUrl, language, entries }: Feed): string {
  const newest = entries.find(({ publishedAtMs }) => publishedAtMs !== undefined)?.publishedAtMs;
  return html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">
<id>${feedUrl}</id>
<title>${toXmlText(title)}</title>
<updated>${toIso(newest)}</updated>
<author><name>wenxun</name></author>
<link rel="self" type="application/atom+xml" href="${feedUrl}"/>
<link rel="alternate" type="text/html" href="${pageUrl}"/>
${entries.map(
  (entry) => html`<entry>
<id>${entry.id}</id>
<title>${toXmlText(entry.title)}</title>
<link rel="alternate" href="${entry.url}"/>
<updated>${toIso(entry.publishedAtMs)}</updated>
${entry.publishedAtMs !== undefined && html`<published>${toIso(entry.publishedAtMs)}</published>`}
${entry.source !== undefined && html`<author><name>${toXmlText(entry.source)}</name></author>`}
${entry.category !== undefined && html`<category term="${toXmlText(entry.category)}"/>`}
<summary type="text">${toXmlText(entry.summary)}</summary>
</entry>
`,
)}</feed>
`.markup;
}

/** RSS 2.0, with the Atom link to itself that validators ask for. */
export function toRss({ title, pageUrl, feedUrl, language, entries }: Feed): string {
  return html`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${toXmlText(title)}</title>
<link>${pageUrl}</link>
<description>${toXmlText(title)}</description>
<language>${language}</language>
<atom:link rel="self" type="application/rss+xml" href="${feedUrl}"/>
${entries.map(
  (entry) => html`<item>
<title>${toXmlText(entry.title)}</title>
<link>${entry.url}</link>
<guid isPermaLink="true">${entry.id}</guid>
${entry.publishedAtMs !== undefined && html`<pubDate>${new Date(entry.publishedAtMs).toUTCString()}</pubDate>`}
${entry.category !== undefined && html`<category>${toXmlText(entry.category)}</category>`}
<description>${toXmlText(entry.summary)}</description>
</item>
`,
)}</channel>
</rss>
`.markup;
}

/** JSON Feed 1.1. */
export function toJsonFeed({ title, pageUrl, feedUrl, language, entries }: Feed): string {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title,
    home_page_url: pageUrl,
    feed_url: feedUrl,
    language,
    items: entries.map(({ id, title: entryTitle, url, summary, source, category, publishedAtMs }) => ({
      id,
      url,
      title: entryTitle,
      content_text: summary,
      ...(publishedAtMs !== undefined && { date_published: toIso(publishedAtMs) }),
      ...(source !== undefined && { authors: [{ name: source }] }),
      ...(category !== undefined && { tags: [category] }),
    })),
  });
}

/** OpenSearch 1.1: a browser adds the archive to its search engines. */
export const toOpenSearch = (
  site: Site,
  language: string,
  { name, tagline }: { readonly name: string; readonly tagline: string },
): string =>
  html`<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>${name}</ShortName>
<Description>${tagline}</Description>
<InputEncoding>UTF-8</InputEncoding>
<Language>${language}</Language>
<Image width="32" height="32" type="image/svg+xml">${at(site, "icon.svg")}</Image>
<Url type="text/html" method="get" template="${at(site, "?q={searchTerms}")}"/>
<Url type="application/atom+xml" template="${at(site, "feed.atom?q={searchTerms}")}"/>
<Url type="application/json" template="${at(site, "api/v1/search?q={searchTerms}")}"/>
</OpenSearchDescription>
`.markup;
