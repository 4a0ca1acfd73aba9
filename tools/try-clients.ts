/**
 * Tries the clients of other people against the servers of this checkout: node tools/try-clients.ts [FOLDER]
 *
 * FOLDER has them in its node_modules, and they are installed there if it has none; they are too large to come with the tests
 * (160 MB). Default: node_modules/.cache/clients. Where they cannot be installed, it says so and tries nothing.
 *
 * The embedding clients ask with their defaults, one text and several; their vectors are compared with those of the encoder. The
 * descriptions of both servers become types, which must compile. Prints a line for each, and exits with 1 where one fails.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createServer } from "../src/compose/create-server.ts";
import { loadStaticEncoder } from "../src/encoder/static/static-encoder.ts";
import { createEncoderServer } from "../src/encoder-server/server.ts";
import { listen } from "../src/http/listen.ts";
import { createResources } from "../src/resources/registry.ts";

const PACKAGES = [
  "openapi-typescript@7.13.0",
  "typescript@5.9.3",
  "@langchain/openai@1.6.0",
  "@langchain/core@1.2.13",
  "@llamaindex/openai@0.4.23",
  "@llamaindex/core@0.6.23",
  "@llamaindex/env@0.1.31",
];

const [given = join(import.meta.dirname, "..", "node_modules", ".cache", "clients")] = process.argv.slice(2);
const folder = resolve(given);
if (!existsSync(join(folder, "node_modules")) && !installClients()) {
  console.log("The clients of others could not be installed: they are not tried.");
  process.exit();
}
const requireThere = createRequire(join(folder, "package.json"));

const TEXTS = ["港口恢复通航", "新馆开放", "長".repeat(1000)];

/** Of two unit vectors that are the same but for the digits that were sent. */
const SAME = 0.9999;

const encoder = await loadStaticEncoder();
const encoderApp = await createEncoderServer({ encoder, resources: createResources(), version: "0" });
const encoderServer = await listen(encoderApp, { host: "127.0.0.1", port: 0 });
const baseURL = `${encoderServer.url}/v1`;
const apiKey = "unused";

const assertSame = (got: readonly (readonly number[])[], wanted: readonly Float32Array[]): void => {
  if (got.length !== wanted.length) throw new Error(`${got.length} vectors of ${wanted.length}`);
  wanted.forEach((vector, index) => {
    const cosine = vector.reduce((sum, value, place) => sum + value * (got[index]?.[place] ?? 0), 0);
    if (cosine < SAME) throw new Error(`vector ${index}: cosine ${cosine}`);
  });
};

function installClients(): boolean {
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", [...args, ...PACKAGES], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) rmSync(join(folder, "node_modules"), { recursive: true, force: true });
  return status === 0;
}

interface LangChain {
  readonly OpenAIEmbeddings: new (
    options: object,
  ) => {
    embedDocuments(texts: readonly string[]): Promise<number[][]>;
    embedQuery(text: string): Promise<number[]>;
  };
}

interface LlamaIndex {
  readonly OpenAIEmbedding: new (
    options: object,
  ) => {
    getTextEmbeddings(texts: readonly string[]): Promise<number[][]>;
    getTextEmbedding(text: string): Promise<number[]>;
  };
}

const load = async <T>(name: string): Promise<T> => (await import(pathToFileURL(requireThere.resolve(name)).href)) as T;

/** Types of a description, and whether they compile. */
function compileTypes(name: string, description: string): void {
  const at = join(folder, "types");
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, `${name}.json`), description);
  const bin = (tool: string): string => join(folder, "node_modules/.bin", tool);
  execFileSync(bin("openapi-typescript"), [join(at, `${name}.json`), "-o", join(at, `${name}.ts`)], { stdio: "pipe" });
  execFileSync(bin("tsc"), ["--noEmit", "--strict", "--skipLibCheck", join(at, `${name}.ts`)], { stdio: "pipe" });
}

const TRIES: Readonly<Record<string, () => Promise<void> | void>> = {
  "@langchain/openai": async () => {
    const { OpenAIEmbeddings } = await load<LangChain>("@langchain/openai");
    const client = new OpenAIEmbeddings({ apiKey, configuration: { baseURL } });
    assertSame(await client.embedDocuments(TEXTS), await encode(TEXTS));
    assertSame([await client.embedQuery("新馆开放")], await encode(["新馆开放"]));
  },
  "@llamaindex/openai": async () => {
    const { OpenAIEmbedding } = await load<LlamaIndex>("@llamaindex/openai");
    const client = new OpenAIEmbedding({ apiKey, baseURL });
    assertSame(await client.getTextEmbeddings(TEXTS), await encode(TEXTS));
    assertSame([await client.getTextEmbedding("新馆开放")], await encode(["新馆开放"]));
  },
  "openapi-typescript: search server": async () => {
    const app = await createServer({ backend: new Promise(() => {}), resources: createResources(), version: "0" });
    compileTypes("search", (await app.inject("/openapi.json")).body);
    await app.close();
  },
  "openapi-typescript: embedding server": async () => {
    compileTypes("encoder", (await encoderApp.inject("/openapi.json")).body);
  },
};

/** What the server is to answer: by the encoder itself, through the dialect that is not tried here. */
async function encode(texts: readonly string[]): Promise<Float32Array[]> {
  const reply = await encoderApp.inject({ method: "POST", url: "/batch", payload: { text_batch: texts, t2s: false } });
  return (reply.json() as { vectors: number[][] }).vectors.map((vector) => Float32Array.from(vector));
}

for (const [name, attempt] of Object.entries(TRIES)) {
  try {
    await attempt();
    console.log(`${name}: works`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
await encoderServer.stop();
