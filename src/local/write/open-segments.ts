import type { DatabaseSync } from "node:sqlite";
import { AppError } from "../../errors.ts";
import type { Lease, Resources } from "../../resources/resources.ts";
import { findRow, type OrderedColumns } from "../segment/find-row.ts";
import type { Segment } from "../segment/segment.ts";
import { type DeadRow, nextSegmentId } from "../store/commit-record.ts";
import { borrowSegment, readSegmentRecords, type SegmentRecord } from "../store/segment-set.ts";

export interface ArticleVersion {
  readonly key: number;
  readonly publishedAtMs?: number | undefined;
}

/** The segments of an archive as its writer needs them: their ids, and where the versions of articles stand in them. */
export class OpenSegments implements Disposable {
  readonly #folder: string;
  readonly #database: DatabaseSync;
  readonly #resources: Resources;
  readonly #leases = new Map<number, Lease<Segment>>();
  #nextId = 0;

  constructor(folder: string, database: DatabaseSync, resources: Resources) {
    this.#folder = folder;
    this.#database = database;
    this.#resources = resources;
  }

  /** Never the same twice, though a merge that has taken one may be finished after later segments. */
  takeId(): number {
    const id = Math.max(nextSegmentId(this.#database), this.#nextId);
    this.#nextId = id + 1;
    return id;
  }

  /** A lease of the caller's own, valid even if the segment is released or forgotten meanwhile. */
  borrow(record: SegmentRecord): Promise<Lease<Segment>> {
    return borrowSegment(this.#resources, this.#folder, record);
  }

  /** Where article versions stand; undefined for one that is in no segment. */
  async find(versions: readonly ArticleVersion[]): Promise<(DeadRow | undefined)[]> {
    if (versions.length === 0) return [];
    const segments: { id: number; live: Uint8Array | undefined; columns: OrderedColumns }[] = [];
    for (const record of readSegmentRecords(this.#database))
      segments.push({ id: record.id, live: record.live, columns: (await this.#open(record)).columns });
    return versions.map(({ key, publishedAtMs }) => {
      for (const { id, live, columns } of segments) {
        const row = findRow(columns, key, publishedAtMs);
        if (row !== undefined && live?.[row] !== 0) return { segmentId: id, row };
      }
      return undefined;
    });
  }

  /** {@link find}. @throws AppError `archive-damaged` for a version that is in no segment. */
  async locate(versions: readonly ArticleVersion[]): Promise<DeadRow[]> {
    const places = await this.find(versions);
    return places.map((place, index) => {
      if (place !== undefined) return place;
      throw new AppError(
        "archive-damaged",
        `Article version ${versions[index]?.key} stands in no segment of ${this.#folder}.`,
        { remedy: { code: "repair" } },
      );
    });
  }

  /** Lets go of segments, e.g. before their files are deleted. */
  release(ids: readonly number[]): void {
    for (const id of ids) {
      this.#leases.get(id)?.[Symbol.dispose]();
      this.#leases.delete(id);
    }
  }

  [Symbol.dispose](): void {
    this.release([...this.#leases.keys()]);
  }

  async #open(record: SegmentRecord): Promise<Segment> {
    let lease = this.#leases.get(record.id);
    if (lease === undefined) {
      lease = await this.borrow(record);
      this.#leases.set(record.id, lease);
    }
    return lease.value;
  }
}
