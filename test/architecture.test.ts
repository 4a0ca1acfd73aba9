/** Holds what AGENTS.md says of the rooms: who may import whom, no cycles, and one place that reads the environment. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../src/config/paths.ts";

/** Files that a room may import from others: a whole room (`text/`) or one file of it, its port. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "errors.ts": [],
  config: ["errors.ts"],
  resources: ["errors.ts"],
  text: ["errors.ts"],
  kernel: ["errors.ts"],
  collections: [],
  threads: ["errors.ts"],
  http: ["errors.ts"],
  encoder: ["errors.ts", "resources/resources.ts", "text/", "kernel/", "threads/"],
  archive: [],
  search: ["errors.ts", "text/", "archive/", "encoder/encoder.ts"],
  local: [
    "errors.ts",
    "resources/resources.ts",
    "text/",
    "kernel/",
    "archive/",
    "search/",
    "encoder/encoder.ts",
    "memory/",
    "collections/",
    "threads/",
  ],
  memory: ["errors.ts"],
  ingest: ["errors.ts", "text/", "archive/", "encoder/encoder.ts"],
  citations: ["archive/", "text/"],
  eval: ["errors.ts", "text/", "archive/", "encoder/encoder.ts", "search/search.ts"],
  api: [
    "errors.ts",
    "http/",
    "archive/",
    "search/",
    "citations/",
    "memory/watch.ts",
    "ingest/",
    "text/",
    "threads/",
    "encoder/encoder.ts",
    "resources/resources.ts",
  ],
  site: ["errors.ts", "http/", "api/", "citations/", "archive/", "search/", "text/", "resources/"],
  "encoder-server": ["errors.ts", "http/", "encoder/", "text/", "resources/", "collections/", "threads/"],
  web: ["citations/cited-article.ts", "citations/csv.ts", "citations/ris.ts"],
};

/** These build concrete classes and may import everything: the command line, the composition, and the library. */
const isComposer = (file: string): boolean => ["cli", "compose", "index.ts"].includes(roomOf(file));

interface Import {
  /** Relative to src/. */
  readonly path: string;
  /** Gone when the program runs. */
  readonly isType: boolean;
}

/** What a file imports of src/. */
function importsOf(file: string): Import[] {
  const source = readFileSync(join(packageRoot, "src", file), "utf8");
  const imports = source.matchAll(/\b(import|export)( type)?\b[^;"']*?["'](\.[^"']+\.ts)["']/g);
  return [...imports].map(([, , type, path = ""]) => ({
    path: posix.join(posix.dirname(file), path),
    isType: type !== undefined,
  }));
}

const roomOf = (file: string): string => file.split("/")[0] ?? file;
const files = globSync("**/*.ts", { cwd: join(packageRoot, "src") })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.endsWith(".test.ts"));
const graph = new Map(files.map((file) => [file, importsOf(file)]));

test("the check sees the code", () => {
  assert.ok(graph.get("cli/main.ts")?.some(({ path }) => path === "errors.ts"));
  assert.ok(files.length > 50);
});

test("every import follows the arrows", () => {
  const wrong: string[] = [];
  for (const [file, imports] of graph) {
    const room = roomOf(file);
    if (isComposer(file)) continue;
    const allowed = ARROWS[room] ?? assert.fail(`src/${room} stands in no arrow: add it here and to AGENTS.md`);
    for (const { path: target } of imports) {
      const isAllowed =
        roomOf(target) === room ||
        allowed.some((arrow) => target === arrow || (arrow.endsWith("/") && target.startsWith(arrow)));
      if (!isAllowed) wrong.push(`src/${file} imports src/${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("only the composition knows the engine of a folder", () => {
  const knows = ({ path }: Import): boolean => path.startsWith("local/");
  const rooms = [...graph].filter(([, imports]) => imports.some(knows)).map(([file]) => roomOf(file));
  assert.deepEqual([...new Set(rooms)].sort(), ["compose", "local"]);
});

test("no file imports itself, however far round", () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `cycle: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
    if (done.has(file)) return;
    for (const { path: target, isType } of graph.get(file) ?? []) if (!isType) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

test("only src/config reads the environment", () => {
  const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(packageRoot, "src", file), "utf8")));
  assert.deepEqual(readers, ["config/environment.ts"]);
});
