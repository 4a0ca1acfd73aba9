/** Starts and stops real nodes of OpenSearch on this machine: loopback, free ports, a data folder of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** OpenSearch refuses to run as root; this is nobody. */
const NOBODY = 65_534;

const IS_ROOT = process.getuid?.() === 0;

const LOG_SETTINGS = `status = error
appender.c.type = Console
appender.c.name = c
appender.c.layout.type = PatternLayout
appender.c.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.c.ref = c
`;

export interface ClusterOptions {
  readonly home: string;
  readonly nodes: number;
  /** Of each node, as Java writes it. */
  readonly heap?: string;
  readonly timeoutMs?: number;
}

export interface RunningCluster extends AsyncDisposable {
  /** `host:port` of each node. */
  readonly hosts: readonly string[];
  /** Ends a node as a power failure would. */
  kill(node: number): Promise<void>;
  restart(node: number): void;
  /** Waits until so many nodes stand together. */
  ready(nodes: number): Promise<void>;
  /** Waits until every node itself says that all stand together and that every copy of every shard is in its place. */
  whole(): Promise<void>;
  /** The number of the elected manager. */
  manager(): Promise<number>;
}

export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  const { home: laid, nodes, heap = "384m", timeoutMs = 180_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), "wenxun-cluster-"));
  // A checkout may lie where nobody else may look.
  const home = IS_ROOT ? join(folder, "home") : laid;
  if (IS_ROOT) {
    cpSync(laid, home, { recursive: true });
    chownSync(folder, NOBODY, NOBODY);
  }
  const ports = await Promise.all(
    Array.from({ length: nodes }, async () => [await freePort(), await freePort()] as const),
  );
  const hosts = ports.map(([http]) => `127.0.0.1:${http}`);
  const processes: ChildProcess[] = [];

  const start = (node: number): void => {
    const own = join(folder, `n${node}`);
    for (const part of ["config", "data", "logs", "tmp"]) mkdirSync(join(own, part), { recursive: true });
    const settings = {
      "cluster.name": "wenxun-tests",
      "node.name": `n${node}`,
      "path.data": join(own, "data"),
      "path.logs": join(own, "logs"),
      "path.repo": [join(folder, "snapshots")],
      "network.host": "127.0.0.1",
      "http.port": ports[node]?.[0],
      "transport.port": ports[node]?.[1],
      "discovery.seed_hosts": ports.map(([, transport]) => `127.0.0.1:${transport}`),
      "cluster.initial_cluster_manager_nodes": ports.map((_, index) => `n${index}`),
      "cluster.routing.allocation.disk.threshold_enabled": false,
      "node.store.allow_mmap": false,
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    writeFileSync(join(own, "config", "opensearch.yml"), lines.join(""));
    writeFileSync(join(own, "config", "log4j2.properties"), LOG_SETTINGS);
    if (IS_ROOT) giveToNobody(own);
    const log = openSync(join(own, "output.log"), "a");
    const child = spawn("java", [...javaOptions(own, heap), ...serverOptions(own, home)], {
      cwd: own,
      stdio: ["ignore", log, log],
      ...(IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    closeSync(log);
    child.on("error", () => {});
    processes[node] = child;
  };

  const isRunning = (node: number): boolean =>
    processes[node]?.exitCode === null && processes[node]?.signalCode === null;
  const ended = (node: number): Promise<unknown> =>
    isRunning(node) ? new Promise((resolve) => processes[node]?.once("exit", resolve)) : Promise.resolve();
  const killAll = (): void => processes.forEach((child) => void child.kill("SIGKILL"));
  process.on("exit", killAll);

  const ask = async (path: string): Promise<unknown> => {
    for (const [node, host] of hosts.entries()) {
      if (!isRunning(node)) continue;
      try {
        const reply = await fetch(`http://${host}${path}`, { signal: AbortSignal.timeout(3000) });
        if (reply.ok) return await reply.json();
      } catch {
        // It is starting, or busy with an election; another may answer.
      }
    }
    return undefined;
  };

  const isWhole = async (host: string): Promise<boolean> => {
    try {
      const reply = await fetch(`http://${host}/_cluster/health`, { signal: AbortSignal.timeout(3000) });
      const { number_of_nodes: count, status } = (await reply.json()) as { number_of_nodes?: number; status?: string };
      return count === nodes && status === "green";
    } catch {
      // It is starting.
      return false;
    }
  };

  const cluster: RunningCluster = {
    hosts,
    kill: async (node) => {
      const gone = ended(node);
      processes[node]?.kill("SIGKILL");
      await gone;
    },
    restart: start,
    ready: async (wanted) => {
      const untilMs = Date.now() + timeoutMs;
      for (;;) {
        const health = (await ask("/_cluster/health")) as { number_of_nodes?: number } | undefined;
        if (health?.number_of_nodes === wanted) return;
        for (const node of processes.keys()) {
          if (processes[node]?.exitCode === null || processes[node]?.signalCode === "SIGKILL") continue;
          throw new Error(
            `Node ${node} ended:\n${readFileSync(join(folder, `n${node}`, "output.log"), "utf8").slice(-2000)}`,
          );
        }
        if (Date.now() > untilMs) throw new Error(`The cluster has not become ${wanted} nodes in ${timeoutMs} ms.`);
        await sleep(200);
      }
    },
    whole: async () => {
      for (const untilMs = Date.now() + timeoutMs; !(await Promise.all(hosts.map(isWhole))).every(Boolean); ) {
        if (Date.now() > untilMs) throw new Error(`The cluster has not become whole in ${timeoutMs} ms.`);
        await sleep(200);
      }
    },
    manager: async () => {
      const [elected] = (await ask("/_cat/cluster_manager?format=json")) as { node: string }[];
      return Number(elected?.node.slice(1));
    },
    [Symbol.asyncDispose]: async () => {
      process.off("exit", killAll);
      const ends = [...processes.keys()].map(ended);
      for (const child of processes) child.kill("SIGTERM");
      const timer = setTimeout(killAll, 10_000);
      await Promise.all(ends);
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (let node = 0; node < nodes; node++) start(node);
  try {
    await cluster.ready(nodes);
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}

/** Quick to start and small: the code of a test runs once. */
const javaOptions = (own: string, heap: string): string[] => [
  `-Xms${heap}`,
  `-Xmx${heap}`,
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xss1m",
  `-Djava.io.tmpdir=${own}/tmp`,
  `-Djna.tmpdir=${own}/tmp`,
  "-Djna.nosys=true",
  "-Djava.awt.headless=true",
  "-Dfile.encoding=UTF-8",
  "-Dio.netty.noUnsafe=true",
  "-Dio.netty.noKeySetOptimization=true",
  "-Dio.netty.recycler.maxCapacityPerThread=0",
  "-Dio.netty.allocator.numDirectArenas=0",
  "-Dlog4j.shutdownHookEnabled=false",
  "-Dlog4j2.disable.jmx=true",
  "-Djava.security.manager=allow",
  "-Djava.locale.providers=SPI,COMPAT",
];

const serverOptions = (own: string, home: string): string[] => [
  `-Dopensearch.path.home=${home}`,
  `-Dopensearch.path.conf=${own}/config`,
  "-Dopensearch.distribution.type=tar",
  "-Dopensearch.bundled_jdk=false",
  "-cp",
  `${home}/lib/*`,
  "org.opensearch.bootstrap.OpenSearch",
];

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** What a node that runs already has made is its own, and may be gone by now. */
function giveToNobody(folder: string): void {
  chownSync(folder, NOBODY, NOBODY);
  for (const part of ["config", "data", "logs", "tmp"]) chownSync(join(folder, part), NOBODY, NOBODY);
  for (const name of readdirSync(join(folder, "config"))) chownSync(join(folder, "config", name), NOBODY, NOBODY);
}
