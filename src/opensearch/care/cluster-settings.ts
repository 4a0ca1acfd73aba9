import type { ClusterClient } from "../connection/cluster-client.ts";

/** Settings of the whole cluster, those that nobody has set too, by their names. */
export async function readClusterSettings(client: ClusterClient): Promise<ReadonlyMap<string, string>> {
  const { body } = await client.request({
    method: "GET",
    path: "/_cluster/settings",
    query: { flat_settings: true, include_defaults: true },
  });
  const { defaults, persistent, transient } = body as Readonly<
    Record<"defaults" | "persistent" | "transient", Readonly<Record<string, unknown>> | undefined>
  >;
  const set = Object.entries({ ...defaults, ...persistent, ...transient });
  return new Map(set.map(([name, value]) => [name, String(value)]));
}
