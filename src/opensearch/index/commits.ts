import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../errors.ts";
import { type ClusterClient, WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import { createSnapshotGone } from "../connection/to-cluster-error.ts";
import type { MetaDocument, MetaStore } from "./meta-store.ts";
import type { IndexNames } from "./names.ts";

/** The document that says which state of the archive is the newest. */
const STATE = "state";

/** A writer that makes its batch visible takes a moment; after so long it is taken for dead, and its batch is made visible whole. */
const SETTLING_MS = 10_000;

/** How long a reader waits before it looks again whether a batch is visible. */
const LOOK_AGAIN_MS = 15;

/** How long a snapshot can be asked after it was asked last. */
const KEPT_FOR = "10m";

/** Newest states that stay open where a cluster has too many of them; fewer where that is not enough: each counts once a shard. */
const KEPT_NEWEST = [50, 10, 2] as const;

interface State {
  /** Counts the batches that were written. */
  readonly commit: number;
  /** The largest key that was ever given, to documents that are gone too; absent where an earlier version wrote last. */
  readonly lastKey?: number | undefined;
  /** Since when a batch is being made visible; absent while nothing changes. */
  readonly settlingSinceMs?: number | undefined;
}

/** One state of the archive, which searches see whatever is written meanwhile. */
export interface ClusterSnapshot {
  readonly name: string;
  /** The point in time by which the cluster knows it. */
  readonly pit: string;
  /** Every index with an article in it; absent where an earlier version opened it, of one that has one index. */
  readonly indices?: readonly string[] | undefined;
}

interface KeptPit extends Pick<ClusterSnapshot, "pit" | "indices"> {
  readonly kind: "pit";
  readonly openedAtMs: number;
}

export interface CommitsOptions {
  readonly client: ClusterClient;
  readonly meta: MetaStore;
  readonly names: IndexNames;
  /** See {@link IndexMeta}. */
  readonly archiveId: string;
  /** The indices behind the alias. @throws AppError where others have taken the place of those that were opened. */
  readonly check: () => Promise<readonly string[]>;
}

/**
 * Which state of the archive is read. Nothing that is written is seen before the writer says so, so a state is what was seen since the
 * last batch; a reader opens a point in time and looks whether a batch came in between:
 *
 *     writer   bulk … bulk   settling   refresh   commit n+1
 *     reader                 waits ──────────────►  opens  ►  still n+1? named cn+1, and others find it under that name
 */
export class Commits {
  readonly #options: CommitsOptions;
  #known: ClusterSnapshot | undefined;

  constructor(options: CommitsOptions) {
    this.#options = options;
  }

  /** Makes what was written visible, as the next state. @param written the largest key that was given; absent: no new one */
  async commit(written?: number): Promise<void> {
    await this.#change(({ commit, lastKey = 0 }) => ({
      commit,
      lastKey: Math.max(lastKey, written ?? 0),
      settlingSinceMs: Date.now(),
    }));
    await this.#refresh();
    await this.#change(({ commit, lastKey }) => ({ commit: commit + 1, lastKey }));
  }

  /**
   * Makes visible what a writer has left that came to no end, as a state of its own where there is any.
   * @param readLastKey the largest key of all that is visible
   * @param mend makes whole what was left, whose keys are larger than this one, before readers see it
   * @returns the largest key that was ever given: no other document may get it or a smaller one
   */
  async catchUp(readLastKey: () => Promise<number>, mend: (afterKey: number) => Promise<void>): Promise<number> {
    let known = 0;
    await this.#change((state) => {
      known = state.lastKey ?? 0;
      return { ...state, settlingSinceMs: Date.now() };
    });
    await this.#refresh();
    const found = await readLastKey();
    if (found > known) {
      await mend(known);
      await this.#refresh();
    }
    let last = found;
    await this.#change(({ commit, lastKey }) => {
      last = Math.max(lastKey ?? 0, found);
      return { commit: last === lastKey ? commit : commit + 1, lastKey: last };
    });
    return last;
  }

  /** The largest key that was ever given; undefined where an earlier version wrote last. */
  async lastKey(): Promise<number | undefined> {
    return (await this.#read()).value.lastKey;
  }

  /** Reads what is visible, without a snapshot that would be kept: once more where a batch was made visible meanwhile. */
  async steadily<T>(read: (lastKey: number | undefined) => Promise<T>): Promise<T> {
    for (;;) {
      const before = await this.#settled();
      const result = await read(before.value.lastKey);
      if (isSame(before, await this.#read())) return result;
    }
  }

  /** The name of the newest state, which may not have been opened yet. */
  async newestName(): Promise<string> {
    return this.#nameOf((await this.#read()).value);
  }

  /** The newest state, as soon as it is whole. */
  async newest(): Promise<ClusterSnapshot> {
    for (;;) {
      const state = await this.#settled();
      const snapshot = (await this.#find(this.#nameOf(state.value))) ?? (await this.#open(state));
      if (snapshot !== undefined) return snapshot;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  /** The newest state, as soon as no batch is being made visible. */
  async #settled(): Promise<MetaDocument<State>> {
    for (;;) {
      const state = await this.#read();
      const { settlingSinceMs } = state.value;
      if (settlingSinceMs === undefined) return state;
      if (Date.now() - settlingSinceMs > SETTLING_MS && !(await this.#settleForTheDead())) return state;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  /** @throws AppError `snapshot-gone`. */
  async named(name: string | undefined): Promise<ClusterSnapshot> {
    if (name === undefined || name === (await this.newestName())) return this.newest();
    return (await this.#find(name)) ?? throwGone();
  }

  /** Forgets a snapshot whose point in time the cluster does not know any more. */
  async forget({ name, pit }: ClusterSnapshot): Promise<void> {
    if (this.#known?.name === name) this.#known = undefined;
    const { meta } = this.#options;
    const kept = await meta.read<KeptPit>(toPitId(name));
    if (kept?.value.pit === pit) await meta.remove(toPitId(name), kept);
  }

  /** A part of the body of a search in a snapshot. */
  static toBody({ pit }: ClusterSnapshot): object {
    return { pit: { id: pit, keep_alive: KEPT_FOR } };
  }

  #nameOf({ commit }: State): string {
    return `c${commit}-${this.#options.archiveId}`;
  }

  async #find(name: string): Promise<ClusterSnapshot | undefined> {
    if (this.#known?.name === name) return this.#known;
    if (!name.endsWith(`-${this.#options.archiveId}`)) return undefined;
    const kept = await this.#options.meta.read<KeptPit>(toPitId(name));
    return kept && { name, pit: kept.value.pit, indices: kept.value.indices };
  }

  /** Undefined where a batch came in between. */
  async #open(state: MetaDocument<State>): Promise<ClusterSnapshot | undefined> {
    const { client, meta, check } = this.#options;
    const name = this.#nameOf(state.value);
    const pit = await this.#openPit();
    const indices = await check();
    const kept: KeptPit = { kind: "pit", pit, indices, openedAtMs: Date.now() };
    if (isSame(state, await this.#read())) {
      // Where nothing can be written, as when a disk is full, it is this process's alone.
      const isOwn = await meta.write(toPitId(name), kept, "absent").catch(isRefusal);
      if (isOwn) {
        this.#known = { name, pit, indices };
        return this.#known;
      }
    }
    await client.request({ method: "DELETE", path: "/_search/point_in_time", body: { pit_id: [pit] } });
    return this.#find(name);
  }

  async #openPit(): Promise<string> {
    for (const kept of KEPT_NEWEST) {
      try {
        return await this.#openOnePit();
      } catch (error) {
        if (!(error instanceof AppError && error.code === "overloaded")) throw error;
        await this.#closeOldest(kept);
      }
    }
    return this.#openOnePit();
  }

  async #openOnePit(): Promise<string> {
    const { client, names } = this.#options;
    const { body } = await client.request({
      method: "POST",
      path: `/${names.articles}/_search/point_in_time`,
      // One that lacks a shard would find less, and say nothing of it.
      query: { keep_alive: KEPT_FOR, allow_partial_pit_creation: false },
    });
    return String((body as { pit_id?: unknown }).pit_id);
  }

  /** Many batches in ten minutes leave more states open than a cluster keeps: the older ones go before their time. */
  async #closeOldest(kept: number): Promise<void> {
    const { client, names } = this.#options;
    await client.request({ method: "POST", path: `/${names.meta}/_refresh` });
    const { body } = await client.request({
      method: "POST",
      path: `/${names.meta}/_search`,
      body: { query: { term: { kind: "pit" } }, sort: [{ openedAtMs: "desc" }], from: kept, size: 1000 },
    });
    const { hits } = (body as { hits: { hits: readonly { readonly _id: string; readonly _source: KeptPit }[] } }).hits;
    if (hits.length === 0) return;
    const pits = hits.map(({ _source }) => _source.pit);
    await client.request({ method: "DELETE", path: "/_search/point_in_time", body: { pit_id: pits } });
    const lines = hits.map(({ _id }) => ({ delete: { _id } }));
    await client.request({ method: "POST", path: `/${names.meta}/_bulk`, lines });
  }

  /** False where all is visible, and this cannot be noted: a disk is full, say. */
  async #settleForTheDead(): Promise<boolean> {
    const state = await this.#read();
    const { commit, lastKey, settlingSinceMs } = state.value;
    if (settlingSinceMs === undefined || Date.now() - settlingSinceMs <= SETTLING_MS) return true;
    await this.#refresh();
    const write = this.#options.meta.write(STATE, { commit: commit + 1, lastKey }, state);
    return !(await write.then(() => false, isRefusal));
  }

  async #refresh(): Promise<void> {
    const { client, names } = this.#options;
    await client.request({ method: "POST", path: `/${names.articles}/_refresh`, patienceMs: WRITE_PATIENCE_MS });
  }

  async #read(): Promise<MetaDocument<State>> {
    const state = await this.#options.meta.read<State>(STATE);
    if (state !== undefined) return state;
    throw new AppError(
      "archive-damaged",
      `The index ${this.#options.names.meta} does not say which state of the archive is the newest.`,
    );
  }

  async #change(toNext: (state: State) => State): Promise<void> {
    for (;;) {
      const state = await this.#read();
      if (await this.#options.meta.write(STATE, toNext(state.value), state, WRITE_PATIENCE_MS)) return;
    }
  }
}

/** The first state of a new archive. */
export const writeFirstState = (meta: MetaStore): Promise<boolean> =>
  meta.write(STATE, { commit: 0, lastKey: 0 } satisfies State, "absent");

/** Whether there is an archive beside these documents: to write one where there is none would make an index of another kind. */
export const hasState = async (meta: MetaStore): Promise<boolean> => (await meta.read(STATE)) !== undefined;

const isSame = (one: MetaDocument<State>, other: MetaDocument<State>): boolean =>
  one.seqNo === other.seqNo && one.primaryTerm === other.primaryTerm;

/** True for what the cluster refused; what is a defect is thrown. */
function isRefusal(error: unknown): true {
  if (error instanceof AppError) return true;
  throw error;
}

const toPitId = (name: string): string => `pit-${name}`;

function throwGone(): never {
  throw createSnapshotGone();
}
