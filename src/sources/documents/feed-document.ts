/** A feed as it was read, of whatever kind. */
export interface FeedDocument {
  readonly kind: "rss" | "atom" | "rdf" | "cdf" | "json";
  readonly title: string | undefined;
  /** The site that the feed tells of. */
  readonly siteUrl: string | undefined;
  /** Address that the feed gives for itself. */
  readonly selfUrl: string | undefined;
  /** Addresses of WebSub hubs. */
  readonly hubs: readonly string[];
  /** How long the feed asks to be left alone. */
  readonly ttlMs: number | undefined;
  readonly items: readonly FeedEntry[];
  /** False where the document breaks off: what came before was read. */
  readonly isWhole: boolean;
}

/** An item of a feed. */
export interface FeedEntry {
  /** What the feed gives as the item's identity, unchecked. */
  readonly guid: string | undefined;
  /** Absolute. */
  readonly url: string | undefined;
  /** Under the names that records of an import have. */
  readonly record: Readonly<Record<string, unknown>>;
}
