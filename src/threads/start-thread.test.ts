import assert from "node:assert/strict";
import { test } from "node:test";
import { startThread, type Thread, workerFile } from "./start-thread.ts";

/** Answers each number with its double; ends when told so, fails or exits on others. */
const SOURCE = `
  import { parentPort, workerData } from "node:worker_threads";
  parentPort.on("message", (message) => {
    if (message === "end") parentPort.close();
    else if (message === "fail") throw new TypeError("it broke");
    else if (message === "exit") process.exit(3);
    else if (message === "fill") { const held = []; for (;;) held.push(new Array(1000).fill(held.length)); }
    else if (message !== "hang") parentPort.postMessage(message * workerData);
    else for (;;);
  });`;
const file = new URL(`data:text/javascript,${encodeURIComponent(SOURCE)}`);
type Message = number | "end" | "fail" | "exit" | "fill" | "hang";

function start(onMessage: (message: number) => void = () => {}): {
  readonly thread: Thread<Message>;
  readonly ended: Promise<Error | undefined>;
} {
  const { promise: ended, resolve: onEnd } = Promise.withResolvers<Error | undefined>();
  const heapMb = { old: 16, young: 4 };
  return { thread: startThread({ file, workerData: 2, heapMb }, { onMessage, onEnd }), ended };
}

test("messages go both ways, in order, and a thread that was told to end ends without an error", async () => {
  const heard: number[] = [];
  const { thread, ended } = start((message) => heard.push(message));
  for (const message of [1, 2, 3, "end"] as const) thread.post(message);
  assert.equal(await ended, undefined);
  assert.deepEqual(heard, [2, 4, 6]);
});

test("a thread that breaks, leaves or fills its heap ends with the reason", async () => {
  for (const [message, reason] of [
    ["fail", /it broke/],
    ["exit", /exit code 3/],
    ["fill", /memory/],
  ] as const) {
    const { thread, ended } = start();
    thread.post(message);
    assert.match(String(await ended), reason);
  }
});

test("a thread that never comes back can be ended, and that is no error", async () => {
  const { thread, ended } = start();
  thread.post("hang");
  await thread.terminate();
  assert.equal(await ended, undefined);
});

test("the file of a worker is the source in a checkout and the compiled file in the package", () => {
  assert.equal(workerFile("file:///src/pool/start.ts", "worker").href, "file:///src/pool/worker.ts");
  assert.equal(workerFile("file:///dist/pool/start.js", "worker").href, "file:///dist/pool/worker.js");
});
