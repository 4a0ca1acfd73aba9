/**
 * A cluster that goes away for a minute while a server answers and an import runs, and comes back: what readers are told meanwhile, whether the import
 * comes to its end, and whether every article is there once. The cluster is away behind a door that is shut, so one that runs can be used.
 *
 *     node bench/cluster-away.ts [SECONDS] [HOSTS]       default 60; HOSTS of a cluster that runs, else one is started
 *
 * Needs Java and Maven where a cluster is to be started.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { buildHome } from "../test/cluster/build-home.ts";
import { startCluster } from "../test/cluster/start-cluster.ts";
import { startClusterDoor } from "../test/fakes/cluster-door.ts";

const awayMs = Number(process.argv[2] ?? 60) * 1000;
const ARTICLES = 4000;
/** Articles that are there before. */
const FIRST = 200;

const launcher = join(import.meta.dirname, "..", "bin", "wenxun.mjs");
const folder = mkdtempSync(join(tmpdir(), "wenxun-away-"));
await using cleaning = new AsyncDisposableStack();
cleaning.defer(() => rmSync(folder, { recursive: true, force: true }));
const hosts = process.argv[3] ?? cleaning.use(await startCluster({ home: buildHome(), nodes: 3 })).hosts.join(",");
await using door = await startClusterDoor(hosts.split(",")[0] ?? "");
const archive = `opensearch+http://${door.host}/away-${Date.now()}`;
const startedMs = Date.now();
const log = (text: string): void => console.log(`${((Date.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

const writeArticles = (name: string, from: number, to: number): string => {
  const file = join(folder, name);
  const lines = Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    return JSON.stringify({
      id: `a${number}`,
      title: `港口第${number}号通告`,
      body: `第${number}篇，不同于别的。`.repeat(20),
    });
  });
  writeFileSync(file, lines.join("\n"));
  return file;
};

async function importFile(file: string): Promise<string> {
  const child = spawn(process.execPath, [launcher, "import", file, "--archive", archive], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The import ended with ${code}: ${said}`);
  return said;
}

await importFile(writeArticles("first.jsonl", 0, FIRST));
const server = spawn(process.execPath, [launcher, "serve", "--archive", archive, "--port", "0"], {
  cwd: folder,
  stdio: ["ignore", "pipe", "inherit"],
});
cleaning.defer(async () => {
  const gone = once(server, "exit");
  server.kill("SIGTERM");
  await gone;
});
let url = "";
for await (const line of createInterface(server.stdout)) {
  url = /at (http:\S+)\/$/.exec(line)?.[1] ?? "";
  if (url !== "") break;
}
log(`the server answers at ${url}`);

const told = new Map<string, number>();
let longestMs = 0;
async function ask(): Promise<boolean> {
  const beganMs = Date.now();
  const reply = await fetch(`${url}/api/v1/search?${new URLSearchParams({ q: "港口 通告", mode: "keyword" })}`);
  const body = (await reply.json()) as { error?: { code?: string; message?: string } };
  longestMs = Math.max(longestMs, Date.now() - beganMs);
  const { code = "", message = "" } = body.error ?? {};
  const said = `${reply.status} ${code} ${message} Retry-After: ${reply.headers.get("retry-after") ?? "-"}`;
  told.set(said, (told.get(said) ?? 0) + 1);
  return reply.ok;
}

const importing = importFile(writeArticles("rest.jsonl", FIRST, ARTICLES));
await sleep(4000);
await ask();
door.shut();
log("the cluster is away");
const backAtMs = Date.now() + awayMs;
while (Date.now() < backAtMs) {
  await ask();
  await sleep(1000);
}
door.open();
log("the cluster is back");
const openedMs = Date.now();
while (!(await ask())) await sleep(200);
log(`searches are answered after ${((Date.now() - openedMs) / 1000).toFixed(1)} s`);
await importing;
log("the import has come to its end");
const status = (await (await fetch(`${url}/api/v1/status`)).json()) as { archive: { articles: number } };
for (const [said, times] of told) console.log(`  ${times} × ${said}`);
log(
  `${status.archive.articles} of ${ARTICLES} articles, each once; the longest answer took ${(longestMs / 1000).toFixed(1)} s`,
);
process.exitCode = status.archive.articles === ARTICLES ? 0 : 1;
