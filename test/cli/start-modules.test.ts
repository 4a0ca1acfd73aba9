/** What a command loads before it does anything: those that people wait for start without what the others need. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createProgram } from "../../src/cli/program.ts";
import { packageRoot } from "../../src/config/paths.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

/** Writes the address of each module that a process loads to the file that LOADED names. */
const LISTS_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  import { writeFileSync } from "node:fs";
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on("exit", () => writeFileSync(process.env.LOADED, JSON.stringify({ urls: loaded, builtins: process.moduleLoadList })));
`)}`;

/** Answers a request as a server does. */
const ANSWERS = `
  const { createApp } = await import("${packageRoot}/src/http/create-app.ts");
  const app = await createApp({ title: "", description: "", version: "0", maxBodyBytes: 100, compresses: true });
  app.get("/", async () => ({ text: "a".repeat(5000) }));
  const { headers } = await app.inject({ url: "/", headers: { "accept-encoding": "br" } });
  if (headers["content-encoding"] !== "br") throw new Error("was not compressed");
  await app.close();
`;

/** A server loaded 1935 before it was looked at, and each takes some 10 KB. */
const MAX_SERVER_MODULES = 910;

const folder = createTestFolder();

interface Loaded {
  readonly urls: readonly string[];
  /** Parts of Node.js, as it calls them. */
  readonly builtins: readonly string[];
  /** Rooms of src/, such as `local`. */
  readonly rooms: ReadonlySet<string>;
  /** Files of src/cli/. */
  readonly commandFiles: readonly string[];
  readonly packages: ReadonlySet<string>;
}

const loadedBy = (...args: string[]): Loaded => loadedByNode(join(packageRoot, "bin", "wenxun.mjs"), ...args);

function loadedByNode(...args: string[]): Loaded {
  const list = join(folder, "loaded.json");
  const { status, stderr } = spawnSync(process.execPath, ["--import", LISTS_MODULES, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, LOADED: list },
  });
  assert.equal(status, 0, stderr);
  const { urls, builtins } = JSON.parse(readFileSync(list, "utf8")) as Pick<Loaded, "urls" | "builtins">;
  const matches = (pattern: RegExp): string[] => urls.flatMap((url) => pattern.exec(url)?.[1] ?? []);
  return {
    urls,
    builtins,
    rooms: new Set(matches(/\/src\/([^/]+)\/(?!.*node_modules)/)),
    commandFiles: matches(/\/src\/cli\/(.*)$/),
    packages: new Set(matches(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/)),
  };
}

test("what follows sites and sends webhooks loads the package that does so with the first request", () => {
  const imports = ["following", "alerting"].map((file) => `await import("./src/compose/${file}.ts");`);
  const { packages, rooms } = loadedByNode(
    "--input-type=module",
    "-e",
    `${imports.join(" ").replaceAll('"./', `"${packageRoot}/`)}`,
  );
  assert.ok(rooms.has("fetch"));
  assert.ok(!packages.has("undici"));
});

test("a server starts without what makes schemas and descriptions, tells Prometheus, reads feeds and pages, and writes, and answers without more", () => {
  const files = ["cli/serve", "compose/start-search-server", "compose/open-served", "encoder-server/server"];
  const { packages, rooms, urls, builtins } = loadedByNode(
    "--input-type=module",
    "-e",
    `${files.map((file) => `await import("${packageRoot}/src/${file}.ts");`).join(" ")} ${ANSWERS}`,
  );
  assert.ok(rooms.has("http") && packages.has("fastify"));
  for (const one of "typebox prom-client @opentelemetry/api @fastify/swagger yaml htmlparser2 entities diff".split(" "))
    assert.ok(!packages.has(one), `${one} was loaded`);
  for (const file of ["ingest/json-body.ts", "sources/schedule.ts", "alerts/run-alerts.ts", "local/write/writer.ts"])
    assert.ok(!urls.some((url) => url.endsWith(`/src/${file}`)), `${file} was loaded`);
  assert.ok(
    !builtins.some((name) => name.endsWith("undici/undici")),
    "Node's own client was loaded: node:http is imported",
  );
  assert.ok(urls.length < MAX_SERVER_MODULES, `${urls.length} modules`);
});

for (const flag of ["--version", "--help"])
  test(`wenxun ${flag} loads no command`, () => {
    const { rooms, packages, commandFiles } = loadedBy(flag);
    assert.deepEqual([...packages], ["commander"]);
    assert.deepEqual([...rooms].sort(), ["cli", "config", "text"]);
    assert.ok(!commandFiles.includes("search.ts"));
  });

test("a search, and the names that Tab completes, load no schemas, no web framework, and nothing that fetches or imports", async () => {
  await createTestArchive(join(folder, "archive"));
  const search = loadedBy("search", "大桥", "--json");
  const names = loadedBy("completion", "--names", "source");
  for (const { packages, rooms } of [search, names]) {
    assert.deepEqual([...packages], ["commander"]);
    for (const room of ["alerts", "extract", "fetch", "http", "ingest", "mcp", "site"])
      assert.ok(!rooms.has(room), `src/${room} was loaded`);
  }
  assert.ok(search.commandFiles.includes("search.ts") && !search.commandFiles.includes("doctor.ts"));
  assert.ok(!names.rooms.has("search"), "names are read without a search");
});

test("commands that were not named are declared with their summary alone, and all of them for those that tell of all", async () => {
  const context = { stdout: { takesColours: false }, stderr: { takesColours: false } } as Parameters<
    typeof createProgram
  >[0];
  const names = async (...args: string[]) => {
    const { commands } = await createProgram(context, args);
    assert.ok(commands.every((command) => command.summary() !== ""));
    return commands.filter((command) => command.description() !== "").map((command) => command.name());
  };
  assert.deepEqual(await names("search", "大桥"), ["search"]);
  assert.deepEqual(await names("help", "sources"), ["sources"]);
  assert.deepEqual(await names("-h", "count"), ["count"]);
  assert.deepEqual(await names(), []);
  assert.deepEqual(await names("completion", "--names", "source"), ["completion"]);
  const all = (await createProgram(context)).commands.length;
  assert.equal((await names("man")).length, all);
  assert.equal((await names("completion", "bash")).length, all);
});
