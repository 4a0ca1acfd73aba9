import { decodeDocument } from "./decode-document.ts";
import type { FeedDocument } from "./feed-document.ts";
import { findPageLinks, type PageLinks } from "./page-links.ts";
import { parseJsonFeed } from "./parse-json-feed.ts";
import { parseSitemap, type Sitemap } from "./parse-sitemap.ts";
import { parseXmlFeed } from "./parse-xml-feed.ts";

/** A document as a site sent it. */
export interface SentDocument {
  readonly bytes: Uint8Array;
  readonly contentType?: string | undefined;
  readonly url: string;
}

/** What a document holds, by the kind of document that it is read as; undefined where it is none of that kind. */
export interface DocumentKinds {
  readonly feed: FeedDocument | undefined;
  readonly sitemap: Sitemap | undefined;
  /** Undefined for what is no page. */
  readonly page: LinkedPage | undefined;
}

export interface LinkedPage extends PageLinks {
  readonly title: string | undefined;
}

export type ReadDocument = <Kind extends keyof DocumentKinds>(
  kind: Kind,
  document: SentDocument,
) => Promise<DocumentKinds[Kind]>;

/** Reads a document in the thread that asks: a large one holds it for seconds. */
export const readDocumentHere: ReadDocument = async (kind, { bytes, contentType, url }) => {
  const text = await decodeDocument(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), contentType);
  const read: { readonly [Kind in keyof DocumentKinds]: () => DocumentKinds[Kind] } = {
    feed: () => (/^\s*\{/.test(text) ? parseJsonFeed(text, url) : parseXmlFeed(text, url)),
    sitemap: () => parseSitemap(text, url),
    page: () => (/<html|<body|<a\s|<link\s/i.test(text) ? toPage(text, url) : undefined),
  };
  return read[kind]();
};

const toPage = (html: string, url: string): LinkedPage => ({
  ...findPageLinks(html, url),
  title: /<title[^>]*>\s*([^<]{1,200})/i.exec(html)?.[1]?.trim(),
});
