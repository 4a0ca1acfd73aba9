import { LruMap } from "../../collections/lru-map.ts";
import type { ArticleView } from "./article-view.ts";
import type { CompiledSearch } from "./compile-search.ts";
import { sourceAnchor } from "./find-anchors.ts";

/**
 * Compiled searches that are kept, of 3 kB each; of the others the anchors alone. Compiling takes far longer than holding an article against a
 * search, so where more are followed than are kept, most of the time goes into compiling.
 */
const KEPT_COMPILED = 20_000;

/**
 * Many searches, asked which of them an article matches: each is found by a term that its matches must hold, and only then held against
 * the article.
 *
 *     anchors            台风 → 3, 17     冬奥 → 4     gpt4 → 9, 12     (none) → 21
 *     article's terms    超强 强台 台风 …
 *     candidates         3, 17, 21 ─► verified by the rules of the search
 */
export class Percolator {
  readonly #byAnchor = new Map<string, Set<number>>();
  /** Searches that can be told from no term. */
  readonly #unanchored = new Set<number>();
  readonly #anchors = new Map<number, readonly string[] | undefined>();
  readonly #compiled: LruMap<CompiledSearch>;
  readonly #compile: (id: number) => CompiledSearch;

  /** @param compile makes a search anew that was dropped; it must compile as when it was added */
  constructor(compile: (id: number) => CompiledSearch) {
    this.#compile = compile;
    this.#compiled = new LruMap({ maxWeight: KEPT_COMPILED });
  }

  get size(): number {
    return this.#anchors.size;
  }

  has(id: number): boolean {
    return this.#anchors.has(id);
  }

  add(id: number): void {
    this.remove(id);
    const { anchors } = this.compiled(id);
    this.#anchors.set(id, anchors);
    if (anchors === undefined) this.#unanchored.add(id);
    for (const anchor of anchors ?? []) {
      const ids = this.#byAnchor.get(anchor);
      if (ids === undefined) this.#byAnchor.set(anchor, new Set([id]));
      else ids.add(id);
    }
  }

  remove(id: number): void {
    for (const anchor of this.#anchors.get(id) ?? []) {
      const ids = this.#byAnchor.get(anchor);
      ids?.delete(id);
      if (ids?.size === 0) this.#byAnchor.delete(anchor);
    }
    this.#unanchored.delete(id);
    this.#anchors.delete(id);
    this.#compiled.delete(String(id));
  }

  compiled(id: number): CompiledSearch {
    return this.#compiled.getOrMake(String(id), () => this.#compile(id));
  }

  /** The searches that an article may match by words: all that it matches are among them. */
  candidates(view: ArticleView): ReadonlySet<number> {
    const found = new Set(this.#unanchored);
    const take = (anchor: string): void => {
      for (const id of this.#byAnchor.get(anchor) ?? []) found.add(id);
    };
    for (const term of view.terms) take(term);
    take(sourceAnchor(view.source));
    return found;
  }

  /** The searches that an article matches by words. */
  matches(view: ArticleView): number[] {
    return [...this.candidates(view)].filter((id) => {
      const { passesFilters, holdsWords } = this.compiled(id);
      return passesFilters(view) && holdsWords(view);
    });
  }
}
