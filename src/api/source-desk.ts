import type { IdPage } from "../collections/id-page.ts";
import { AppError } from "../errors.ts";
import type { HubMessage, HubQuestion } from "../sources/push/hear-hub.ts";
import type { SourceSummary } from "../sources/summarize-source.ts";

/** A source as it is shown. */
export type ListedSource = SourceSummary;

/** Where what is followed is shown and changed; undefined stands for a source that there is not. */
export interface SourceDesk {
  list(page?: IdPage): readonly SourceSummary[];
  /** What each source has shown first since a moment, by its id; sources without anything are left out. */
  newsSince(sinceMs: number): ReadonlyMap<number, SourceNews>;
  /** How many articles it showed first in each of the last {@link DAYS_SHOWN} times 24 hours, the oldest first. */
  countsByDay(): ReadonlyMap<number, readonly number[]>;
  /**
   * Finds out what can be followed at an address and follows it.
   * @throws AppError `fetch-refused`, `fetch-failed`, `bad-input` where there is nothing to follow; the signal's reason
   */
  add(source: RequestedSource, options?: { readonly signal?: AbortSignal | undefined }): Promise<AddedSource>;
  change(id: number, status: "active" | "paused"): SourceSummary | undefined;
  /** Has it looked at as soon as its host may be asked. */
  checkSoon(id: number): SourceSummary | undefined;
  remove(id: number): SourceSummary | undefined;
  /** What a hub is answered that asks whether it was this archive that wants to be told; undefined where not. */
  answerHub(key: string, question: HubQuestion): string | undefined;
  /** Takes a message of a hub; false where nothing was agreed with it. @throws AppError `payload-too-large` */
  hearHub(key: string, message: HubMessage): Promise<boolean>;
}

/** What a source has shown of late. */
export interface SourceNews {
  readonly count: number;
  /** The latest of them that are stored, the newest first. */
  readonly newest: readonly { readonly id: string; readonly title: string }[];
}

/** Two weeks: a weekly rhythm shows twice. */
export const DAYS_SHOWN = 14;

export interface RequestedSource {
  /** Of the web: folders of the server's machine are followed at its command line alone. */
  readonly url: string;
  readonly name?: string | undefined;
  readonly fullText?: "auto" | "always" | "never" | undefined;
}

export interface AddedSource {
  readonly source: SourceSummary;
  /** False where it was followed already. */
  readonly isNew: boolean;
  /** How it was come by, where it is not what was named. */
  readonly remark: string | null;
}

/** Of a server that follows nothing. */
export const NO_SOURCES: SourceDesk = {
  list: () => [],
  newsSince: () => new Map(),
  countsByDay: () => new Map(),
  add: () => Promise.reject(new AppError("not-found", "This server has no place for what it follows.")),
  change: () => undefined,
  checkSoon: () => undefined,
  remove: () => undefined,
  answerHub: () => undefined,
  hearHub: async () => false,
};
