/** The official Python client, where Python has it: `pip install mcp`; PYTHON names another interpreter. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { packageRoot } from "../../src/config/paths.ts";
import { openArchive, startServer } from "../../src/index.ts";
import { createMcpArchive } from "./connect.ts";

const python = process.env.PYTHON ?? "python3";
const hasClient =
  spawnSync(python, ["-c", "from mcp.client.streamable_http import streamable_http_client"]).status === 0;
const skip = hasClient ? false : `${python} has no package mcp of version 2`;

async function ask(...args: string[]): Promise<void> {
  const { stdout } = await promisify(execFile)(python, [join(packageRoot, "test/mcp/python-client.py"), ...args]);
  const { tools, answer } = JSON.parse(stdout) as {
    tools: string[];
    answer: { results: { id: string; quotes: { start: number; end: number }[] }[] };
  };
  assert.deepEqual(tools, ["search", "fetch", "count_by_date", "similar", "sources", "status"]);
  assert.equal(answer.results[0]?.id, "bridge");
  assert.equal(answer.results[0]?.quotes.length, 1);
}

test("the Python client searches over a pipe", { skip }, async () => {
  await ask(process.execPath, join(packageRoot, "bin/wenxun.mjs"), "mcp", "--archive", await createMcpArchive());
});

test("the Python client searches over HTTP", { skip }, async () => {
  await using archive = await openArchive(await createMcpArchive());
  const server = await startServer(archive, { port: 0 });
  try {
    await ask(`${server.url}/mcp`);
  } finally {
    await server.stop();
  }
});
