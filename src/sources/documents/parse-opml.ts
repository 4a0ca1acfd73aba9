import { MarkupParser } from "../../ingest/markup-parser.ts";
import { toSourceAddress } from "../source-address.ts";

/** A feed that an OPML file lists. */
export interface ListedFeed {
  readonly url: string;
  readonly title: string | undefined;
}

/** What an OPML file lists. */
export interface FeedList {
  readonly feeds: readonly ListedFeed[];
  /** What stands where addresses of feeds do and is none of the web, as it is written. */
  readonly unusable: readonly string[];
}

/** Feeds of one file that are read. */
const MAX_FEEDS = 20_000;

/** The feeds of an OPML file, each once, whatever folders they lie in. Never throws; undefined for what is no OPML. */
export function parseOpml(text: string, url?: string): FeedList | undefined {
  const feeds = new Map<string, ListedFeed>();
  const unusable = new Set<string>();
  let isOpml = false;
  let depth = 0;
  const parser = new MarkupParser(
    {
      onopentag: (name, attributes) => {
        if (depth++ === 0) isOpml = name === "opml" || name === "outlinedocument";
        if (name !== "outline" || feeds.size === MAX_FEEDS) return;
        // Readers write attributes in different cases.
        const own = new Map(Object.entries(attributes).map(([key, value]) => [key.toLowerCase(), value.trim()]));
        const written = own.get("xmlurl") ?? "";
        if (written === "") return;
        const address = toSourceAddress(written, url);
        if (address === undefined) {
          unusable.add(written);
          return;
        }
        const title = [own.get("title"), own.get("text")].find((text) => text !== undefined && text !== "");
        if (!feeds.has(address)) feeds.set(address, { url: address, title });
      },
      onclosetag: () => {
        depth--;
      },
    },
    { xmlMode: true, lowerCaseTags: true },
  );
  parser.end(text);
  return isOpml ? { feeds: [...feeds.values()], unusable: [...unusable] } : undefined;
}
