/** The thread of the built-in encoder; static-encoder-thread.ts is the other end. */
import { flushCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import { toLaterAnswer } from "../../threads/answer.ts";
import type { Encoder, TextRole } from "../encoder.ts";
import { loadStaticEncoder } from "./static-encoder.ts";

/** What of an encoder can be told to another thread. */
export interface StaticEncoderFacts extends Pick<Encoder, "name" | "fingerprint" | "dimensions" | "bytes"> {
  readonly maxDocumentCharacters: number;
}

export type EncodingTask =
  | { readonly kind: "describe" }
  | { readonly kind: "encode"; readonly texts: readonly string[]; readonly role: TextRole };

const port = parentPort;
if (port === null) throw new Error("static-encoder-worker.ts runs as a worker");
const loading = loadStaticEncoder();
// Whoever asks first is told.
loading.catch(() => {});

async function work(task: EncodingTask): Promise<StaticEncoderFacts | (Float32Array | undefined)[]> {
  const encoder = await loading;
  if (task.kind === "encode") return encoder.encode(task.texts, { role: task.role });
  const { name, fingerprint, dimensions, maxDocumentCharacters = Number.POSITIVE_INFINITY, bytes } = encoder;
  return { name, fingerprint, dimensions, maxDocumentCharacters, bytes };
}

port.on("message", async (task: EncodingTask) => {
  port.postMessage(await toLaterAnswer(() => work(task)));
});

// All code is loaded by now. It is kept compiled, so that the next import needs no type stripper here.
flushCompileCache();
