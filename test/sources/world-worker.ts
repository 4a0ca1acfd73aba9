/** The thread of a world: serves its feeds, and keeps what the client has put. What it is told by {@link WorldOrder} it does in turn. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { startWebServer } from "../fakes/web-server.ts";
import { compare } from "./compare.ts";
import { FeedWorld, type SavedWorld } from "./feed-world.ts";
import { createRandom } from "./random.ts";
import type { WorldData, WorldOrder } from "./world.ts";

interface Saved {
  readonly world: SavedWorld;
  readonly stored: readonly (readonly [id: string, body: string])[];
}

const { feeds, seed, startMs, publishUntilMs, file, passed, done } = workerData as WorldData;
const saved = file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Saved) : undefined;
const passedMs = (): number => passed[0] ?? 0;
// What has been drawn already is not drawn again.
const random = createRandom(seed + Math.floor(passedMs() / 1000));
const world = new FeedWorld({ feeds, random, passedMs, startMs, publishUntilMs }, saved?.world);
const stored = new Map(saved?.stored);
const server = await startWebServer(world.answer);

async function obey(order: WorldOrder): Promise<void> {
  switch (order.what) {
    case "hear":
      return world.hear(order.host);
    case "kill":
      return world.kill();
    case "calm":
      world.isCalm = true;
      return;
    case "put":
      for (const [id, body] of order.articles) stored.set(id, body);
      return;
    case "save":
      writeFileSync(order.file, JSON.stringify({ world: world.save(), stored: [...stored] } satisfies Saved));
      return;
    case "report":
      parentPort?.postMessage({ ...compare(world.shown, stored), early: world.early, requests: world.requests });
      return;
    case "end":
      await server[Symbol.asyncDispose]();
      parentPort?.close();
  }
}

let last = Promise.resolve();
parentPort?.on("message", (order: WorldOrder) => {
  const finish = (): void => {
    Atomics.add(done, 0, 1);
    Atomics.notify(done, 0);
  };
  last = last.then(() => obey(order)).then(finish);
});
parentPort?.postMessage(server.port);
