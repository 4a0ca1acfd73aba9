import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, startServer } from "../million/wenxun-process.ts";
import type { Prepared } from "./prepare.ts";

/** How the page of a way is asked. */
export interface PageKind {
  /** The query box. */
  readonly box: string;
  /** An expression in the page: whether what it shows was found for `query`, the name of a variable of the page. */
  readonly shows: (query: string) => string;
  /** An expression in the page: ms that the server spent on the search that it shows; not on the page around it. */
  readonly searchMs: string;
  /** Whether the box must be typed into, because the page reads what was typed and not what stands there. */
  readonly types: boolean;
  /** Parameters with which it shows as many hits as the others. */
  readonly params: Readonly<Record<string, string>>;
}

/** One of the systems that are compared, running. */
export interface Way {
  readonly name: string;
  readonly title: string;
  readonly page: PageKind;
  readonly url: string;
  /** Of its processes; what those started belongs to it. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const READY_LIMIT_MS = 60_000;

const STREAMLIT: PageKind = {
  box: "input[type=text]",
  shows: (query) => `document.querySelector("p.found")?.title === ${query}`,
  searchMs: `Number(document.querySelector("p.found").dataset.ms)`,
  types: true,
  params: {},
};

const WENXUN: PageKind = {
  box: "#q",
  shows: (query) =>
    `new URLSearchParams(location.search).get("q") === ${query} && document.querySelector("main[aria-busy]") === null && document.querySelector(".hit") !== null`,
  searchMs: `performance.getEntriesByType("resource").findLast((entry) => entry.initiatorType === "fetch" && entry.name.includes("?q=")).serverTiming.find((part) => part.name === "search").duration`,
  // What is typed is searched for before Enter is pressed.
  types: false,
  params: { limit: "20" },
};

export interface WayOptions {
  readonly prepared: Prepared;
  readonly python: string;
  /** Flags of `wenxun serve`. */
  readonly serve: readonly string[];
  /** A checkout or an installed package; undefined: this checkout. */
  readonly program: string | undefined;
}

/** All three, ready. */
export async function startWays({ prepared, python, serve, program }: WayOptions): Promise<Way[]> {
  const encoderPort = await freePort();
  const encoder = await startPython(python, ["server.py", prepared.folder, String(encoderPort)], {
    url: `http://${HOST}:${encoderPort}`,
    readyAt: "/docs",
  });
  const anew = await startPage(python, [prepared.folder]);
  const cached = await startPage(python, [prepared.folder, encoder.url]);
  const wenxun = await startServer("serve", ["--archive", prepared.archive, ...serve], program);
  return [
    { name: "anew", title: "ancestor, loaded at each run", page: STREAMLIT, ...anew, pids: [anew.pid] },
    {
      name: "cached",
      title: "ancestor, cached, encoder in a server",
      page: STREAMLIT,
      url: cached.url,
      pids: [cached.pid, encoder.pid],
      stop: async () => {
        await cached.stop();
        await encoder.stop();
      },
    },
    { name: "wenxun", title: "wenxun", page: WENXUN, url: wenxun.url, pids: [wenxun.pid], stop: wenxun.stop },
  ];
}

interface Started {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function startPage(python: string, args: readonly string[]): Promise<Started> {
  const port = await freePort();
  const settings = { port, address: HOST, headless: true, fileWatcherType: "none" };
  const flags = Object.entries(settings).map(([name, value]) => `--server.${name}=${value}`);
  const script = ["-m", "streamlit", "run", ...flags, "--browser.gatherUsageStats=false", "page.py", "--", ...args];
  return startPython(python, script, { url: `http://${HOST}:${port}`, readyAt: "/_stcore/health" });
}

async function startPython(
  python: string,
  args: readonly string[],
  { url, readyAt }: { readonly url: string; readonly readyAt: string },
): Promise<Started> {
  const child: ChildProcess = spawn(python, args, { cwd: import.meta.dirname, stdio: ["ignore", "ignore", "inherit"] });
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  const until = performance.now() + READY_LIMIT_MS;
  while (performance.now() < until && child.exitCode === null && child.pid !== undefined) {
    const ready = await fetch(`${url}${readyAt}`).then(
      (response) => response.ok,
      () => false, // It does not listen yet.
    );
    if (ready) return { url, pid: child.pid, stop };
    await wait(50);
  }
  child.kill();
  throw new Error(`${args.join(" ")} was not ready within ${READY_LIMIT_MS / 1000} s`);
}
