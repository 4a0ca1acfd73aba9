/** Holds what AGENTS.md says of the rooms: which there are, who may import whom, no circles, and how large a class may grow. */
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
  search: ["errors.ts", "text/", "archive/", "encoder/encoder.ts", "collections/"],
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
  web: ["api/id-segment.ts", "citations/cited-article.ts", "citations/csv.ts", "citations/ris.ts"],
};

/** These build concrete classes and may import everything: the command line, the composition, and the library. */
const isComposer = (file: string): boolean => ["cli", "compose", "index.ts"].includes(roomOf(file));

/** What a file imports of src/, at once or later, types included; relative to src/. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(packageRoot, "src", file), "utf8");
  const imports = source.matchAll(/\b(?:import|export)\b[^;"']*?["'](\.[^"']+\.ts)["']/g);
  return [...imports].map(([, path = ""]) => posix.join(posix.dirname(file), path));
}

const roomOf = (file: string): string => file.split("/")[0] ?? file;
const files = globSync("**/*.ts", { cwd: join(packageRoot, "src") })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.endsWith(".test.ts"));
const graph = new Map(files.map((file) => [file, importsOf(file)]));

test("the check sees the code", () => {
  assert.ok(graph.get("cli/main.ts")?.includes("errors.ts"));
  assert.ok(files.length > 50);
});

test("every import follows the arrows", () => {
  const wrong: string[] = [];
  for (const [file, imports] of graph) {
    const room = roomOf(file);
    if (isComposer(file)) continue;
    const allowed = ARROWS[room] ?? assert.fail(`src/${room} stands in no arrow: add it here and to AGENTS.md`);
    for (const target of imports) {
      const isAllowed =
        roomOf(target) === room ||
        allowed.some((arrow) => target === arrow || (arrow.endsWith("/") && target.startsWith(arrow)));
      if (!isAllowed) wrong.push(`src/${file} imports src/${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("only the composition knows the engine of a folder", () => {
  const rooms = [...graph]
    .filter(([, imports]) => imports.some((path) => path.startsWith("local/")))
    .map(([file]) => roomOf(file));
  assert.deepEqual([...new Set(rooms)].sort(), ["compose", "local"]);
});

test("no file imports itself, however far round, not for types alone either", () => {
  assert.deepEqual(findCircles(graph), []);
  const circle = new Map([
    ["a.ts", ["b.ts", "c.ts"]],
    ["b.ts", []],
    ["c.ts", ["a.ts"]],
  ]);
  assert.deepEqual(findCircles(circle), ["a.ts → c.ts → a.ts"], "the check finds one where there is one");
});

/** The first circle that each file stands in. */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    else if (!done.has(file)) for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

test("beside the rooms there are the table of errors and the library, and nothing else", () => {
  assert.deepEqual(files.filter((file) => !file.includes("/")).sort(), ["errors.ts", "index.ts"]);
});

test("the tree of AGENTS.md has every room", () => {
  const tree = readFileSync(join(packageRoot, "AGENTS.md"), "utf8");
  const rooms = new Set(files.map((file) => (file.includes("/") ? `src/${roomOf(file)}/` : `src/${file}`)));
  const told = [...tree.matchAll(/^(src\/[a-z.-]+\/?) /gm)].map(([, room]) => room ?? "");
  assert.deepEqual(told.sort(), [...rooms].sort());
});

/** Parameters are counted by Biome's useMaxParams; see biome.json. */
const MAX_CLASS_LINES = 250;

/** Classes that are still to be divided; one that has been is struck off here. */
const TO_DIVIDE = ["ingest/json-values.ts: JsonScanner"];

test("no class is so long that it wants to be several", () => {
  const measured = files.flatMap((file) => measureClasses(readFileSync(join(packageRoot, "src", file), "utf8"), file));
  assert.ok(measured.length > 30, "the check sees the classes");
  const tooLong = measured.filter(({ lines }) => lines > MAX_CLASS_LINES).map(({ name }) => name);
  assert.deepEqual(tooLong.sort(), TO_DIVIDE);
});

/** Code is formatted, so a class ends at the first brace that begins a line. */
function measureClasses(source: string, file: string): { readonly name: string; readonly lines: number }[] {
  const lines = source.split("\n");
  return lines.flatMap((line, start) => {
    const [, name] = /^(?:export )?(?:abstract )?class (\w+)/.exec(line) ?? [];
    return name === undefined ? [] : [{ name: `${file}: ${name}`, lines: lines.indexOf("}", start) - start + 1 }];
  });
}

test("only src/config reads the environment", () => {
  const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(packageRoot, "src", file), "utf8")));
  assert.deepEqual(readers, ["config/environment.ts"]);
});
