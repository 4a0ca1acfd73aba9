import { parseFeed } from "feedsmith";

/** What a reader of feeds shows, from Atom, RSS or JSON Feed. */
export interface ReadFeed {
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly items: readonly ReadItem[];
}

interface ReadItem {
  readonly id: string | undefined;
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly published: string | undefined;
}

interface Link {
  readonly rel?: string | undefined;
  readonly href?: string | undefined;
}

const alternate = (links: readonly Link[] | undefined): string | undefined =>
  links?.find(({ rel }) => rel === "alternate")?.href;

/** @throws what the parser throws where it understands nothing. */
export function readFeed(text: string): ReadFeed {
  const parsed = parseFeed(text);
  switch (parsed.format) {
    case "atom": {
      const { title, links, entries = [] } = parsed.feed;
      const items = entries.map((entry) => ({
        id: entry.id,
        title: entry.title?.value,
        url: alternate(entry.links),
        published: entry.published,
      }));
      return { title: title?.value, url: alternate(links), items };
    }
    case "rss": {
      const { title, link, items = [] } = parsed.feed;
      return {
        title,
        url: link,
        items: items.map((item) => ({
          id: item.guid?.value,
          title: item.title,
          url: item.link,
          published: item.pubDate,
        })),
      };
    }
    case "json": {
      const { title, home_page_url: url, items = [] } = parsed.feed;
      return {
        title,
        url,
        items: items.map((item) => ({
          id: item.id,
          title: item.title,
          url: item.url,
          published: item.date_published,
        })),
      };
    }
    default:
      throw new Error(`a feed of the kind ${parsed.format}`);
  }
}
