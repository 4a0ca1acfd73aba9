import { decodeBase64, type Element, FeedItem } from "../../ingest/feed-item.ts";
import { htmlToText } from "../../ingest/html.ts";
import { MarkupParser } from "../../ingest/markup-parser.ts";
import { toPunctuation } from "./decode-document.ts";
import type { FeedDocument, FeedEntry } from "./feed-document.ts";
import { expandEntities } from "./xml-entities.ts";
import { XmlNames } from "./xml-names.ts";

/** Items of one feed that are read; a feed that holds more is an archive of its own. */
export const MAX_ITEMS = 10_000;
/** Characters of an item that are kept. */
const MAX_ITEM_CHARACTERS = 4 * 1024 * 1024;

const KINDS: Readonly<Record<string, FeedDocument["kind"]>> = {
  rss: "rss",
  feed: "atom",
  "rdf:RDF": "rdf",
  channel: "cdf",
  // Atom allows an entry to be a document of its own.
  entry: "atom",
};

/** Elements under which a feed tells of itself. */
const HEAD_PATHS = /^(?:rss(?: channel)?|rdf:RDF channel|feed|channel)$/;

/** A reference to a control character by which a program of Windows means a quote or a dash. */
const WINDOWS_REFERENCE = /&#(12[89]|1[34]\d|15\d);/g;

/**
 * Reads RSS 0.9x to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, and CDF. Never throws.
 * @param text decoded
 * @param url address of the document
 * @returns undefined for what is no feed
 */
export function parseXmlFeed(text: string, url?: string): FeedDocument | undefined {
  const reader = new XmlFeedReader(url);
  const parser = new MarkupParser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (data) => reader.addText(data),
      onclosetag: (name, isImplied) => reader.close(name, isImplied),
    },
    { xmlMode: true },
  );
  parser.end(
    expandEntities(text).replace(WINDOWS_REFERENCE, (_, code: string) =>
      toPunctuation(String.fromCharCode(Number(code))),
    ),
  );
  return reader.toDocument();
}

class XmlFeedReader {
  readonly #names: XmlNames;
  readonly #url: string | undefined;
  readonly #path: string[] = [];
  readonly #head = new FeedHead();
  readonly #items: FeedEntry[] = [];
  #kind: FeedDocument["kind"] | undefined;
  #isNoFeed = false;
  #isWhole = true;
  #item: { readonly item: FeedItem; readonly base: string | undefined; readonly about: string | undefined } | undefined;
  #itemLength = 0;
  /** How deep the element lies that the feed tells of itself by; 0 outside of one. */
  #headDepth = 0;

  constructor(url: string | undefined) {
    this.#names = new XmlNames(url);
    this.#url = url;
  }

  open(rawName: string, rawAttributes: Readonly<Record<string, string>>): void {
    const name = this.#names.open(rawName, rawAttributes);
    const { base } = this.#names;
    // What it holds belongs to the item itself.
    if (name === "media:group") return;
    const attributes = this.#kind === "cdf" || name === "channel" ? lowerNames(rawAttributes) : rawAttributes;
    if (this.#item !== undefined) {
      this.#itemLength += 100 + name.length;
      if (this.#itemLength > MAX_ITEM_CHARACTERS) this.#item.item.stopKeeping();
      this.#item.item.open(name === "abstract" ? "summary" : name, withAbsoluteHref(attributes, base));
      return;
    }
    if (this.#path.length === 0 && this.#kind === undefined) {
      this.#kind = KINDS[name];
      this.#isNoFeed = this.#kind === undefined;
    }
    if ((name === "item" && this.#path.length > 0) || name === "entry") {
      this.#item = { item: new FeedItem(name), base, about: attributes["rdf:about"] ?? attributes.href };
      this.#itemLength = 0;
      if (attributes.lastmod !== undefined) this.#addElement("updated", attributes.lastmod);
      return;
    }
    const within = this.#path.join(" ");
    this.#path.push(name);
    if (this.#headDepth === 0 && HEAD_PATHS.test(within) && !HEAD_PATHS.test(`${within} ${name}`)) {
      this.#headDepth = this.#path.length;
      this.#head.open(name, withAbsoluteHref(attributes, base));
    }
    if (name === "channel" && attributes.href !== undefined) this.#head.site = attributes.href;
  }

  /** What CDF gives as an attribute. */
  #addElement(name: string, text: string): void {
    this.#item?.item.open(name, {});
    this.#item?.item.addText(text);
    this.#item?.item.close(name);
  }

  addText(text: string): void {
    if (this.#item !== undefined) {
      this.#itemLength += text.length;
      if (this.#itemLength <= MAX_ITEM_CHARACTERS) this.#item.item.addText(text);
      else this.#item.item.stopKeeping();
    } else if (this.#headDepth > 0) this.#head.addText(text);
  }

  close(rawName: string, isImplied: boolean): void {
    const name = this.#names.close(rawName);
    if (isImplied) this.#isWhole = false;
    if (name === "media:group") return;
    const open = this.#item;
    if (open === undefined) {
      if (this.#headDepth === this.#path.length) {
        this.#head.close();
        this.#headDepth = 0;
      }
      this.#path.pop();
      return;
    }
    if (!open.item.close(name === "abstract" ? "summary" : name)) return;
    this.#item = undefined;
    // An item that the document breaks off in may be half an article.
    if (isImplied || this.#items.length === MAX_ITEMS) return;
    const read = open.item.toRecord({
      title: this.#head.title ?? "",
      authorsAreSources: this.#head.author === "wenxun",
    });
    if ("value" in read) this.#items.push(toEntry(read.value as Record<string, unknown>, open.about, open.base));
  }

  toDocument(): FeedDocument | undefined {
    if (this.#isNoFeed || this.#kind === undefined) return undefined;
    const { title, otherTitle, site, self, hubs, ttlMs } = this.#head;
    const toAbsolute = (address: string | undefined): string | undefined => resolveUrl(address, this.#url);
    return {
      kind: this.#kind,
      title: title ?? otherTitle,
      siteUrl: toAbsolute(site),
      selfUrl: toAbsolute(self),
      hubs: hubs.flatMap((hub) => toAbsolute(hub) ?? []),
      ttlMs,
      items: this.#items,
      isWhole: this.#isWhole,
    };
  }
}

/** What a feed tells of itself, element by element. */
class FeedHead {
  title: string | undefined;
  otherTitle: string | undefined;
  author: string | undefined;
  site: string | undefined;
  self: string | undefined;
  readonly hubs: string[] = [];
  #ttlMinutes: number | undefined;
  #period: string | undefined;
  #frequency = 1;
  #element: Element = { name: "", attributes: {}, text: "" };

  /** RSS `ttl`, or the period of the syndication module. */
  get ttlMs(): number | undefined {
    if (this.#ttlMinutes !== undefined) return this.#ttlMinutes * 60_000;
    const periodMs = PERIODS_MS[this.#period ?? ""];
    return periodMs === undefined ? undefined : periodMs / Math.max(1, this.#frequency);
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#element = { name, attributes, text: "" };
    const { rel = "alternate", href, type } = attributes;
    if (!/^(?:\w+:)?link$/.test(name) || href === undefined) return;
    const rels = rel.toLowerCase().split(/\s+/);
    if (rels.includes("hub")) this.hubs.push(href);
    else if (rels.includes("self")) this.self ??= href;
    else if (rels.includes("alternate") && !/rss|atom|rdf|json/.test(type ?? "")) this.site ??= href;
  }

  addText(text: string): void {
    this.#element.text += text;
  }

  close(): void {
    const { name, attributes } = this.#element;
    const text = decodeBase64(this.#element).trim();
    if (text === "") return;
    if (name === "title") this.title ??= /^(?:text\/)?html$/.test(attributes.type ?? "") ? htmlToText(text) : text;
    else if (name === "dc:title") this.otherTitle ??= text;
    else if (name === "link") this.site ??= text;
    else if (name === "ttl") this.#ttlMinutes = /^\d{1,6}$/.test(text) ? Number(text) : undefined;
    else if (name === "sy:updatePeriod") this.#period = text.toLowerCase();
    else if (name === "sy:updateFrequency") this.#frequency = Number(text) || 1;
    else if (name === "author") this.author ??= text;
  }
}

const HOUR_MS = 3_600_000;
const PERIODS_MS: Readonly<Record<string, number>> = {
  hourly: HOUR_MS,
  daily: 24 * HOUR_MS,
  weekly: 7 * 24 * HOUR_MS,
  monthly: 30 * 24 * HOUR_MS,
};

function toEntry(record: Record<string, unknown>, about: string | undefined, base: string | undefined): FeedEntry {
  const given = typeof record.url === "string" ? record.url : about;
  const url = resolveUrl(given, base);
  const guid = typeof record.id === "string" ? record.id : about;
  return { guid, url, record: { ...record, ...(url !== undefined && { url }) } };
}

export function resolveUrl(address: string | undefined, base: string | undefined): string | undefined {
  if (address === undefined || address.trim() === "") return undefined;
  return URL.parse(address.trim(), base)?.href;
}

const lowerNames = (attributes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]));

function withAbsoluteHref(
  attributes: Readonly<Record<string, string>>,
  base: string | undefined,
): Readonly<Record<string, string>> {
  const href = resolveUrl(attributes.href, base);
  return href === undefined ? attributes : { ...attributes, href };
}
