import { toAtom, toJsonFeed, toRss } from "./feed.ts";

/** The forms in which a search can be followed. */
export const FEED_FORMATS = [
  { path: "feed.atom", type: "application/atom+xml", name: "Atom", id: "Atom", write: toAtom },
  { path: "feed.rss", type: "application/rss+xml", name: "RSS", id: "Rss", write: toRss },
  { path: "feed.json", type: "application/feed+json", name: "JSON Feed", id: "JsonFeed", write: toJsonFeed },
] as const;
