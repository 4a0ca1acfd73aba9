/**
 * Two front ends of one archive in a real cluster behind nginx, under a mixed load, one of them ended with `kill -9` and started again, in
 * turn: how many requests failed, as a reader behind nginx sees it. Meanwhile an import adds articles.
 *
 *     node bench/cluster-front-ends.ts [KILLS] [HOSTS]       default 4; HOSTS of a cluster that runs, else one is started
 *
 * Needs nginx, and Java and Maven where a cluster is to be started.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildHome } from "../test/cluster/build-home.ts";
import { startCluster } from "../test/cluster/start-cluster.ts";

const kills = Number(process.argv[2] ?? 4);
const BETWEEN_MS = 8000;
const READERS = 4;

const root = join(import.meta.dirname, "..");
const launcher = join(root, "bin", "wenxun.mjs");
const folder = mkdtempSync(join(tmpdir(), "wenxun-front-ends-"));
await using cleaning = new AsyncDisposableStack();
cleaning.defer(() => rmSync(folder, { recursive: true, force: true }));
const hosts = process.argv[3] ?? cleaning.use(await startCluster({ home: buildHome(), nodes: 3 })).hosts.join(",");
const archive = `opensearch+http://${hosts}/front-${Date.now()}`;
const startedMs = Date.now();
const log = (text: string): void => console.log(`${((Date.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
};

async function importArticles(lines: readonly string[]): Promise<void> {
  const file = join(folder, "articles.jsonl");
  writeFileSync(file, lines.join("\n"));
  const child = spawn(process.execPath, [launcher, "import", file, "--archive", archive], {
    cwd: folder,
    stdio: "ignore",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The import ended with ${code}.`);
}

const sample = readFileSync(join(root, "sample", "articles.jsonl"), "utf8")
  .trim()
  .split("\n");
await importArticles(sample);
log(`${sample.length} articles in the cluster`);

const ports = [await freePort(), await freePort()] as const;
const frontEnds: ChildProcess[] = [];
const start = (index: 0 | 1): void => {
  frontEnds[index] = spawn(
    process.execPath,
    [launcher, "serve", "--archive", archive, "--port", String(ports[index])],
    {
      cwd: folder,
      stdio: "ignore",
    },
  );
};
const isReady = async (index: 0 | 1): Promise<boolean> => {
  const reply = await fetch(`http://127.0.0.1:${ports[index]}/readyz`).catch(() => undefined);
  return reply?.status === 200;
};
const ready = async (index: 0 | 1): Promise<void> => {
  while (!(await isReady(index))) await sleep(200);
};

const door = await freePort();
for (const part of ["logs", "temp"]) mkdirSync(join(folder, part));
const site = readFileSync(join(root, "deploy", "cluster-nginx.conf"), "utf8")
  .replace("wenxun1:8600", `127.0.0.1:${ports[0]}`)
  .replace("wenxun2:8600", `127.0.0.1:${ports[1]}`)
  .replace("listen 80;", `listen 127.0.0.1:${door};`);
const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path temp/${name};`);
writeFileSync(
  join(folder, "nginx.conf"),
  `daemon off; pid nginx.pid; error_log logs/error.log; worker_processes 1; events {}\nhttp { access_log off; ${paths.join(" ")}\n${site}}\n`,
);
start(0);
start(1);
const nginx = spawn("nginx", ["-p", folder, "-c", "nginx.conf"], { stdio: "ignore" });
cleaning.defer(async () => {
  for (const child of [...frontEnds, nginx]) {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGTERM");
    await ended;
  }
});
await Promise.all([ready(0), ready(1)]);
log("both front ends are ready");

const words = ["大桥", "渡口 通航", '"恢复通航"', "台风为什么改变路径？", "火灾 -演习", "title:港口"];
const addresses = [
  ...words.map((query) => `/?${new URLSearchParams({ q: query })}`),
  ...words.map((query) => `/api/v1/search?${new URLSearchParams({ q: query, stories: "on" })}`),
  ...sample.slice(0, 4).flatMap((line) => {
    const { id } = JSON.parse(line) as { id: string };
    return [`/api/v1/articles/${id}`, `/api/v1/articles/${id}/similar`];
  }),
  `/feed.atom?${new URLSearchParams({ q: "大桥" })}`,
  "/api/v1/status",
];

const tookMs: number[] = [];
const failures: string[] = [];
let isOver = false;

async function read(first: number): Promise<void> {
  for (let next = first; !isOver; next += READERS) {
    const path = addresses[next % addresses.length] ?? "/";
    const beganMs = performance.now();
    try {
      const reply = await fetch(`http://127.0.0.1:${door}${path}`);
      const text = await reply.text();
      if (reply.status !== 200) failures.push(`${reply.status} ${path} ${text.slice(0, 100)}`);
    } catch (error) {
      failures.push(`${error instanceof Error ? error.message : String(error)} ${path}`);
    }
    tookMs.push(performance.now() - beganMs);
  }
}

async function keepImporting(): Promise<number> {
  let imported = 0;
  while (!isOver) {
    const lines = Array.from({ length: 50 }, (_, index) =>
      JSON.stringify({
        id: `n${imported + index}`,
        title: `港口第${imported + index}号通告`,
        body: "负载之下写入的一篇。",
      }),
    );
    await importArticles(lines);
    imported += lines.length;
  }
  return imported;
}

const reading = Array.from({ length: READERS }, (_, index) => read(index));
const importing = keepImporting();
for (let kill = 0; kill < kills; kill++) {
  await sleep(BETWEEN_MS);
  const victim = kill % 2 === 0 ? 0 : 1;
  const child = frontEnds[victim] as ChildProcess;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  log(`killed front end ${victim + 1}`);
  await sleep(BETWEEN_MS / 2);
  start(victim);
  await ready(victim);
  log(`front end ${victim + 1} is back`);
}
await sleep(BETWEEN_MS / 2);
isOver = true;
await Promise.all(reading);
const imported = await importing;
const sorted = tookMs.toSorted((one, other) => one - other);
const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
log(
  `${tookMs.length} requests, ${failures.length} failed; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms; ${imported} articles imported meanwhile`,
);
for (const failure of failures.slice(0, 10)) console.log(`  ${failure}`);
// What nginx says of them, without times and numbers.
const reasons = readFileSync(join(folder, "logs", "error.log"), "utf8").match(/(?<=\*\d+ )[^,]+/g) ?? [];
const counts = Map.groupBy(reasons, (reason) => reason);
for (const [reason, all] of counts) console.log(`  nginx: ${reason}: ${all.length}`);
process.exitCode = failures.length > 0 ? 1 : 0;
