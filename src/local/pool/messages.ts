import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../../archive/request.ts";
import type { Answer } from "../../threads/answer.ts";
import type { Seat, SharingLink } from "../../threads/sharing/work-sharer.ts";

/** What the pool and its threads say to each other. A thread has one task at a time, and answers each. */

export type SearchTask =
  | { readonly kind: "search"; readonly request: SearchRequest; readonly encoded: EncodedQuery }
  | { readonly kind: "article"; readonly id: string }
  | { readonly kind: "similar"; readonly id: string; readonly options: SimilarOptions }
  | { readonly kind: "compare"; readonly id: string; readonly encoded: EncodedQuery };

export type ToThread =
  /** A snapshot of the archive that tasks will name, to be kept until it is to be forgotten. */
  | { readonly kind: "snapshot"; readonly name: string; readonly data: unknown }
  | { readonly kind: "forget"; readonly name: string }
  /** Another thread, with which searches are shared from now on. */
  | { readonly kind: "meet"; readonly seat: Seat; readonly link: SharingLink }
  | { readonly kind: "task"; readonly snapshot: string; readonly task: SearchTask }
  /** Give back what only makes the next task faster. */
  | { readonly kind: "trim" }
  /** Collect garbage. */
  | { readonly kind: "collect" }
  | { readonly kind: "close" };

export type FromThread = Finished | Ready;

/** All code is loaded. */
export interface Ready {
  readonly kind: "ready";
}

export type Finished = Answer<unknown> & {
  /** Time of a core that the task took; absent: as long as it was away. */
  readonly cpuMs?: number;
  /** About how many milliseconds of it another thread could have done, or did. */
  readonly sharableMs?: number;
};
