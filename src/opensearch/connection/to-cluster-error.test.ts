import assert from "node:assert/strict";
import { test } from "node:test";
import { errors } from "@opensearch-project/opensearch";
import { isPassing, toClusterError } from "./to-cluster-error.ts";

const META = { body: {}, statusCode: null, headers: null, warnings: null, meta: {} };

/** What a cluster answers with a status. */
const refuse = (statusCode: number, error: unknown): Error =>
  new errors.ResponseError({ ...META, body: { error }, statusCode } as never);

test("what a cluster refuses is told in the words of the house", () => {
  const block = (reason: string): object => ({ type: "cluster_block_exception", reason });
  for (const [error, code, passes] of [
    [refuse(401, "Unauthorized"), "unauthorized", false],
    [refuse(403, { type: "security_exception", reason: "no permissions" }), "unauthorized", false],
    [refuse(403, block("index [n] blocked by: [FORBIDDEN/8/index write (api)];")), "unavailable", false],
    [
      refuse(
        429,
        block(
          "index [n] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, read-only-allow-delete];",
        ),
      ),
      "disk-full",
      false,
    ],
    [refuse(429, { type: "circuit_breaking_exception", reason: "Data too large" }), "unavailable", true],
    [refuse(503, { type: "cluster_manager_not_discovered_exception" }), "unavailable", true],
    [
      refuse(429, {
        reason: "Trying to create too many Point In Time contexts. Must be less than or equal to: [300].",
      }),
      "overloaded",
      false,
    ],
    [
      refuse(404, { root_cause: [{ type: "search_context_missing_exception", reason: "No search context" }] }),
      "snapshot-gone",
      false,
    ],
    [refuse(500, { type: "node_not_connected_exception", reason: "Node not connected" }), "unavailable", true],
    [refuse(400, { type: "parsing_exception", reason: "unknown query" }), "io", false],
    [new errors.ConnectionError("connect ECONNREFUSED", META as never), "unavailable", true],
    [new errors.ConnectionError("self-signed certificate", META as never), "unavailable", false],
    [new errors.TimeoutError("Request timed out", META as never), "unavailable", true],
  ] as const) {
    assert.deepEqual([toClusterError(error).code, isPassing(error)], [code, passes], error.message);
  }
});

test("a certificate that is not trusted names the setting that mends it", () => {
  const { remedy } = toClusterError(new errors.ConnectionError("self-signed certificate", META as never));
  assert.deepEqual(remedy, { code: "set-option", option: "cluster-ca", does: "names the authority that signed it" });
});
