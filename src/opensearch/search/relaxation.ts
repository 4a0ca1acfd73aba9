import { mayBeCompound } from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import type { Clause, SnapshotReads } from "../read/snapshot-reads.ts";
import type { Relaxation } from "./found-clause.ts";
import type { FindOptions, NodeClauses } from "./node-clauses.ts";
import { allOfClauses, heavyEnough } from "./term-clause.ts";

/** Whether a node holds a word that may be several. */
export function holdsCompound(node: QueryNode): boolean {
  if (node.kind === "word") return mayBeCompound(node.text);
  return (node.kind === "and" || node.kind === "or") && node.nodes.some(holdsCompound);
}

/**
 * How many of the wanted parts can be had: of the whole snapshot, so that it is the same under any filter. Undefined where an
 * article holds them all, or none holds any. First all parts, with words such as 养老院火灾 held in pieces; then as many parts as can be had.
 */
export async function findRelaxation(
  wanted: readonly QueryNode[],
  nodes: NodeClauses,
  reads: SnapshotReads,
): Promise<Relaxation | undefined> {
  const clausesOf = async (how: FindOptions): Promise<Clause[]> =>
    (await Promise.all(wanted.map((node) => nodes.find(node, how)))).map(({ clause }) => clause);
  const whole = await clausesOf({});
  if (await isHeld(allOfClauses(whole), reads)) return undefined;
  if (wanted.some(holdsCompound)) {
    const inPieces = allOfClauses(await clausesOf({ inPieces: true }));
    if (await isHeld(inPieces, reads)) return { held: wanted.length, clause: inPieces };
  }
  const parts = whole.map((clause) => ({ clause, weight: 1 }));
  const { hits } = await reads.search({
    query: heavyEnough(parts, 1),
    size: 1,
    _source: false,
    track_total_hits: false,
    sort: ["_score"],
  });
  const held = Math.round(hits[0]?._score ?? Number(hits[0]?.sort?.[0] ?? 0));
  return held === 0 ? undefined : { held, clause: heavyEnough(parts, held) };
}

async function isHeld(query: Clause, reads: SnapshotReads): Promise<boolean> {
  return (await reads.search({ query, size: 0, track_total_hits: true })).total > 0;
}
