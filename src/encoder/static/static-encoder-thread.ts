import type { Answer } from "../../threads/answer.ts";
import { SideThread } from "../../threads/side-thread.ts";
import { startThread, workerFile } from "../../threads/start-thread.ts";
import type { Encoder } from "../encoder.ts";
import type { EncodingTask, StaticEncoderFacts } from "./static-encoder-worker.ts";

/** The model lies outside the heap. */
const HEAP_MB = { old: 64, young: 6 };
/** Batches that may wait; whoever writes has two under way at most. */
const MAX_WAITING = 16;
const IDLE_MS = 10_000;

/**
 * The built-in encoder in a thread of its own, for long runs of writes on a machine with more than one core: this thread reads and stores
 * meanwhile. The same vectors as those of loadStaticEncoder. Close it, or the process lives on for some seconds.
 * @throws AppError `encoder-unavailable` as loadStaticEncoder.
 */
export async function startStaticEncoderThread(): Promise<Encoder> {
  const side = new SideThread<EncodingTask>({
    start: (events) =>
      startThread<Answer<unknown>, EncodingTask>(
        { file: workerFile(import.meta.url, "static-encoder-worker"), workerData: undefined, heapMb: HEAP_MB },
        events,
      ),
    maxWaiting: MAX_WAITING,
    idleMs: IDLE_MS,
  });
  try {
    const facts = await side.run<StaticEncoderFacts>({ kind: "describe" });
    return {
      ...facts,
      encode: (texts, { role, signal }) => {
        const read = role === "document" ? texts.map((text) => text.slice(0, facts.maxDocumentCharacters)) : texts;
        return side.run({ kind: "encode", texts: read, role }, { signal });
      },
      close: () => side[Symbol.asyncDispose](),
    };
  } catch (error) {
    await side[Symbol.asyncDispose]();
    throw error;
  }
}
