/** Bits of a unit's number in a link. */
const UNIT_BITS = 14;
const UNIT_MASK = (1 << UNIT_BITS) - 1;
/** Places from which children are reached lie below this. */
const MOST_BASES = 2 ** (32 - UNIT_BITS);

/** Bits of the length of a code in a word. */
const LENGTH_BITS = 5;
export const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

/** The token of a word; −1 for 0, which stands for none. */
export const tokenOf = (word: number): number => (word >>> LENGTH_BITS) - 1;

/** What stands for a token and the bits of its code, 1 to 31, in one number. */
export const wordOf = (token: number, bits: number): number => ((token + 1) << LENGTH_BITS) | bits;

/** Where the children of a node are reached from; 0: it has none. */
export const baseOf = (link: number): number => link >>> UNIT_BITS;

/** The number of the unit by which a node is reached. */
export const unitOf = (link: number): number => link & UNIT_MASK;

/**
 * Tokens by their UTF-16 units, from the first on, as a double array (Aoe, 1989) that whoever walks it reads itself: a step is one look
 * at 8 bytes, and all of it stays in a level-two cache.
 *
 *     numbers[unit]      number of a unit, from 1 on, those of shorter codes first; 0: it stands in no token
 *     cells[2n]          node n: base × 2¹⁴ + number of the unit that leads to it. The node of a first unit is that unit's number (both 0
 *                        where no token begins so); a child is base + its unit's number, if that number stands there: no two nodes have
 *                        the same base
 *     cells[2n + 1]      the word of the token that ends there, or 0
 */
export interface TokenTrie {
  readonly numbers: Uint16Array;
  readonly cells: Uint32Array;
}

/**
 * @param texts the tokens, each once; the empty one is left out
 * @param lengths bits of their codes, ascending
 * @throws RangeError for tokens of more than 16,383 different units, or of too many different beginnings
 */
export function createTokenTrie(texts: readonly string[], lengths: Uint8Array): TokenTrie {
  const numbers = numberUnits(texts);
  const tree = growTree(texts, lengths, numbers);
  const most = numbers.reduce((larger, number) => Math.max(larger, number));
  const places = new CellPlaces(most + 1);
  const cellOf = new Uint32Array(tree.length);
  // A parent comes before its children.
  for (const [node, { children, word, number }] of tree.entries()) {
    const base =
      node === 0 || children.length === 0 ? 0 : places.findBase(children.map((child) => numberOf(tree, child)));
    for (const child of children) {
      cellOf[child] = base + numberOf(tree, child);
      places.take(cellOf[child]);
    }
    if (node > 0) places.fill(cellOf[node] as number, ((base << UNIT_BITS) | number) >>> 0, word);
  }
  return { numbers, cells: places.finish(most) };
}

/** A node of a tree that is yet to be laid out. */
interface TreeNode {
  /** Of the unit that leads to it. */
  readonly number: number;
  readonly children: number[];
  word: number;
}

const numberOf = (tree: readonly TreeNode[], node: number): number => (tree[node] as TreeNode).number;

/** The root comes first. */
function growTree(texts: readonly string[], lengths: Uint8Array, numbers: Uint16Array): TreeNode[] {
  const tree: TreeNode[] = [{ number: 0, children: [], word: 0 }];
  /** By parent × 2¹⁴ + number. */
  const known = new Map<number, number>();
  for (const [token, text] of texts.entries()) {
    let node = 0;
    for (let at = 0; at < text.length; at++) {
      const number = numbers[text.charCodeAt(at)] as number;
      const key = node * 2 ** UNIT_BITS + number;
      let child = known.get(key);
      if (child === undefined) {
        child = tree.push({ number, children: [], word: 0 }) - 1;
        known.set(key, child);
        (tree[node] as TreeNode).children.push(child);
      }
      node = child;
    }
    if (text !== "") (tree[node] as TreeNode).word = wordOf(token, lengths[token] as number);
  }
  return tree;
}

function numberUnits(texts: readonly string[]): Uint16Array {
  const numbers = new Uint16Array(0x10000);
  let count = 0;
  for (const text of texts)
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (numbers[unit] === 0) numbers[unit] = ++count;
    }
  if (count > UNIT_MASK) throw new RangeError("tokens have too many different units");
  return numbers;
}

/** How many free cells are tried for a node before the first of them is given up. */
const MOST_TRIES = 64;

/** Cells while they are filled. */
class CellPlaces {
  #cells = new Uint32Array(1 << 16);
  readonly #isBase = new Uint8Array(MOST_BASES);
  /** Of those that children may be reached at. */
  readonly #isTaken = new Uint8Array(MOST_BASES + UNIT_MASK);
  /** All before it are taken, or were found hard to fill. */
  #firstFree: number;
  #lastBase = 0;

  /** @param firstFree those before it are kept for first units */
  constructor(firstFree: number) {
    this.#firstFree = firstFree;
  }

  /** The first base from which all children fall on free cells, and which no node has. */
  findBase(numbers: readonly number[]): number {
    const least = Math.min(...numbers);
    let tries = 0;
    for (let cell = this.#firstFree; ; cell++) {
      if (this.#isTaken[cell] === 1) continue;
      const base = cell - least;
      if (base >= MOST_BASES) throw new RangeError("tokens have too many different beginnings");
      if (this.#isBase[base] === 0 && numbers.every((number) => this.#isTaken[base + number] === 0)) {
        this.#isBase[base] = 1;
        this.#lastBase = Math.max(this.#lastBase, base);
        return base;
      }
      // What did not suit so many is left behind: it would be looked at for each node that follows.
      if (++tries === MOST_TRIES) this.#firstFree++;
    }
  }

  take(cell: number): void {
    this.#isTaken[cell] = 1;
    while (this.#isTaken[this.#firstFree] === 1) this.#firstFree++;
  }

  fill(cell: number, link: number, word: number): void {
    this.#reserve(cell);
    this.#cells[2 * cell] = link;
    this.#cells[2 * cell + 1] = word;
  }

  /** So many that a number up to `most` can be added to any base. */
  finish(most: number): Uint32Array {
    this.#reserve(this.#lastBase + most);
    return this.#cells.slice(0, 2 * (this.#lastBase + most + 1));
  }

  #reserve(cell: number): void {
    if (2 * cell + 1 < this.#cells.length) return;
    const larger = new Uint32Array(4 * cell);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
