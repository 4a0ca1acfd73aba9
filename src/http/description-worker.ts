/** The thread of description.ts: writes one description. */
import { parentPort } from "node:worker_threads";
import { toLaterAnswer } from "../threads/answer.ts";
import type { DescriptionTask } from "./description.ts";
import { writeDescription } from "./write-description.ts";

const port = parentPort;
if (port === null) throw new Error("description-worker.ts runs as a worker");

port.once("message", async (task: string) => {
  const { server, routes } = JSON.parse(task) as DescriptionTask;
  const write = async () => new TextEncoder().encode(JSON.stringify(await writeDescription(server, routes)));
  port.postMessage(await toLaterAnswer(write));
});
