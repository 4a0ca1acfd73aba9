/** The files of deploy/ for an archive in a cluster: what one names, the other has. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/config/paths.ts";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";

const read = (name: string): string => readFileSync(join(packageRoot, "deploy", name), "utf8");

test("front ends, nodes and the door of the compose file know each other", () => {
  const compose = read("cluster-compose.yaml");
  const [before = "", services = ""] = compose.split(/^services:$/m);
  const named = (kind: string): string[] =>
    [...services.matchAll(new RegExp(`^ {2}(\\w+):\\n {4}<<: \\*${kind}$`, "gm"))].map(([, name = ""]) => name);
  const [nodes, frontEnds] = [named("node"), named("front-end")];
  assert.deepEqual([nodes.length, frontEnds.length], [3, 2]);
  const settingOf = (name: string): string => new RegExp(`${name}: (.+)$`, "m").exec(before)?.[1] ?? "";
  const { nodes: hosts, prefix } = parseClusterAddress(settingOf("WENXUN_ARCHIVE"), "secret");
  assert.deepEqual(
    hosts,
    nodes.map((name) => `http://${name}:9200`),
  );
  assert.equal(prefix, "news");
  assert.equal(settingOf("discovery.seed_hosts"), nodes.join(","));
  assert.equal(settingOf("cluster.initial_cluster_manager_nodes"), nodes.join(","));
  for (const name of nodes) assert.ok(services.includes(`node.name: ${name} }`), name);
  assert.ok(
    before.includes(`- front-ends:${settingOf("working_dir")}\n`),
    "tokens of both lie in one folder that stays",
  );
  const upstream = [...read("cluster-nginx.conf").matchAll(/^\s+server (\S+):8600/gm)].map(([, name]) => name);
  assert.deepEqual(upstream, frontEnds);
});

test("a front end that answers that it is busy is not taken for dead, and nothing is added twice", () => {
  const [, tried = ""] = /proxy_next_upstream ([^;]+);/.exec(read("cluster-nginx.conf")) ?? [];
  assert.deepEqual(tried.split(" "), ["error", "timeout"]);
});
