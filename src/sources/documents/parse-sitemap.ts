import { MarkupParser } from "../../ingest/markup-parser.ts";
import { XmlNames } from "./xml-names.ts";

/** A sitemap, or an index of sitemaps. */
export interface Sitemap {
  /** Sitemaps that an index names, the latest changed first. */
  readonly sitemaps: readonly SitemapEntry[];
  readonly pages: readonly SitemapEntry[];
}

export interface SitemapEntry {
  readonly url: string;
  /** As it stands there. */
  readonly lastModified: string | undefined;
  /** What a news sitemap tells of an article. */
  readonly title: string | undefined;
  readonly published: string | undefined;
  readonly publication: string | undefined;
}

/** As many as the protocol allows in one file. */
const MAX_ENTRIES = 50_000;
const MAX_TEXT = 8192;

const FIELDS: Readonly<Record<string, keyof SitemapEntry>> = {
  loc: "url",
  lastmod: "lastModified",
  "news:title": "title",
  "news:publication_date": "published",
  "news:name": "publication",
};

/** Reads sitemaps (sitemaps.org), those of news among them. Never throws; undefined for what is none. */
export function parseSitemap(text: string, url?: string): Sitemap | undefined {
  const names = new XmlNames(url);
  const sitemaps: SitemapEntry[] = [];
  const pages: SitemapEntry[] = [];
  let depth = 0;
  let isSitemap = false;
  let entry: Partial<Record<keyof SitemapEntry, string>> = {};
  let value = "";
  const parser = new MarkupParser(
    {
      onopentag: (rawName, attributes) => {
        const name = names.open(rawName, attributes);
        if (depth++ === 0) isSitemap = name === "urlset" || name === "sitemapindex";
        if (name === "url" || name === "sitemap") entry = {};
        value = "";
      },
      ontext: (data) => {
        if (value.length < MAX_TEXT) value += data;
      },
      onclosetag: (rawName, isImplied) => {
        depth--;
        const name = names.close(rawName);
        const field = FIELDS[name];
        if (field !== undefined && value.trim() !== "") entry[field] ??= value.trim();
        value = "";
        if ((name !== "url" && name !== "sitemap") || isImplied) return;
        const list = name === "url" ? pages : sitemaps;
        const address = entry.url === undefined ? undefined : URL.parse(entry.url, url)?.href;
        if (address === undefined || list.length === MAX_ENTRIES) return;
        const { lastModified, title, published, publication } = entry;
        list.push({ url: address, lastModified, title, published, publication });
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  if (!isSitemap) return undefined;
  const newestFirst = (a: SitemapEntry, b: SitemapEntry): number =>
    (Date.parse(b.lastModified ?? "") || 0) - (Date.parse(a.lastModified ?? "") || 0);
  return { sitemaps: sitemaps.sort(newestFirst), pages };
}
