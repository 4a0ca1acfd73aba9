import { partitionPoint } from "../collections/partition-point.ts";
import type { Block } from "./blocks.ts";
import type { PageElement } from "./page-tree.ts";

/** What the blocks within an element come to. */
export interface BlockSum {
  /** Letters that count as prose. */
  readonly prose: number;
  readonly letters: number;
  readonly linkLetters: number;
  readonly links: number;
}

/** Sums over the blocks of any element, each in the time of a binary search: blocks stand in the order of the page. */
export class BlockSums {
  readonly #blocks: readonly Block[];
  /** Sums of the blocks before each, four numbers a block. */
  readonly #before: Float64Array;

  constructor(blocks: readonly Block[], proseOf: (block: Block) => number) {
    this.#blocks = blocks;
    this.#before = new Float64Array((blocks.length + 1) * 4);
    for (const [index, block] of blocks.entries()) {
      const own = [proseOf(block), block.characters, block.linkCharacters, block.links.length];
      for (const [part, value] of own.entries())
        this.#before[(index + 1) * 4 + part] = (this.#before[index * 4 + part] ?? 0) + value;
    }
  }

  within({ order, end }: PageElement): BlockSum {
    const from = partitionPoint(0, this.#blocks.length, (at) => (this.#blocks[at]?.order ?? 0) < order);
    const to = partitionPoint(from, this.#blocks.length, (at) => (this.#blocks[at]?.order ?? 0) <= end);
    const part = (index: number): number => (this.#before[to * 4 + index] ?? 0) - (this.#before[from * 4 + index] ?? 0);
    return { prose: part(0), letters: part(1), linkLetters: part(2), links: part(3) };
  }
}
