import type { Archive, ReadOptions } from "../archive/archive.ts";
import type { SearchService } from "../search/search.ts";

/** What the tools answer from. */
export interface McpArchive {
  readonly search: Pick<SearchService, "search" | "article" | "similar">;
  readonly archive: Pick<Archive, "info" | "stats" | "activity">;
  /** Version of the product. */
  readonly version: string;
}

/** One who asks, and what they may have. */
export interface McpCaller {
  /** Whether whole articles may be read, too; otherwise what reads them is not there. */
  readonly mayRead: boolean;
  /** Told to the archive with each search. */
  readonly options: ReadOptions;
  /** Address of an article's page on this server; undefined: it has none. */
  readonly toPage?: ((id: string) => string) | undefined;
  /** Told of each tool that is called. */
  readonly note?: ((tool: string, args: unknown) => void) | undefined;
}

/** What one call of a tool has to hand. */
export interface ToolCall extends McpArchive, Omit<McpCaller, "note"> {
  readonly envelope: Envelope;
}

/** Two marks that text of articles stands between, different in each answer, so that no article can write them. */
export interface Envelope {
  readonly open: string;
  readonly close: string;
}
