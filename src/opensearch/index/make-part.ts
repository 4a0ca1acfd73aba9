import { AppError } from "../../errors.ts";
import { type ClusterClient, WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import { createIndexBody, type IndexMeta, type IndexShape } from "./index-body.ts";

interface SettingsReply {
  readonly settings: { readonly index: { readonly number_of_shards: string; readonly number_of_replicas: string } };
}

/** Shards and copies of indices, by their names. @param what a name, an alias, or several with commas between them */
export async function shapesOf(client: ClusterClient, what: string): Promise<Map<string, IndexShape>> {
  const { status, body } = await client.request({
    method: "GET",
    path: `/${what}/_settings`,
    patienceMs: WRITE_PATIENCE_MS,
  });
  if (status === 404) return new Map();
  return new Map(
    Object.entries(body as Readonly<Record<string, SettingsReply>>).map(([name, { settings }]) => {
      const { number_of_shards: shards, number_of_replicas: replicas } = settings.index;
      return [name, { shards: Number(shards), replicas: Number(replicas) }];
    }),
  );
}

export interface PartOptions {
  readonly name: string;
  readonly meta: IndexMeta;
  readonly shape: IndexShape;
  /** Of which it is a part from its beginning; absent while nobody is to see it. */
  readonly alias?: string | undefined;
}

/** Makes an index of articles; it appears whole. One that was made by the same request, whose reply was lost, is as good. */
export async function makePart(client: ClusterClient, { name, meta, shape, alias }: PartOptions): Promise<void> {
  const body = { ...createIndexBody(meta, shape), ...(alias !== undefined && { aliases: { [alias]: {} } }) };
  const query = { wait_for_active_shards: 1 + shape.replicas };
  try {
    await client.request({ method: "PUT", path: `/${name}`, body, query, patienceMs: WRITE_PATIENCE_MS });
  } catch (error) {
    if (!(error instanceof AppError && error.message.includes("resource_already_exists"))) throw error;
    if (alias !== undefined && !(await shapesOf(client, alias)).has(name))
      throw new AppError(
        "archive-damaged",
        `The index ${name} is there and does not belong to ${alias}: it was not made by wenxun, or its alias was removed.`,
        { cause: error },
      );
  }
}
