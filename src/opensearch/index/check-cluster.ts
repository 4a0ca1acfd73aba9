import { AppError } from "../../errors.ts";
import { bodyOf, type ClusterClient } from "../connection/cluster-client.ts";

/** The first version whose points in time, vectors of Lucene and order by score and field are those that are used. */
const LEAST_VERSION = [2, 11] as const;

/** The plugin that knows vectors, as `_cat/plugins` names it. */
const VECTOR_PLUGIN = "opensearch-knn";

/** @throws AppError `archive-version` for another product, an old version or a node without the plugin for vectors. */
export async function checkCluster(client: ClusterClient): Promise<void> {
  const { version } = bodyOf(await client.request({ method: "GET", path: "/" }), "description of itself") as {
    version?: { distribution?: string; number?: string };
  };
  const number = version?.number ?? "?";
  if (version?.distribution !== "opensearch")
    throw new AppError("archive-version", `The server is no OpenSearch: it calls itself version ${number}.`);
  const [major = 0, minor = 0] = number.split(".").map(Number);
  if (major < LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor < LEAST_VERSION[1]))
    throw new AppError(
      "archive-version",
      `The cluster runs OpenSearch ${number}; wanted ${LEAST_VERSION.join(".")} or later.`,
    );
  const reply = await client.request({ method: "GET", path: "/_nodes/plugins" });
  const { nodes = {} } = reply.body as { nodes?: Readonly<Record<string, NodeReply>> };
  const lacking = Object.values(nodes).filter(
    ({ roles = [], plugins = [] }) => roles.includes("data") && !plugins.some(({ name }) => name === VECTOR_PLUGIN),
  );
  if (lacking.length > 0)
    throw new AppError(
      "archive-version",
      `The plugin ${VECTOR_PLUGIN} is missing on ${lacking.map(({ name }) => name).join(", ")}; OpenSearch's own distribution has it.`,
    );
}

interface NodeReply {
  readonly name: string;
  readonly roles?: readonly string[];
  readonly plugins?: readonly { readonly name: string }[];
}

export async function countDataNodes(client: ClusterClient): Promise<number> {
  const reply = await client.request({ method: "GET", path: "/_cluster/health" });
  return Number((reply.body as { number_of_data_nodes?: unknown }).number_of_data_nodes ?? 1);
}
