/** Holds what AGENTS.md says of the rooms: which there are, who may import whom, no circles, and how large a class may grow. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../src/config/paths.ts";

/** Files that a room may import from others: a whole room (`text/`) or one file of it, its port. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "errors.ts": [],
  config: ["errors.ts", "access/scopes.ts", "text/check-fields.ts", "text/suggest.ts"],
  access: ["errors.ts", "disk/", "http/app.ts", "http/client-key.ts", "http/schema.ts", "collections/"],
  resources: ["errors.ts", "threads/time-slices.ts"],
  text: ["errors.ts"],
  kernel: ["errors.ts"],
  collections: [],
  disk: ["errors.ts"],
  fetch: ["errors.ts", "threads/"],
  sources: ["errors.ts", "archive/", "collections/", "fetch/", "ingest/", "text/", "threads/"],
  alerts: ["errors.ts", "archive/", "collections/", "encoder/encoder.ts", "fetch/", "search/", "text/", "threads/"],
  threads: ["errors.ts"],
  http: ["errors.ts", "threads/"],
  encoder: ["errors.ts", "collections/paced-size.ts", "resources/resources.ts", "text/", "kernel/", "threads/"],
  archive: [],
  search: ["errors.ts", "text/", "archive/", "encoder/encoder.ts", "collections/", "threads/time-slices.ts"],
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
    "disk/",
    "threads/",
  ],
  opensearch: ["errors.ts", "text/", "archive/", "search/", "encoder/encoder.ts", "collections/", "threads/"],
  rerank: ["errors.ts", "archive/", "collections/", "encoder/reranker.ts", "search/search.ts", "search/limits.ts"],
  memory: ["errors.ts"],
  ingest: ["errors.ts", "collections/paced-size.ts", "text/", "threads/", "archive/", "encoder/encoder.ts"],
  extract: [
    "errors.ts",
    "collections/",
    "ingest/dates/",
    "ingest/guess-encoding.ts",
    "ingest/markup-parser.ts",
    "text/",
    "threads/",
  ],
  citations: ["archive/", "text/"],
  eval: ["errors.ts", "text/", "archive/", "encoder/encoder.ts", "search/search.ts"],
  audit: ["errors.ts", "access/principal.ts"],
  api: [
    "alerts/",
    "collections/",
    "sources/summarize-source.ts",
    "sources/push/",
    "errors.ts",
    "access/",
    "audit/request-audit.ts",
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
  client: ["api/id-segment.ts", "text/safe-text.ts"],
  mcp: [
    "errors.ts",
    "access/",
    "api/search-url.ts",
    "http/",
    "archive/",
    "search/search.ts",
    "search/count-by-date.ts",
    "search/limits.ts",
    "text/",
    "threads/",
  ],
  site: [
    "alerts/",
    "errors.ts",
    "access/",
    "http/",
    "api/",
    "citations/",
    "archive/",
    "search/",
    "text/",
    "resources/",
    "threads/",
  ],
  "encoder-server": ["errors.ts", "http/", "encoder/", "text/", "resources/", "collections/", "threads/"],
  web: [
    "api/id-segment.ts",
    "citations/bibtex.ts",
    "citations/cited-article.ts",
    "citations/csl.ts",
    "citations/csv.ts",
    "citations/ris.ts",
  ],
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

/** The tree of AGENTS.md, line by line: what stands first, and what its arrow points from. */
const TREE = /```\n([\s\S]*?)```/.exec(readFileSync(join(packageRoot, "AGENTS.md"), "utf8"))?.[1]?.split("\n") ?? [];

test("the tree of AGENTS.md has every room and its arrows, as they are here", () => {
  const rooms = new Map<string, string>();
  for (const line of TREE) {
    const [, name, arrow] = /^src\/([a-z.-]+)\/? .*?(?:<- (.*))?$/.exec(line) ?? [];
    if (name !== undefined) rooms.set(name, arrow?.trim() ?? "");
  }
  assert.deepEqual([...rooms.keys()].sort(), [...new Set(files.map(roomOf))].sort());
  for (const [room, arrow] of rooms) {
    if (isComposer(room)) assert.equal(arrow, "everything", room);
    else assert.deepEqual(arrow.split(", ").sort(), arrowNames(ARROWS[room] ?? []), room);
  }
});

/** The arrows of a room as AGENTS.md names them: rooms, without the files. */
const arrowNames = (arrows: readonly string[]): string[] => {
  const names = arrows.map((arrow) => roomOf(arrow).replace(/\.ts$/, ""));
  return names.length === 0 ? [""] : [...new Set(names)].sort();
};

test("the tree of AGENTS.md has every folder of the engine of a folder, and of the project", (t) => {
  const told = TREE.flatMap(
    (line) =>
      line
        .match(/^ {2}(?:[a-z]+\/ +)+/)?.[0]
        .trim()
        .split(/ +/) ?? [],
  );
  const inLocal = files.flatMap((file) => /^local\/([a-z-]+\/)/.exec(file)?.[1] ?? []);
  assert.deepEqual(told.sort(), [...new Set(inLocal)].sort());

  const ofProject = TREE.flatMap((line) => line.match(/^(?!src\/)[a-z]+\/(?: [a-z]+\/)*/)?.[0].split(" ") ?? []);
  const git = spawnSync("git", ["ls-files"], { cwd: packageRoot, encoding: "utf8" });
  if (git.status !== 0) return t.skip("no checkout: nothing says which folders belong to the project");
  const folders = new Set(git.stdout.match(/^(?!src\/)[a-z]+\//gm));
  assert.deepEqual(ofProject.sort(), [...folders].sort());
});

const MAX_CLASS_LINES = 250;

test("no class is so long that it wants to be several", () => {
  const measured = files.flatMap((file) => measureClasses(readFileSync(join(packageRoot, "src", file), "utf8"), file));
  assert.ok(measured.length > 30, "the check sees the classes");
  const tooLong = measured.filter(({ lines }) => lines > MAX_CLASS_LINES).map(({ name }) => name);
  assert.deepEqual(tooLong, []);
});

test("classes are measured wherever they stand", () => {
  const source = "export class A {\n}\nconst make = () =>\n  class extends A {\n    x = 1;\n\n  };\n/* class B {\n*/\n";
  assert.deepEqual(measureClasses(source, "f.ts"), [
    { name: "f.ts: A", lines: 2 },
    { name: "f.ts: class", lines: 4 },
  ]);
});

/** Code is formatted, so a class ends at the first brace that stands as far in as it begins. */
function measureClasses(source: string, file: string): { readonly name: string; readonly lines: number }[] {
  const lines = source.split("\n");
  return lines.flatMap((line, start) => {
    const [, indent = "", name = "class"] =
      /^( *)(?:[\w ]+[ =(:]+)?class(?: (?!extends)(\w+))?\b.*\{$/.exec(line) ?? [];
    if (!/^[^*/"`]*\bclass\b.*\{$/.test(line)) return [];
    const end = lines.findIndex((other, index) => index > start && other.startsWith(`${indent}}`));
    return [{ name: `${file}: ${name}`, lines: end - start + 1 }];
  });
}

/** What calls into WebAssembly, which has no objects to hand over: its functions may take more than four parameters. */
const KERNEL_CALLS = ["src/encoder/static/token-matrix.ts", "src/local/vectors/create-scan-kernel.ts"];

test("no function outside of kernels takes more than four parameters by their place", () => {
  const biome = join(packageRoot, "node_modules/@biomejs/biome/bin/biome");
  // With --only the exceptions of biome.json do not count: that these two are found shows that the check works.
  const options = ["lint", "--only=complexity/useMaxParams", "--max-diagnostics=none", "--reporter=github", "src"];
  const { stdout } = spawnSync(process.execPath, [biome, ...options], { cwd: packageRoot, encoding: "utf8" });
  const found = [...stdout.matchAll(/useMaxParams,file=([^,]+)/g)].map(([, file = ""]) => relative(packageRoot, file));
  assert.deepEqual([...new Set(found.map((file) => file.replaceAll("\\", "/")))].sort(), KERNEL_CALLS);
});

test("only src/config reads the environment", () => {
  const readers = files.filter((file) => /\bprocess\.env\b/.test(readFileSync(join(packageRoot, "src", file), "utf8")));
  assert.deepEqual(readers, ["config/environment.ts"]);
});

/** What begins an address at the root of a host: `"/docs"`, `href="/`, a bare `"/"` that is handed on. */
const ROOTED =
  /(?:["'`]|(?:href|src|action)=")\/(?:[a-zA-Z?]|\$\{)|(?:href|src|action)="\/"|(?:return|\?|=>|[^!=]=) ["'`]\/["'`]/;

/** Where routes are added, and where a path without the root is read. */
const ROUTE = /\.(?:get|post)\(["'`]|^ *["'`]\/[^"'`]*["'`],$|\[path = "\/"/;

test("only src/http/site.ts knows the root of the site: no page and no script writes an address that begins with a slash", () => {
  const isAddress = (line: string): boolean => ROOTED.test(line) && !ROUTE.test(line);
  const found = files
    .filter((file) => ["site", "web"].includes(roomOf(file)))
    .flatMap((file) => {
      const source = readFileSync(join(packageRoot, "src", file), "utf8").replace(/\/\*\*?[\s\S]*?\*\//g, "");
      return source.split("\n").flatMap((line) => (isAddress(line) ? [`src/${file}: ${line.trim()}`] : []));
    });
  // Programs are told apart from people by the address that they ask for, which comes without the path of the site.
  assert.deepEqual(found, [
    'src/site/send-failure.ts: !url.startsWith("/api/") && (headers.accept ?? "").includes("text/html");',
  ]);
  const samples = [
    'link.href = "/docs";',
    "fetch(`/api/suggest`)",
    '<a href="/">',
    "a(`/$" + "{path}`)",
    '? "/" : x',
    'a.href = "/";',
  ];
  for (const line of samples) assert.ok(isAddress(line), `the check sees ${line}`);
});
