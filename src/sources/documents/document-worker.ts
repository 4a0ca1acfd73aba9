/** The thread of document-reader.ts. */
import { parentPort } from "node:worker_threads";
import { toLaterAnswer } from "../../threads/answer.ts";
import type { DocumentTask } from "./document-reader.ts";
import { readDocumentHere } from "./read-document.ts";

const port = parentPort;
if (port === null) throw new Error("document-worker.ts runs as a worker");

port.on("message", async ({ kind, document }: DocumentTask) =>
  port.postMessage(await toLaterAnswer(() => readDocumentHere(kind, document))),
);
