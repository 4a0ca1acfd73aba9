/** What the runner (../peers.ts) and the peers tell each other, as JSON files in one folder. */
import type { ResidentMemory } from "../million/memory.ts";

export interface PeerManifest {
  readonly rows: number;
  readonly dimensions: number;
  /** Fingerprint of the encoder that made the vectors. */
  readonly encoder: string;
}

export interface PeerRange {
  /** Share of the dates that was aimed at. */
  readonly share: number;
  /** Days since 1970, both included. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** The same as rows [fromRow, toRow). */
  readonly fromRow: number;
  readonly toRow: number;
}

export interface PeerQuery {
  readonly text: string;
  /** By our encoder: peers need not encode, wenxun does. */
  readonly vector: readonly number[];
  readonly ranges: readonly PeerRange[];
}

/** What a peer is asked; it may use of it what it likes. */
export interface PeerSearch extends PeerRange {
  readonly text: string;
  /** What fuses with the vector: pairs of characters. */
  readonly terms: readonly string[];
  readonly vector: Float32Array;
}

/** One search: what took `ms` is the hybrid top ten with their texts. */
export interface PeerAnswer {
  readonly query: number;
  readonly share: number;
  readonly ms: number;
  /** Rows of the hybrid top ten. */
  readonly hybrid: readonly number[];
  /** Rows of the ten nearest by vector alone, as this engine finds them; not timed. */
  readonly nearest?: readonly number[];
}

/** What a peer prints when it has been asked. */
export interface PeerReport {
  readonly openMs: number;
  /** After the timed searches; of the engine, where that is another process. */
  readonly memory?: ResidentMemory;
  /** Where the index does not lie in the work folder. */
  readonly diskBytes?: number;
  readonly answers: readonly PeerAnswer[];
}

/** What a peer prints when it has built its index. */
export interface PeerBuild {
  /** CPU time, of all threads. */
  readonly cpuSeconds: number;
}
