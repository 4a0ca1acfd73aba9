import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BackendOptions, type LocalBackend, openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { loadSampleArticles } from "./sample.ts";

/** The real app (built-in encoder, archive on disk) over the sample, in a folder that goes with it. Dispose it after use. */
export async function openSampleApp(): Promise<LocalBackend> {
  const folder = await mkdtemp(join(tmpdir(), "wenxun-sample-"));
  await using opening = new AsyncDisposableStack();
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const options = { folder, encoder: { kind: "builtin" } } as const;
  await writeSample(options);
  const app = opening.use(await openBackend(options));
  const opened = opening.move();
  return { ...app, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function writeSample(options: BackendOptions): Promise<void> {
  await using writing = await openForWriting({ ...options, timezone: "Asia/Shanghai" });
  const articles = loadSampleArticles();
  await writing.writer.put(
    articles.map(({ published, ...article }) => ({ ...article, publishedAtMs: Date.parse(published) })),
  );
}
