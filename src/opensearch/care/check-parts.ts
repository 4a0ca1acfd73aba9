import { listBehind, listParts } from "../index/behind-alias.ts";
import { countDataNodes } from "../index/check-cluster.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { UNDATED_PART } from "../index/partition.ts";
import { type ClusterFinding, fault, fine, warning } from "./cluster-finding.ts";
import { readClusterSettings } from "./cluster-settings.ts";

/** States of an archive that a cluster should be able to keep open: batches of ten minutes with somebody reading. */
const STATES_WANTED = 20;

const STATES_SETTING = "search.max_open_pit_context";

const STATES_DEFAULT = 300;

interface Part {
  readonly index: string;
  /** Shards, without their copies. */
  readonly pri: string;
  readonly "docs.count": string | null;
}

/** Of an archive by years whether all parts are in their place, which hold nothing, and whether there are too many for its states. */
export async function* checkParts(index: OpenIndex): AsyncGenerator<ClusterFinding> {
  const { client, names, partition } = index;
  if (partition === "none") return;
  const behind = await listBehind(index);
  const strays = (await listParts(index)).filter((name) => !behind.includes(name));
  if (strays.length > 0)
    yield fault(
      "part-left-out",
      `${strays.join(", ")} ${strays.length > 1 ? "are parts" : "is a part"} of the archive by name, and not behind the alias ${names.articles}: what is in there is not found.`,
      `POST /_aliases {"actions": [${strays.map((name) => `{"add": {"index": "${name}", "alias": "${names.articles}"}}`).join(", ")}]}, or delete what is not wanted`,
    );
  const { body } = await client.request({
    method: "GET",
    path: `/_cat/indices/${names.articles}`,
    query: { format: "json", h: "index,pri,docs.count" },
  });
  const parts = body as readonly Part[];
  const empty = parts.filter((part) => part["docs.count"] === "0" && !part.index.endsWith(`-${UNDATED_PART}`));
  if (empty.length > 0)
    yield warning(
      "part-empty",
      `No article is in ${empty.map((part) => part.index).join(", ")} any more, and every search asks there all the same.`,
      `DELETE /${empty.map((part) => part.index).join(",")}`,
    );
  const shards = parts.reduce((sum, { pri }) => sum + Number(pri), 0);
  const [nodes, settings] = [await countDataNodes(client), await readClusterSettings(client)];
  const places = Number(settings.get(STATES_SETTING) ?? STATES_DEFAULT);
  const states = Math.floor(places / Math.ceil(shards / nodes));
  if (states < STATES_WANTED)
    yield warning(
      "few-states",
      `The archive has ${shards} shards, and a node keeps ${places} open for searches: about ${states} states of the archive, of which older ones are given up when new ones come.`,
      `PUT /_cluster/settings {"persistent": {"${STATES_SETTING}": ${STATES_WANTED * Math.ceil(shards / nodes)}}}`,
    );
  yield fine(`by years: ${parts.length} indices, ${shards} shards`);
}
