import type { Place } from "../../threads/fair-clients.ts";
import type { SearchTask } from "./messages.ts";

/** A snapshot of the archive that somebody holds for the threads; see local/read/reader.ts. */
export interface PoolSnapshot extends Disposable {
  /** Goes to the threads as it is: plain data, what is large in shared memory. */
  readonly data: { readonly name: string };
}

/** A task that was accepted, and whoever waits for it. */
export interface PoolJob {
  readonly task: SearchTask;
  /** Who asked. */
  readonly client: string;
  readonly snapshot: PoolSnapshot;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Looking up an article takes a fraction of a search. */
export const ARTICLE_LANE = "article";

/** Searches beyond so many hits read on long after the best were found, and those of so many characters look up hundreds of words. */
const DEEP_HITS = 1000;
const LONG_UNITS = 256;

/** Pages of so many hits are those of exports, feeds and programs. */
const BULK_HITS = 50;

/** What nobody waits for at a screen. */
export const BULK_LANES = ["bulk", "deep"] as const;

/** Where a task waits: by what it will take, as far as that can be told before. */
export function placeOf({ client, task }: PoolJob): Place {
  switch (task.kind) {
    case "article":
    case "compare":
      return { client, lane: ARTICLE_LANE };
    case "similar":
      return { client, lane: "similar" };
    case "search": {
      const { query, offset, limit } = task.request;
      if (query.length > LONG_UNITS) return { client, lane: "long" };
      if (offset + limit > DEEP_HITS) return { client, lane: "deep" };
      return { client, lane: limit >= BULK_HITS ? "bulk" : "search" };
    }
  }
}
