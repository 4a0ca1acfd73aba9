// The least one writes around transformers.js: node transformers-js.mjs MODEL_FOLDER PORT, run where it is installed.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";

const [, , folder, port] = process.argv;
const require = createRequire(`${process.cwd()}/package.json`);
const { env, pipeline } = await import(pathToFileURL(require.resolve("@huggingface/transformers")).href);
env.localModelPath = dirname(folder);
env.allowRemoteModels = false;
const extract = await pipeline("feature-extraction", basename(folder), { dtype: "fp32" });

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { inputs } = JSON.parse(Buffer.concat(chunks).toString());
  const output = await extract(inputs, { pooling: "cls", normalize: true });
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(output.tolist()));
}).listen(Number(port), "127.0.0.1");
