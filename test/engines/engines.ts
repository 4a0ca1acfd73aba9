import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Archive } from "../../src/archive/archive.ts";
import { type LocalArchive, openLocalArchive } from "../../src/local/local-archive.ts";
import { startThreads } from "../../src/local/pool/threaded-archive.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { createResources } from "../../src/resources/registry.ts";
import type { Engine, EngineOptions } from "../contracts/engine.ts";
import { PlainArchive } from "./plain-archive.ts";
import { PlainStore } from "./plain-store.ts";

/** Archives that are open; closed at the end of the file. */
const opened: Pick<Archive, "close">[] = [];
const folders: string[] = [];

after(async () => {
  for (const archive of opened.reverse()) await archive.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function keepUntilEnd<T extends Pick<Archive, "close">>(archive: T): T {
  opened.push(archive);
  return archive;
}

function createFolder({ encoder, timezone }: EngineOptions): string {
  const parent = mkdtempSync(join(tmpdir(), "wenxun-engine-"));
  folders.push(parent);
  const folder = join(parent, "archive");
  createDatabase(folder, { encoderFingerprint: encoder.fingerprint, dimensions: encoder.dimensions, timezone });
  return folder;
}

const open = async (folder: string, { encoder }: EngineOptions): Promise<LocalArchive> =>
  keepUntilEnd(await openLocalArchive({ folder, resources: createResources(), loadEncoder: async () => encoder }));

const local: Engine = {
  name: "a folder",
  create: async (options) => {
    const folder = createFolder(options);
    return { archive: await open(folder, options), reopen: () => open(folder, options) };
  },
};

const threaded: Engine = {
  name: "a folder, searched in threads",
  create: async (options) => {
    const folder = createFolder(options);
    const start = async (): Promise<Archive> => keepUntilEnd(startThreads(await open(folder, options), { threads: 1 }));
    return { archive: await start(), reopen: start };
  },
};

const plain: Engine = {
  name: "plain maps",
  create: async (options) => {
    const store = new PlainStore();
    const start = async (): Promise<Archive> => keepUntilEnd(new PlainArchive({ ...options, store }));
    return { archive: await start(), reopen: start };
  },
};

/** Every implementation of the archive's port. */
export const ENGINES: readonly Engine[] = [local, threaded, plain];

/** Those with a writer of their own. */
export const WRITING_ENGINES: readonly Engine[] = [local, plain];

/** Those that keep what an article said before. */
export const EDITION_ENGINES: readonly Engine[] = [local, threaded, plain];
