import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { AppError, isSystemError } from "../../errors.ts";
import { hasState } from "../index/commits.ts";
import type { MetaStore } from "../index/meta-store.ts";

/** The document that says in which folder stands what is followed. */
const CLAIM = "followed-in";

/** The file by which that folder is known on whatever machine. */
const ID_FILE = "cluster-folder-id";

export interface Claim {
  readonly id: string;
  /** Where it was when it was claimed, to be told to people. */
  readonly host: string;
  readonly folder: string;
}

/** Where stands what an archive follows; undefined where nothing ever was. */
export const readClaim = async (meta: MetaStore): Promise<Claim | undefined> => (await meta.read<Claim>(CLAIM))?.value;

/** `nobodys`: nothing was ever followed. */
export type ClaimState = "own" | "nobodys" | "anothers";

/**
 * The folder in which stands what an archive in a cluster follows: there is one, which all front ends that follow share. A second one would
 * know nothing of what the first has read and sent.
 */
export class FolderClaim {
  readonly #meta: MetaStore;
  readonly #folder: string;

  constructor(meta: MetaStore, folder: string) {
    this.#meta = meta;
    this.#folder = folder;
  }

  async state(): Promise<ClaimState> {
    const claim = await readClaim(this.#meta);
    if (claim === undefined) return "nobodys";
    return claim.id === readId(this.#folder) ? "own" : "anothers";
  }

  /** @throws AppError `unavailable` where it is another folder. */
  async check(): Promise<void> {
    if ((await this.state()) === "anothers") throw refuse(await readClaim(this.#meta));
  }

  /** Makes it this folder where it is none yet. @throws AppError `archive-missing`, `unavailable` where it is another one, `io`. */
  async claim(): Promise<void> {
    if ((await this.state()) === "nobodys") {
      if (!(await hasState(this.#meta)))
        throw new AppError(
          "archive-missing",
          "There is no archive in the cluster yet for which something could be followed.",
        );
      const claim: Claim = { id: makeId(this.#folder), host: hostname(), folder: this.#folder };
      // Where another process was faster, it is told below whose it is.
      await this.#meta.write(CLAIM, claim, "absent");
    }
    await this.check();
  }
}

function readId(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, ID_FILE), "utf8").trim();
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The folder's id, made where it has none; whole or not there at all, whoever makes it at the same time. */
function makeId(folder: string): string {
  const known = readId(folder);
  if (known !== undefined) return known;
  const own = join(folder, `${ID_FILE}.${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(own, `${randomUUID()}\n`);
    linkSync(own, join(folder, ID_FILE));
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EEXIST")
      throw new AppError("io", `The folder ${folder} cannot be written to.`, { cause: error });
  } finally {
    rmSync(own, { force: true });
  }
  return readId(folder) ?? "";
}

const refuse = (claim: Claim | undefined): AppError =>
  new AppError("unavailable", "What this archive follows stands in another folder than the one that is used here.", {
    ...(claim !== undefined && { remedy: { code: "share-folder", folder: claim.folder, host: claim.host } }),
  });
