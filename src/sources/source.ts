/** The port that every kind of source answers, and what it is given. */
import type { Clock } from "../fetch/clock.ts";
import type { Fetcher } from "../fetch/fetcher.ts";
import type { ReadDocument } from "./documents/read-document.ts";
import type { OfferedHub } from "./push/find-hub.ts";

export const SOURCE_KINDS = ["feed", "sitemap", "page", "folder"] as const;
export type SourceKindName = (typeof SOURCE_KINDS)[number];

/** One way in which a place tells what is new. */
export interface SourceKind {
  readonly kind: SourceKindName;
  /**
   * Looks once. What was found goes through `take`; when this resolves, all of it is stored, and only then is the new state kept: a
   * check that is broken off anywhere is made again as if it had not begun.
   * @throws AppError why nothing could be told, in words; `retryAfterS` where the place says when to come again
   */
  check(source: CheckedSource, given: CheckContext): Promise<CheckResult>;
}

/** What a kind knows of a source. */
export interface CheckedSource {
  /** Address of the web, or path of a folder. */
  readonly address: string;
  /** What the kind remembered last time, such as an ETag. */
  readonly state: SourceState;
  /** What becomes of files of a folder that have been read. */
  readonly afterwards: "keep" | "move";
}

export type SourceState = Readonly<Record<string, string>>;

export interface CheckContext {
  readonly fetcher: Pick<Fetcher, "get">;
  /** @throws AppError `fetch-refused` where robots.txt forbids a page */
  readonly assertAllowed: (url: string, signal?: AbortSignal) => Promise<void>;
  /** Reads feeds, sitemaps and lists of links. Default: in this thread. */
  readonly readDocument?: ReadDocument | undefined;
  /** Takes an article out of a page; absent where nothing can. */
  readonly readPage?: ReadPage | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Stores what is new or changed of the items; of several calls each is durable when it resolves. */
  take(items: readonly FoundItem[], about?: FoundAbout): Promise<TakenItems>;
}

/** An article as its page shows it. */
export interface PageArticle {
  readonly title: string | undefined;
  /** The text, a paragraph each; empty where none was found. */
  readonly paragraphs: readonly string[];
  readonly source: string | undefined;
  readonly publishedAtMs: number | undefined;
  readonly canonicalUrl: string | undefined;
  /** Where the text goes on. */
  readonly nextPage: string | undefined;
}

/** @throws AppError for a page that takes too much time or memory */
export type ReadPage = (bytes: Buffer, about: PageAbout) => Promise<PageArticle>;

export interface PageAbout {
  readonly url: string | undefined;
  readonly contentType: string | undefined;
  /** When it was captured, where that is not now; 昨天 on it is counted from then. */
  readonly fetchedAtMs?: number | undefined;
}

/** What is true of all items of a document. */
export interface FoundAbout {
  /** The name that the place gives itself. */
  readonly title?: string | undefined;
  /** The site's own address, which is no article's. */
  readonly siteUrl?: string | undefined;
}

/** An article that was found, or the way to it. */
export interface FoundItem {
  /** What the place gives as its identity. */
  readonly guid?: string | undefined;
  /** Absolute. */
  readonly url?: string | undefined;
  /** Under the names that records of an import have. */
  readonly record: Readonly<Record<string, unknown>>;
  /** The text stands on the page alone. */
  readonly isStub?: boolean | undefined;
  /** A record of a file: its id is what an import would give it. */
  readonly isRecord?: boolean | undefined;
}

/** What became of items: their sum is what was given, but for those given twice. */
export interface TakenItems {
  /** Articles that were not known, those among them whose page is still to be read. */
  readonly added: number;
  readonly changed: number;
  readonly known: number;
  /** Neither a title nor a text, nor a page to read. */
  readonly unusable: number;
}

export interface CheckResult {
  /** `unchanged`: the place says so itself, without showing anything. */
  readonly outcome: "read" | "unchanged" | "gone";
  /** Kept until the next check. */
  readonly state: SourceState;
  /** The name that the place gives itself. */
  readonly title?: string | undefined;
  /** How long the place asks to be left alone. */
  readonly askedWaitMs?: number | undefined;
  /** Where it says that it has moved for good. */
  readonly movedTo?: string | undefined;
  /** Something that its reader should know although the check went well. */
  readonly notice?: string | undefined;
  /** The hub that it names for those who want to be told; null where it names none, undefined where it was not said. */
  readonly hub?: OfferedHub | null | undefined;
  /** There is more to be read at once. */
  readonly goesOn?: boolean | undefined;
  /** Whether everything that the place shows was shown at once, so that unknown items throughout mean that some were missed. */
  readonly isWindow?: boolean | undefined;
}
