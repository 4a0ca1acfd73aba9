import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openForWriting } from "../../src/compose/open-backend.ts";
import { watchArchive } from "../../src/compose/watch-archive.ts";
import { testWatchedContract, type WatchedEngine } from "../contracts/watched-archive.ts";

const folderEngine: WatchedEngine = {
  name: "a folder",
  knowsReplaced: true,
  create: async () => {
    const folder = mkdtempSync(join(tmpdir(), "wenxun-watch-"));
    const open = () =>
      openForWriting({ folder: join(folder, "archive"), encoder: { kind: "builtin" }, timezone: "Asia/Shanghai" });
    let backend = await open();
    const toWatched = () => ({ watched: watchArchive(backend.archive.reader), writer: backend.writer });
    return {
      ...toWatched(),
      encoder: backend.encoder,
      reopen: async () => {
        await backend[Symbol.asyncDispose]();
        backend = await open();
        return toWatched();
      },
      [Symbol.asyncDispose]: async () => {
        await backend[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

testWatchedContract(folderEngine);
