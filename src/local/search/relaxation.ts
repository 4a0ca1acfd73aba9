import { LruMap } from "../../collections/lru-map.ts";
import { mayBeCompound } from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { slicesIn } from "./filter.ts";
import type { RowSets } from "./row-sets.ts";
import type { RowSpace } from "./row-space.ts";

/** What is wanted instead of all parts of a query where no article of the archive holds them all, each word in one piece. */
export interface Relaxation {
  /** The most parts that an article holds, at least 1; all of them where words that may be several are held in pieces. */
  readonly held: number;
  /** Live places that hold as many, ascending. */
  readonly places: Uint32Array;
}

/**
 * How many of the wanted parts can be had: of the whole snapshot, so that it is the same under any filter. Undefined where an
 * article holds them all, or none holds any. First all parts, with words such as 养老院火灾 held in pieces; then as many parts as can be had.
 */
export function findRelaxation(wanted: readonly QueryNode[], sets: RowSets, space: RowSpace): Relaxation | undefined {
  const whole = findMostHeld(wanted, { sets, space, inPieces: false });
  if (whole.held === wanted.length) return undefined;
  const pieces = wanted.some(holdsCompound) ? findMostHeld(wanted, { sets, space, inPieces: true }) : whole;
  const best = pieces.held === wanted.length ? pieces : whole;
  return best.held === 0 ? undefined : best;
}

/** Whether a node holds a word that may be several. */
export function holdsCompound(node: QueryNode): boolean {
  if (node.kind === "word") return mayBeCompound(node.text);
  return (node.kind === "and" || node.kind === "or") && node.nodes.some(holdsCompound);
}

interface HeldOptions {
  readonly sets: RowSets;
  readonly space: RowSpace;
  readonly inPieces: boolean;
}

/** The live places of the snapshot that hold the most of the wanted parts. */
function findMostHeld(wanted: readonly QueryNode[], { sets, space, inPieces }: HeldOptions): Relaxation {
  const everything = slicesIn(space);
  const counts = space.segments.map(({ rows }) => new Uint8Array(rows));
  for (const node of wanted) {
    const { masks } = sets.find(node, everything, { inPieces });
    for (const [index, ofSegment] of counts.entries()) addTo(ofSegment, masks[index] as Uint8Array);
  }
  // Counted before they are written down: a list of numbers that grows takes several times what they do.
  const placesOf = new Uint32Array(wanted.length + 1);
  for (const [index, ofSegment] of counts.entries()) countLive(ofSegment, space.segments[index]?.live, placesOf);
  let held = wanted.length;
  while (held > 0 && placesOf[held] === 0) held--;
  if (held === 0) return { held: 0, places: new Uint32Array() };
  const places = new Uint32Array(placesOf[held] as number);
  let written = 0;
  for (const [index, ofSegment] of counts.entries()) {
    const live = space.segments[index]?.live;
    const base = space.base(index);
    for (let row = ofSegment.indexOf(held); row >= 0; row = ofSegment.indexOf(held, row + 1))
      if (live?.[row] !== 0) places[written++] = base + row;
  }
  return { held, places };
}

/** Adds to each number of `sums` its like of `others`. */
function addTo(sums: Uint8Array, others: Uint8Array): void {
  for (let row = 0; row < sums.length; row++) sums[row] = (sums[row] as number) + (others[row] as number);
}

/** Counts the live rows of a segment by how many parts they hold. */
function countLive(held: Uint8Array, live: Uint8Array | undefined, placesOf: Uint32Array): void {
  for (let row = 0; row < held.length; row++)
    if (live?.[row] !== 0) placesOf[held[row] as number] = (placesOf[held[row] as number] as number) + 1;
}

/** Relaxations that are kept. */
const MOST_KEPT = 8;
/** Places of all that are kept together: 4 MB. */
const MOST_PLACES = 1_000_000;

/** Keeps the relaxations of the last few queries: the pages and filters of one share it. */
export class RelaxationCache {
  readonly #known: LruMap<{ readonly relaxation: Relaxation | undefined }>;

  constructor() {
    this.#known = new LruMap({
      maxWeight: MOST_PLACES,
      weigh: (_, { relaxation }) => MOST_PLACES / MOST_KEPT + (relaxation?.places.length ?? 0),
    });
  }

  of(snapshot: Snapshot, wanted: readonly QueryNode[], find: () => Relaxation | undefined): Relaxation | undefined {
    return this.#known.getOrMake(keyOf(snapshot, wanted), () => ({ relaxation: find() })).relaxation;
  }

  /** What is wanted instead, where that is known already: then no article holds all, under any filter. */
  known(snapshot: Snapshot, wanted: readonly QueryNode[]): Relaxation | undefined {
    return this.#known.get(keyOf(snapshot, wanted))?.relaxation;
  }
}

const keyOf = (snapshot: Snapshot, wanted: readonly QueryNode[]): string => JSON.stringify([snapshot.name, wanted]);
