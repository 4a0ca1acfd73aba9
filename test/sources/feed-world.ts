import type { IncomingMessage, ServerResponse } from "node:http";
import type { Random } from "./random.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How a feed behaves; each of them loses or doubles something in some reader. */
const GUID_MODES = ["stable", "none", "rotating", "reused", "reused-at-once", "session"] as const;

/** No feed may be asked more often than this, whatever it says. */
const MIN_GAP_MS = 10 * MINUTE_MS;

interface PublishedItem {
  readonly number: number;
  readonly atMs: number;
  /** 0: as it was published. */
  edition: number;
}

interface Feed {
  readonly name: string;
  readonly perDay: number;
  readonly window: number;
  readonly guids: (typeof GUID_MODES)[number];
  readonly hasEtag: boolean;
  readonly maxAgeS: number;
  readonly ttlMinutes: number;
  readonly isTroubled: boolean;
  readonly items: PublishedItem[];
  nextAtMs: number;
  fetches: number;
  allowedFromMs: number;
  /** When it was asked last, until the client has noted the answer. */
  unheardFromMs: number | undefined;
  /** What the answer showed that the client has not noted yet. */
  unheard: readonly PublishedItem[];
}

/** All that a world remembers, as JSON. */
export interface SavedWorld {
  readonly feeds: readonly (Omit<Feed, "allowedFromMs"> & { readonly allowedFromMs: number | null })[];
  readonly shown: readonly (readonly [token: string, body: string])[];
  readonly early: readonly string[];
  readonly requests: number;
}

export interface WorldOptions {
  readonly feeds: number;
  readonly random: Random;
  /** Time that has really passed, whatever clocks are set to. */
  readonly passedMs: () => number;
  readonly startMs: number;
  /** Nothing is published or edited after this. */
  readonly publishUntilMs: number;
}

/** Sites with feeds, each on a host of its own, `feed7.test`; they publish, edit, fail and count how often they are asked. */
export class FeedWorld {
  /** What was shown last of each article, in an answer that was sent whole and whose check was over before the client was killed. */
  readonly shown: Map<string, string>;
  readonly early: string[];
  requests = 0;
  /** Faults stop, so that all can settle. */
  isCalm = false;
  readonly #feeds: Feed[];
  readonly #options: WorldOptions;

  /** @param saved a world that goes on; the same number of feeds */
  constructor(options: WorldOptions, saved?: SavedWorld) {
    this.#options = options;
    const { random, feeds } = options;
    if (saved !== undefined) {
      this.shown = new Map(saved.shown);
      this.early = [...saved.early];
      this.requests = saved.requests;
      this.#feeds = saved.feeds.map((feed) => ({ ...feed, allowedFromMs: feed.allowedFromMs ?? -Infinity }));
      return;
    }
    this.shown = new Map();
    this.early = [];
    this.#feeds = Array.from({ length: feeds }, (_, index) => ({
      name: hostOf(index),
      perDay: 1 + Math.floor(random() * 8),
      window: 30,
      guids: GUID_MODES[index % GUID_MODES.length] ?? "stable",
      hasEtag: random() < 0.6,
      maxAgeS: random() < 0.3 ? 1800 : 0,
      ttlMinutes: random() < 0.3 ? 120 : 0,
      isTroubled: random() < 0.5,
      items: [],
      nextAtMs: -(4 + random()) * DAY_MS,
      fetches: 0,
      allowedFromMs: -Infinity,
      unheardFromMs: undefined,
      unheard: [],
    }));
  }

  /** To be called while the client is dead: nothing is on its way. */
  save(): SavedWorld {
    const { shown, early, requests } = this;
    return { feeds: this.#feeds, shown: [...shown], early, requests };
  }

  /** The client has noted what came of its last question to a host. */
  hear(host: string): void {
    const feed = this.#find(host);
    if (feed === undefined) return;
    for (const item of feed.unheard) this.shown.set(toToken(feed, item), toBody(feed, item));
    feed.unheardFromMs = undefined;
    feed.unheard = [];
  }

  /**
   * The client was killed: what it had not noted yet it cannot know. The shortest gap it owes from when it began to ask, which is not known
   * here: virtual time runs on while a question is on its way.
   */
  kill(): void {
    for (const feed of this.#feeds) {
      if (feed.unheardFromMs !== undefined) feed.allowedFromMs = -Infinity;
      // What it shows still, it shows again; what it shows no more when the client is back nobody can know.
      feed.unheard = [];
    }
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const host = (request.headers.host ?? "").split(":")[0] ?? "";
    const feed = this.#find(host);
    if (feed === undefined) {
      response.writeHead(404).end();
      return;
    }
    const nowMs = this.#options.passedMs();
    this.requests++;
    if (nowMs < feed.allowedFromMs) this.early.push(`${host} at ${nowMs}, allowed from ${feed.allowedFromMs}`);
    feed.unheardFromMs = nowMs;
    feed.allowedFromMs = nowMs + Math.max(MIN_GAP_MS, feed.maxAgeS * 1000);
    feed.fetches++;
    feed.unheard = [];
    this.#publish(feed, nowMs);
    if (!this.isCalm && feed.isTroubled && this.#fail(feed, response, nowMs)) return;
    const text = this.#toXml(feed);
    const etag = `"${feed.items.length}-${feed.items.reduce((sum, { edition }) => sum + edition, 0)}"`;
    const headers = {
      "content-type": "text/xml; charset=utf-8",
      ...(feed.hasEtag && { etag }),
      ...(feed.maxAgeS > 0 && { "cache-control": `max-age=${feed.maxAgeS}` }),
    };
    if (feed.hasEtag && request.headers["if-none-match"] === etag) {
      // What the text asks for holds as long as it is unchanged.
      feed.allowedFromMs = nowMs + Math.max(MIN_GAP_MS, feed.maxAgeS * 1000, feed.ttlMinutes * MINUTE_MS);
      response.writeHead(304, headers).end();
      // Whoever has kept an ETag must have what came with it.
      feed.unheard = this.#visible(feed);
      return;
    }
    feed.allowedFromMs = nowMs + Math.max(MIN_GAP_MS, feed.maxAgeS * 1000, feed.ttlMinutes * MINUTE_MS);
    response.writeHead(200, { ...headers, "content-length": Buffer.byteLength(text) });
    if (!this.isCalm && feed.isTroubled && this.#options.random() < 0.1) {
      const part = text.slice(0, Math.floor(text.length * this.#options.random()));
      // An answer that breaks off is none: what it said of itself beyond its headers is not known.
      feed.allowedFromMs = nowMs + Math.max(MIN_GAP_MS, feed.maxAgeS * 1000);
      response.write(part);
      setTimeout(() => response.destroy(), 5);
      return;
    }
    response.end(text);
    feed.unheard = this.#visible(feed);
  };

  #find(host: string): Feed | undefined {
    return this.#feeds[Number(/^feed(\d+)\.test$/.exec(host)?.[1] ?? -1)];
  }

  #publish(feed: Feed, nowMs: number): void {
    const { random, publishUntilMs } = this.#options;
    while (feed.nextAtMs <= Math.min(nowMs, publishUntilMs)) {
      feed.items.push({ number: feed.items.length, atMs: afterMidnight(feed.nextAtMs), edition: 0 });
      feed.nextAtMs += (DAY_MS / feed.perDay) * (0.5 + random());
    }
    if (nowMs > publishUntilMs) return;
    const recent = feed.items.slice(-5);
    const edited = recent[Math.floor(random() * 20)];
    if (edited !== undefined) edited.edition++;
  }

  /** True where the feed fails instead of answering. */
  #fail(feed: Feed, response: ServerResponse, nowMs: number): boolean {
    const dice = this.#options.random();
    if (dice < 0.06) response.writeHead(500).end("oops");
    else if (dice < 0.1) {
      feed.allowedFromMs = nowMs + 5 * 3_600_000;
      response.writeHead(dice < 0.08 ? 503 : 429, { "retry-after": String(5 * 3600) }).end();
    } else if (dice < 0.12) response.socket?.destroy();
    else if (dice < 0.14) response.writeHead(200).end("<html><body>maintenance</body></html>");
    else return false;
    return true;
  }

  #visible(feed: Feed): readonly PublishedItem[] {
    return feed.items.slice(-feed.window);
  }

  #toXml(feed: Feed): string {
    const ttl = feed.ttlMinutes > 0 ? `<ttl>${feed.ttlMinutes}</ttl>` : "";
    const items = this.#visible(feed)
      .map((item) => this.#toItem(feed, item))
      .reverse();
    return `<rss version="2.0"><channel><title>${feed.name}</title>${ttl}${items.join("")}</channel></rss>`;
  }

  #toItem(feed: Feed, item: PublishedItem): string {
    const { number, atMs } = item;
    const guid = toGuid(feed, number);
    const session = feed.guids === "session" ? `?session=${feed.fetches}` : "";
    const date = new Date(this.#options.startMs + atMs).toUTCString();
    return `<item><title>${feed.name} 第${number}条</title><link>http://${feed.name}/a/${number}${session}</link>${guid === undefined ? "" : `<guid isPermaLink="false">${guid}</guid>`}<pubDate>${date}</pubDate><description>${toBody(feed, item)}</description></item>`;
  }
}

function toGuid({ guids, fetches }: Feed, number: number): string | undefined {
  switch (guids) {
    case "stable":
      return `item-${number}`;
    case "none":
      return undefined;
    case "rotating":
    case "session":
      return `item-${number}-${fetches}`;
    case "reused":
      return `slot-${number % 37}`;
    case "reused-at-once":
      return `slot-${number % 5}`;
  }
}

/** Days of UTC and of Shanghai begin at multiples of eight hours. */
const EIGHT_HOURS_S = 28_800;

/**
 * A date at the first second of a day is one without a time, and of several articles of a day with one title the text tells which is which: where
 * GUID and address are new each time, an edit then makes another article, as `toContentKey` of identify.ts says.
 */
const afterMidnight = (atMs: number): number => (Math.floor(atMs / 1000) % EIGHT_HOURS_S === 0 ? atMs + 1000 : atMs);

/** The host of a feed. */
export const hostOf = (index: number): string => `feed${index}.test`;

const toToken = ({ name }: Feed, { number }: PublishedItem): string => `[${name} ${number}]`;

const toBody = (feed: Feed, item: PublishedItem): string =>
  `${toToken(feed, item)} 今天的第${item.number}条消息，版本${item.edition}。`;
