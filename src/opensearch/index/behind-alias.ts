import { AppError } from "../../errors.ts";
import type { ClusterClient } from "../connection/cluster-client.ts";
import type { IndexNames } from "./names.ts";
import { generationOf, type Partitioning } from "./partition.ts";

/** What an archive was when it was opened. */
export interface Opened {
  readonly client: ClusterClient;
  readonly names: IndexNames;
  /** The index behind the alias of the articles; of an archive by years the beginning of their names. */
  readonly behind: string;
  readonly partition: Partitioning;
}

/** The indices that stand behind the alias of the articles now; none where there is no archive. */
export async function listBehind({ client, names }: Pick<Opened, "client" | "names">): Promise<readonly string[]> {
  // Not by HEAD, whose reply has no body that would say why it was refused.
  const query = { filter_path: "*.aliases" };
  const { status, body } = await client.request({ method: "GET", path: `/${names.articles}`, query });
  return status === 200 ? Object.keys(body as object) : [];
}

/** Whether an index is the archive's, or one of its parts. */
export const isPartOf = (name: string, { behind, partition }: Pick<Opened, "behind" | "partition">): boolean =>
  partition === "none" ? name === behind : generationOf(name) === behind;

/** All indices of an archive, behind the alias or not. */
export async function listParts(opened: Omit<Opened, "names">): Promise<readonly string[]> {
  const { client, behind, partition } = opened;
  const { status, body } = await client.request({
    method: "GET",
    path: partition === "none" ? `/${behind}` : `/${behind}-*`,
    query: { filter_path: "*.aliases" },
  });
  return status === 200 ? Object.keys(body as object).filter((name) => isPartOf(name, opened)) : [];
}

/**
 * The indices that stand behind the alias now.
 * @throws AppError `unavailable` where the archive was built anew since it was opened: it is to be opened again.
 */
export async function checkUnchanged(opened: Opened): Promise<readonly string[]> {
  const indices = await listBehind(opened);
  if (indices.length > 0 && indices.every((name) => isPartOf(name, opened))) return indices;
  throw new AppError("unavailable", "The archive in the cluster has been built anew, and is to be opened again.", {
    retryAfterS: 2,
  });
}
