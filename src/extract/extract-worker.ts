/** The thread of extractor.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { toLaterAnswer } from "../threads/answer.ts";
import { extractPage } from "./extract-page.ts";
import type { ExtractTask } from "./extractor.ts";
import type { RuleBook } from "./rules/rule-book.ts";

const port = parentPort;
if (port === null) throw new Error("extract-worker.ts runs as a worker");

// What extractor.ts hands over.
const rules = workerData as RuleBook | undefined;

port.on("message", async ({ bytes, options }: ExtractTask) =>
  port.postMessage(await toLaterAnswer(() => extractPage(bytes, { ...options, rules }))),
);
