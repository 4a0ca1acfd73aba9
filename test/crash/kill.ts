import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { reindexArchive } from "../../src/local/care/reindex.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { Reader } from "../../src/local/read/reader.ts";
import type { Snapshot } from "../../src/local/read/snapshot.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { Writer } from "../../src/local/write/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import { filesOf } from "./damaged-archive.ts";
import { ENCODERS, encodersOf, type Operation, type Report } from "./victim.ts";

/** Everything that lies in an archive that nobody has open. */
const FILES = /^(archive\.db(-wal|-shm)?|last-commit|log\.jsonl|write\.lock|segments\/\d+\.seg(\.vectors)?)$/;

/** An archive that is worked on and killed, and what is known to be in it. */
export class Victim implements Disposable {
  readonly #root = mkdtempSync(join(tmpdir(), "wenxun-kill-"));
  readonly #folder = join(this.#root, "archive");
  /** Version of each article that was reported as stored. */
  readonly #versions = new Map<string, number>();
  /** Articles of which nothing is known: their removal was begun. */
  readonly #doubtful = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #backups: string[] = [];
  /** Lines reported by the processes that were killed. */
  reports = 0;
  /** Times that a reindex went on from what a killed one had finished. */
  resumed = 0;

  constructor() {
    const [{ fingerprint, dimensions }] = ENCODERS;
    createDatabase(this.#folder, { encoderFingerprint: fingerprint, dimensions, timezone: "Asia/Shanghai" });
  }

  /** Lets a process work, kills it with SIGKILL after `delayMs`, and says what is wrong afterwards: nothing, it is hoped. */
  async kill(operation: Operation, seed: number, delayMs: number): Promise<readonly string[]> {
    await this.#run(operation, seed, delayMs);
    const faults = verifyArchive(this.#folder).problems.map(({ where, what }) => `${where}: ${what}`);
    const { current } = encodersOf(this.#folder);
    await (await Writer.open({ folder: this.#folder, encoder: current, resources: createResources() })).close();
    faults.push(
      ...filesOf(this.#folder)
        .filter((file) => !FILES.test(file))
        .map((file) => `left over: ${file}`),
    );
    faults.push(...verifyArchive(this.#folder).leftovers.map((file) => `left over: ${file}`));
    await this.#read(this.#folder, (snapshot) => faults.push(...this.#compare(snapshot)));
    if (operation === "reindex") faults.push(...(await this.#finishReindex()));
    if (operation === "backup") faults.push(...(await this.#checkBackups()));
    return faults;
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #run(operation: Operation, seed: number, delayMs: number): Promise<void> {
    const args = [join(import.meta.dirname, "victim.ts"), operation, this.#folder, String(seed)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let timer: NodeJS.Timeout | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      const report = parse(line);
      if (report === undefined) continue;
      this.reports++;
      this.#note(report);
      timer ??= setTimeout(() => child.kill("SIGKILL"), delayMs);
    }
    clearTimeout(timer);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    if (child.signalCode !== "SIGKILL")
      throw new Error(`${operation} ended by itself with exit code ${child.exitCode}`);
  }

  #note({ stored = [], removing = [], removed = [], backup }: Report): void {
    for (const id of removing) this.#doubtful.add(id);
    for (const id of removed) {
      this.#doubtful.delete(id);
      this.#versions.delete(id);
      this.#removed.add(id);
    }
    for (const [id, version] of stored) {
      this.#doubtful.delete(id);
      this.#removed.delete(id);
      this.#versions.set(id, version);
    }
    if (backup !== undefined) this.#backups.push(backup);
  }

  /** The last write may have been committed without being reported: what is newer than reported is sound. */
  #compare(snapshot: Snapshot): string[] {
    const faults: string[] = [];
    for (const [id, version] of this.#versions) {
      if (this.#doubtful.has(id)) continue;
      const stored = snapshot.articleById(id);
      if (stored === undefined) faults.push(`article ${id} is missing`);
      else if (Number(stored.title) < version) faults.push(`article ${id} is an older version`);
      else if (snapshot.locate(stored.key) === undefined) faults.push(`article ${id} is in no segment`);
    }
    const newest = Math.max(0, ...this.#versions.values());
    for (const id of this.#removed) {
      const stored = snapshot.articleById(id);
      if (stored === undefined) continue;
      // Put again by a write that could not be reported any more.
      if (Number(stored.title) > newest) this.#doubtful.add(id);
      else if (!this.#doubtful.has(id)) faults.push(`article ${id} was removed and is back`);
    }
    // What is in doubt is known now.
    for (const id of this.#doubtful) {
      const stored = snapshot.articleById(id);
      if (stored === undefined) this.#versions.delete(id);
      else {
        this.#versions.set(id, Number(stored.title));
        this.#removed.delete(id);
      }
    }
    this.#doubtful.clear();
    return faults;
  }

  /** What a killed reindex had finished is not done again. */
  async #finishReindex(): Promise<string[]> {
    const { other } = encodersOf(this.#folder);
    const { rows } = verifyArchive(this.#folder);
    const encoded = await reindexArchive({ folder: this.#folder, encoder: other, resources: createResources() });
    if (encoded < rows) this.resumed++;
    const faults = verifyArchive(this.#folder).problems.map(({ what }) => `after the reindex: ${what}`);
    await this.#read(this.#folder, (snapshot) => faults.push(...this.#compare(snapshot)));
    return faults;
  }

  /** A backup that was begun is there as a whole or not at all; each whole one holds what was there when it was made. */
  async #checkBackups(): Promise<string[]> {
    const parent = join(this.#root, "backups");
    const faults: string[] = [];
    if (!existsSync(parent)) return faults;
    for (const name of readdirSync(parent).filter((entry) => !entry.endsWith(".unfinished"))) {
      const folder = join(parent, name);
      faults.push(...verifyArchive(folder).problems.map(({ what }) => `backup ${name}: ${what}`));
      await this.#read(folder, (snapshot) =>
        faults.push(...this.#compare(snapshot).map((fault) => `backup: ${fault}`)),
      );
    }
    faults.push(...this.#backups.filter((folder) => !existsSync(folder)).map((folder) => `${folder} is missing`));
    this.#backups.length = 0;
    rmSync(parent, { recursive: true });
    return faults;
  }

  async #read(folder: string, look: (snapshot: Snapshot) => void): Promise<void> {
    const reader = await Reader.open(folder, createResources());
    try {
      using snapshot = await reader.snapshot();
      look(snapshot);
    } finally {
      await reader.close();
    }
  }
}

/** A line may be cut by the kill. */
function parse(line: string): Report | undefined {
  try {
    return JSON.parse(line) as Report;
  } catch {
    return undefined;
  }
}
