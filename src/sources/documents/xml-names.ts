/** Namespaces of feeds and sitemaps, with the prefix under which their elements are known here; none for the plain ones. */
const PREFIXES: Readonly<Record<string, string>> = {
  "http://www.w3.org/2005/atom": "",
  "http://purl.org/atom/ns#": "",
  "http://example.com/newformat#": "",
  "http://purl.org/rss/1.0/": "",
  "http://purl.org/rss/1.0": "",
  "http://purl.org/net/rss1.1#": "",
  "http://my.netscape.com/rdf/simple/0.9/": "",
  "http://channel.netscape.com/rdf/simple/0.9/": "",
  "http://backend.userland.com/rss": "",
  "http://backend.userland.com/rss2": "",
  "http://blogs.law.harvard.edu/tech/rss": "",
  "http://www.w3.org/1999/xhtml": "",
  "http://www.sitemaps.org/schemas/sitemap/0.9": "",
  "http://www.google.com/schemas/sitemap/0.84": "",
  "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
  "http://purl.org/dc/elements/1.0/": "dc",
  "http://purl.org/dc/elements/1.1/": "dc",
  "http://purl.org/dc/terms/": "dcterms",
  "http://purl.org/rss/1.0/modules/content/": "content",
  "http://purl.org/rss/1.0/modules/syndication/": "sy",
  "http://purl.org/rss/1.0/modules/link/": "l",
  "http://search.yahoo.com/mrss": "media",
  "http://search.yahoo.com/mrss/": "media",
  "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
  "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
  "http://www.google.com/schemas/sitemap-news/0.9": "news",
  "http://www.w3.org/xml/1998/namespace": "xml",
};

/** Names that are known in another case. */
const CAMEL: Readonly<Record<string, string>> = {
  pubdate: "pubDate",
  "rdf:rdf": "rdf:RDF",
  lastbuilddate: "lastBuildDate",
};

type Attributes = Readonly<Record<string, string>>;

/**
 * The names of elements by what their namespaces mean, and the base of their addresses, while a document is read from its beginning to
 * its end. A prefix that is not declared is taken for what it usually stands for.
 */
export class XmlNames {
  readonly #levels: { readonly prefixes: ReadonlyMap<string, string>; readonly base: string | undefined }[] = [];
  readonly #base: string | undefined;

  /** @param base address of the document */
  constructor(base?: string) {
    this.#base = base;
  }

  /** Where addresses inside the element at hand start from; undefined where nothing says so. */
  get base(): string | undefined {
    return this.#levels.at(-1)?.base ?? this.#base;
  }

  /** The name of an element that opens, e.g. `entry`, `dc:date`. */
  open(name: string, attributes: Attributes): string {
    const outer = this.#levels.at(-1)?.prefixes ?? NONE;
    const declared = Object.entries(attributes).filter(([key]) => key === "xmlns" || key.startsWith("xmlns:"));
    const prefixes =
      declared.length === 0
        ? outer
        : new Map([...outer, ...declared.map(([key, uri]) => [key.slice(6), uri] as const)]);
    const given = attributes["xml:base"];
    const base = given === undefined ? this.base : (URL.parse(given, this.base)?.href ?? this.base);
    this.#levels.push({ prefixes, base });
    return this.#toKnown(name);
  }

  /** The name of an element that closes; its level ends. */
  close(name: string): string {
    const known = this.#toKnown(name);
    this.#levels.pop();
    return known;
  }

  #toKnown(name: string): string {
    const colon = name.indexOf(":");
    const prefix = colon < 0 ? "" : name.slice(0, colon);
    const local = name.slice(colon + 1);
    const uri = this.#levels.at(-1)?.prefixes.get(prefix);
    const meant = uri === undefined ? undefined : PREFIXES[uri.trim().toLowerCase()];
    const known = meant === undefined ? name : meant === "" ? local : `${meant}:${local}`;
    // RSS 0.9x and CDF are written in capitals too, and podcasts in any case.
    const lower = known.toLowerCase();
    return CAMEL[lower] ?? (known.includes(":") && known !== known.toUpperCase() ? known : lower);
  }
}

const NONE: ReadonlyMap<string, string> = new Map();
