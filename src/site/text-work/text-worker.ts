/** The thread of text-work.ts. */
import { parentPort } from "node:worker_threads";
import type { Resources } from "../../resources/resources.ts";
import { createToReaderScript } from "../../resources/to-reader-script.ts";
import { toLaterAnswer } from "../../threads/answer.ts";
import { compareArticles } from "./compare-articles.ts";
import type { TextTask } from "./text-work.ts";

const port = parentPort;
if (port === null) throw new Error("text-worker.ts runs as a worker");

/** Dictionaries stay loaded for as long as the thread lives, which is not long. */
const loaded = new Map<string, Promise<unknown>>();
const resources: Pick<Resources, "acquire"> = {
  acquire: async (key, loader) => {
    const value = loaded.get(key) ?? loader.load();
    loaded.set(key, value as Promise<unknown>);
    // The same key is always asked for with the same loader.
    return { value: (await value) as Awaited<ReturnType<typeof loader.load>>, [Symbol.dispose]: () => {} };
  },
};
const toScript = createToReaderScript(resources);

async function run(task: TextTask): Promise<unknown> {
  if (task.kind === "compare") return compareArticles(task.older, task.newer);
  return Promise.all(task.texts.map((text) => toScript(text, task.script)));
}

port.on("message", async (task: TextTask) => port.postMessage(await toLaterAnswer(() => run(task))));
