/** The thread that builds segments; segment-builder.ts is the other end. */
import { flushCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import { toAnswer } from "../../threads/answer.ts";
import { buildSegment } from "./build-segment.ts";
import type { BuildTask } from "./segment-builder.ts";
import { TermTable } from "./term-table.ts";

const port = parentPort;
if (port === null) throw new Error("segment-builder-worker.ts runs as a worker");

const table = new TermTable();

port.on("message", ({ path, rows, dimensions }: BuildTask) => {
  port.postMessage(toAnswer(() => buildSegment(path, rows, dimensions, table)));
});

// All code is loaded by now. It is kept compiled, so that the next import needs no type stripper here.
flushCompileCache();
