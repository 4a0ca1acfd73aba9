import {
  type Container,
  EACH_ELEMENT,
  EACH_VALUE,
  isList,
  MIN_SHARE_OF_BEST,
  type Place,
  placeName,
} from "./json-shape.ts";

/** Places that are remembered; a file that has records in more has them everywhere. */
const MAX_PLACES = 1000;
/** Places that one remark names. */
const SHOWN_PLACES = 5;

/** Where records were found, and lists that were left, in one input. */
export class Findings {
  readonly #places: Place[] = [];
  readonly #counts = new Map<string, number>();
  readonly #left = new Set<string>();
  /** How much what is read looks like articles. */
  #best = 0;

  /** Remembers what a container at `base` holds. */
  add(base: readonly string[], { places, others, score }: Container): void {
    this.#best = Math.max(this.#best, score);
    for (const place of places) {
      const path = [...base, ...place.path];
      const isKnown = this.#places.some((known) => known.path.join("\u0000") === path.join("\u0000"));
      if (!isKnown && this.#places.length < MAX_PLACES) this.#places.push({ ...place, path });
    }
    for (const other of others) this.#leave([...base, ...other.path]);
  }

  /** Remembers that what stands at `path` is a list of records. */
  addList(path: readonly string[]): void {
    this.add(path, { kind: "container", places: [{ path: [EACH_ELEMENT] }], others: [], score: 0 });
  }

  /** Remembers what a container beside the known places holds, if it is to be read: whether it looks enough like what is read. */
  addIfGood(base: readonly string[], container: Container): boolean {
    if (this.isGood(container.score)) {
      this.add(base, container);
      return true;
    }
    for (const place of container.places) this.#leave([...base, ...place.path]);
    return false;
  }

  /** True for what looks enough like the best that is read. */
  isGood(score: number): boolean {
    return score >= this.#best * MIN_SHARE_OF_BEST;
  }

  /** The known place of records that a path is one of. */
  placeOf(path: readonly string[]): Place | undefined {
    return this.#places.find((place) => matches(place.path, path));
  }

  /** True where every value is a record of its own, under a name of its own. */
  isEachValue(path: readonly string[]): boolean {
    return this.#places.some((place) => place.path.at(-1) === EACH_VALUE && matches(place.path, path));
  }

  /** True for a path on the way to a known place. */
  leadsToPlace(path: readonly string[]): boolean {
    return this.#places.some(
      (place) => place.path.length > path.length && matches(place.path.slice(0, path.length), path),
    );
  }

  /** Counts a record that was found at `path`. */
  count(path: readonly string[]): void {
    if (path.length === 0) return;
    const name = placeName(this.placeOf(path)?.path ?? path);
    if (name !== "" && (this.#counts.has(name) || this.#counts.size < MAX_PLACES))
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  toRemarks(name: string): string[] {
    const remarks: string[] = [];
    if (this.#counts.size > 0) {
      const found = [...this.#counts].slice(0, SHOWN_PLACES).map(([place, count]) => `"${place}" (${count})`);
      const more = this.#counts.size > SHOWN_PLACES ? ` and ${this.#counts.size - SHOWN_PLACES} more` : "";
      remarks.push(`The records of ${name} were found in ${found.join(", ")}${more}.`);
    }
    const left = [...this.#left].filter((place) => !this.#counts.has(place));
    if (left.length > 0) {
      const shown = left.slice(0, SHOWN_PLACES).map((place) => `"${place}"`);
      remarks.push(`${name} also holds ${shown.join(", ")}, which look less like articles and were not read.`);
    }
    return remarks;
  }

  /** Remembers a list that is not read. */
  #leave(path: readonly string[]): void {
    if (isList({ path }) && this.#left.size < MAX_PLACES) this.#left.add(placeName(path));
  }
}

/** True where a path is one of those that a place stands for. */
const matches = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length &&
  pattern.every((name, index) => name === path[index] || (name === EACH_VALUE && path[index] !== EACH_ELEMENT));
