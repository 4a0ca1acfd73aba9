import type { Article } from "../../archive/article.ts";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import type { SampledVectors } from "../../search/nearness.ts";
import { widenQuery } from "../../search/widen-query.ts";
import type { Synonyms } from "../../text/synonyms.ts";
import { TimeSlices } from "../../threads/time-slices.ts";
import type { Alert } from "../alert.ts";
import type { AlertStore } from "../store/alert-store.ts";
import type { VectorStore } from "../store/vector-store.ts";
import type { WatchedArchive } from "../watched-archive.ts";
import { floorsOf } from "./alert-floor.ts";
import { ArticleView } from "./article-view.ts";
import { type CompiledSearch, compileSearch } from "./compile-search.ts";
import { KnownTerms } from "./known-terms.ts";
import { MeaningBoard } from "./meaning-board.ts";
import { Percolator } from "./percolator.ts";

/** How long what the archive says of terms and of its background holds. */
const STATISTICS_HOLD_MS = 6 * 3_600_000;

/** How long it holds where the encoder did not answer. */
const ENCODER_AWAY_MS = 5 * 60_000;

/** How long preparing searches may hold the thread before others get their turn. */
const SLICE_MS = 4;

/** Queries that are encoded at a time. */
const ENCODED_AT_ONCE = 64;

export interface MatcherOptions {
  readonly alerts: AlertStore;
  readonly vectors: VectorStore;
  readonly archive: WatchedArchive;
  readonly encoder: Pick<Encoder, "encode" | "fingerprint">;
  /** Other words that queries are widened by. Default: none. */
  readonly synonyms?: (() => Synonyms) | undefined;
  readonly nowMs: () => number;
}

/** What searches are compiled with, until it is taken anew. */
interface Basis {
  readonly terms: KnownTerms;
  readonly background: SampledVectors;
  readonly synonyms: Synonyms | undefined;
  /** Of the archive's vectors. */
  readonly encoder: string;
  readonly holdsUntilMs: number;
}

/** Active alerts, made ready to be asked which of them an article matches. */
export class Matcher {
  readonly #options: MatcherOptions;
  readonly #percolator: Percolator;
  readonly #meaning = new MeaningBoard();
  readonly #alerts = new Map<number, Alert>();
  #basis: Basis | undefined;
  #revision = -1;

  constructor(options: MatcherOptions) {
    this.#options = options;
    this.#percolator = new Percolator((id) => this.#compile(id));
  }

  /** Searches that are matched. */
  get size(): number {
    return this.#alerts.size;
  }

  /** Takes in what was added, changed or removed, by whatever process. Cheap where nothing was. */
  async refresh(signal?: AbortSignal): Promise<void> {
    const { alerts, archive, nowMs, synonyms } = this.#options;
    const revision = alerts.revision();
    const encoderFingerprint = await archive.encoderFingerprint();
    const isStale =
      this.#basis === undefined ||
      nowMs() > this.#basis.holdsUntilMs ||
      this.#basis.synonyms !== synonyms?.() ||
      this.#basis.encoder !== encoderFingerprint;
    if (revision === this.#revision && !isStale) return;
    const active = new Map(
      alerts.list().flatMap((alert) => (alert.status === "active" ? [[alert.id, alert] as const] : [])),
    );
    if (isStale) {
      this.#basis = await this.#takeBasis(encoderFingerprint);
      // Where preparing them is interrupted, the next time goes on with those that are missing.
      this.#revision = -1;
    }
    for (const id of [...this.#alerts.keys()]) if (isStale || !active.has(id)) this.#drop(id);
    const missing = [...active.values()].filter(({ id }) => !this.#alerts.has(id));
    if (missing.length > 0) await this.#prepare(missing, signal);
    this.#revision = revision;
  }

  /** The alerts that an article matches, which must have been refreshed. Without a vector, those by words alone. */
  match(article: Article, vector: Float32Array | undefined): number[] {
    const view = new ArticleView(article);
    const found = new Set(this.#percolator.matches(view));
    if (vector !== undefined) {
      for (const { id, nearness } of this.#meaning.nearTo(vector)) {
        if (found.has(id)) continue;
        const { passesFilters, holdsSome } = this.#percolator.compiled(id);
        if (passesFilters(view) && (nearness === "sure" || holdsSome(view))) found.add(id);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Whether any alert asks for meaning, so that an article is to have its vector. */
  get asksMeaning(): boolean {
    return this.#meaning.size > 0;
  }

  /** The cosine from which an article is told of where a query is followed by meaning alone; undefined where it has no vector. */
  async meaningFloor(query: string): Promise<number | undefined> {
    const { archive, encoder, synonyms } = this.#options;
    if (encoder.fingerprint !== (await archive.encoderFingerprint())) return undefined;
    const [vector] = (await this.#tryEncode([widenQuery(query, synonyms?.()).text])) ?? [];
    const sample = await archive.background();
    return vector === undefined || sample.vectors.length === 0 ? undefined : floorsOf(vector, "meaning", sample).near;
  }

  async #takeBasis(encoder: string): Promise<Basis> {
    const { archive, nowMs, synonyms } = this.#options;
    const background = await archive.background();
    const terms = new KnownTerms(background.rows);
    return { terms, background, synonyms: synonyms?.(), encoder, holdsUntilMs: nowMs() + STATISTICS_HOLD_MS };
  }

  async #prepare(missing: readonly Alert[], signal: AbortSignal | undefined): Promise<void> {
    if (this.#basis === undefined) return;
    const { terms, background, synonyms } = this.#basis;
    const queryVectors = await this.#encode(missing, this.#basis);
    const queries = missing.map(({ search }) => widenQuery(search.query, synonyms).query);
    using statistics = await this.#options.archive.statistics(queries);
    terms.askFrom(statistics);
    const slices = new TimeSlices(SLICE_MS);
    for (const alert of missing) {
      this.#drop(alert.id);
      this.#alerts.set(alert.id, alert);
      const { asked } = this.#percolator.compiled(alert.id);
      const { mode } = alert.search;
      const vector = queryVectors.get(alert.id);
      if (mode !== "keyword" && vector !== undefined)
        this.#meaning.add(
          alert.id,
          vector,
          mode === "semantic" ? "meaning" : asked === "text" ? "text" : "words",
          background,
        );
      // What has no vector is looked for by its words, as in a search.
      if (mode !== "semantic" || vector === undefined) this.#percolator.add(alert.id);
      if (slices.isOver) {
        await slices.next();
        signal?.throwIfAborted();
      }
    }
    terms.askFrom(undefined);
  }

  #compile(id: number): CompiledSearch {
    const alert = this.#alerts.get(id);
    const basis = this.#basis;
    if (alert === undefined || basis === undefined) throw new Error(`alert ${id} is not known`);
    const { query } = widenQuery(alert.search.query, basis.synonyms);
    const { timezone } = this.#options.archive;
    return compileSearch(alert.search, query, { timezone, statistics: basis.terms, inPieces: alert.inPieces });
  }

  #drop(id: number): void {
    this.#alerts.delete(id);
    this.#percolator.remove(id);
    this.#meaning.remove(id);
  }

  /** Vectors of queries, of those that have one. An encoder that is away, or another than the archive's, leaves them to their words. */
  async #encode(alerts: readonly Alert[], basis: Basis): Promise<ReadonlyMap<number, Float32Array>> {
    const { vectors, encoder, nowMs } = this.#options;
    const known = new Map<number, Float32Array>();
    if (encoder.fingerprint !== basis.encoder) return known;
    const unknown: { readonly id: number; readonly text: string }[] = [];
    for (const { id, search } of alerts) {
      if (search.mode === "keyword") continue;
      const vector = vectors.read(id, encoder.fingerprint);
      if (vector === undefined) {
        const { text } = widenQuery(search.query, basis.synonyms);
        if (text !== "") unknown.push({ id, text });
      } else if (vector !== null) known.set(id, vector);
    }
    for (let start = 0; start < unknown.length; start += ENCODED_AT_ONCE) {
      const part = unknown.slice(start, start + ENCODED_AT_ONCE);
      const encoded = await this.#tryEncode(part.map(({ text }) => text));
      if (encoded === undefined) {
        this.#basis = { ...basis, holdsUntilMs: nowMs() + ENCODER_AWAY_MS };
        break;
      }
      for (const [index, { id }] of part.entries()) {
        const vector = encoded[index];
        vectors.write(id, encoder.fingerprint, vector);
        if (vector !== undefined) known.set(id, vector);
      }
    }
    return known;
  }

  async #tryEncode(texts: readonly string[]): Promise<(Float32Array | undefined)[] | undefined> {
    try {
      return await this.#options.encoder.encode(texts, { role: "query" });
    } catch (error) {
      if (error instanceof AppError && ["encoder-unavailable", "encoder-mismatch"].includes(error.code))
        return undefined;
      throw error;
    }
  }
}
