import { MaskCache } from "./filter.ts";
import { LeafCache } from "./leaf-cache.ts";
import { RelaxationCache } from "./relaxation.ts";
import { Scratch } from "./row-space.ts";
import { SampleCache } from "./vector-sample.ts";

/** What a thread keeps from search to search, only to make the next one faster. */
export interface SearchCaches {
  readonly scratch: Scratch;
  readonly masks: MaskCache;
  readonly samples: SampleCache;
  readonly leaves: LeafCache;
  readonly relaxations: RelaxationCache;
}

export const createSearchCaches = (): SearchCaches => ({
  scratch: new Scratch(),
  masks: new MaskCache(),
  samples: new SampleCache(),
  leaves: new LeafCache(),
  relaxations: new RelaxationCache(),
});
