import assert from "node:assert/strict";
import { test } from "node:test";
import { toSearchError } from "./to-search-error.ts";

for (const [what, cause, code] of [
  ["has forgotten the point in time", { type: "search_context_missing_exception" }, "snapshot-gone"],
  ["has no such index any more", { type: "index_not_found_exception" }, "snapshot-gone"],
  ["died a moment ago", { type: "node_not_connected_exception" }, "snapshot-gone"],
  ["was struck off", { type: "illegal_state_exception", reason: "no node found for id: x" }, "snapshot-gone"],
  ["cannot ask any shard", { type: "search_phase_execution_exception", reason: "" }, "snapshot-gone"],
  ["has no memory left for it", { type: "circuit_breaking_exception", reason: "Data too large" }, "unavailable"],
  ["is in another illegal state", { type: "illegal_state_exception", reason: "unexpected" }, "io"],
  ["does not say why", undefined, "io"],
] as const)
  test(`a search that fails at a node that ${what} is ${code}`, () => assert.equal(toSearchError(cause).code, code));
