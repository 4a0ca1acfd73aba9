import { MarkupParser } from "../../ingest/markup-parser.ts";

/** A feed that an OPML file lists. */
export interface ListedFeed {
  readonly url: string;
  readonly title: string | undefined;
}

/** Feeds of one file that are read. */
const MAX_FEEDS = 20_000;

/** The feeds of an OPML file, each once, whatever folders they lie in. Never throws; undefined for what is no OPML. */
export function parseOpml(text: string, url?: string): readonly ListedFeed[] | undefined {
  const feeds = new Map<string, ListedFeed>();
  let isOpml = false;
  let depth = 0;
  const parser = new MarkupParser(
    {
      onopentag: (name, attributes) => {
        if (depth++ === 0) isOpml = name === "opml" || name === "outlinedocument";
        if (name !== "outline" || feeds.size === MAX_FEEDS) return;
        // Readers write attributes in different cases.
        const own = new Map(Object.entries(attributes).map(([key, value]) => [key.toLowerCase(), value.trim()]));
        const address = URL.parse(own.get("xmlurl") ?? "", url);
        if (address === null || !/^https?:$/.test(address.protocol)) return;
        const title = [own.get("title"), own.get("text")].find((text) => text !== undefined && text !== "");
        if (!feeds.has(address.href)) feeds.set(address.href, { url: address.href, title });
      },
      onclosetag: () => {
        depth--;
      },
    },
    { xmlMode: true, lowerCaseTags: true },
  );
  parser.end(text);
  return isOpml ? [...feeds.values()] : undefined;
}
