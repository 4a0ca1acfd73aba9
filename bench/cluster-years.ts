/**
 * What an index for each year costs and spares: the same made-up articles in one index and by years, the same searches of both, and the
 * processor time that the nodes took for it.
 *
 *     node bench/cluster-years.ts ADDRESS ARTICLES YEARS
 *
 *     ADDRESS    opensearch+http://host:port/PREFIX; two archives are made whose indices begin with PREFIX, and removed at the end
 */
import { PLAIN_REQUEST } from "../src/archive/request.ts";
import { openForWriting } from "../src/compose/open-backend.ts";
import { parseClusterAddress } from "../src/opensearch/connection/cluster-address.ts";
import { type ClusterClient, connectToCluster } from "../src/opensearch/connection/cluster-client.ts";
import { createRandom } from "./million/random.ts";

const BATCH = 500;
const SEARCHES = 40;
const FIRST_YEAR = 2000;
const WORDS =
  "渡口 通航 台风 登陆 大桥 通车 市场 开盘 选举 结果 地铁 延误 科技 发布 球队 获胜 天气 转晴 医院 扩建".split(" ");

const [address, articleCount, yearCount] = process.argv.slice(2);
if (address === undefined || !(Number(articleCount) > 0) || !(Number(yearCount) > 0)) {
  console.error("usage: node bench/cluster-years.ts ADDRESS ARTICLES YEARS");
  process.exit(2);
}
const random = createRandom(7);
const someWords = (count: number): string[] =>
  Array.from({ length: count }, () => WORDS[random.below(WORDS.length)] ?? "");
const articles = Array.from({ length: Number(articleCount) }, (_, index) => ({
  id: `n${index}`,
  title: `${someWords(2).join("")}${index}`,
  body: someWords(60).join("，"),
  publishedAtMs: Date.UTC(FIRST_YEAR + random.below(Number(yearCount)), random.below(12), 1 + random.below(28)),
}));
const queries = Array.from({ length: SEARCHES }, () => someWords(2).join(" "));
const client = connectToCluster(parseClusterAddress(address));

/** Processor time of all nodes so far. */
async function readCpuMs(of: ClusterClient): Promise<number> {
  const { body } = await of.request({ method: "GET", path: "/_nodes/stats/process" });
  const { nodes } = body as { nodes: Readonly<Record<string, { process: { cpu: { total_in_millis: number } } }>> };
  return Object.values(nodes).reduce((sum, { process: own }) => sum + own.cpu.total_in_millis, 0);
}

async function measure(what: string, times: number, work: () => Promise<void>): Promise<void> {
  const beforeMs = await readCpuMs(client);
  await work();
  console.log(`| ${what} | ${(((await readCpuMs(client)) - beforeMs) / times).toFixed(1)} |`);
}

console.log("| | ms of the nodes |\n|---|---|");
for (const partition of ["none", "year"] as const) {
  const own = `${address}-${partition}`;
  const name = partition === "none" ? "one index" : "by years";
  await using opened = await openForWriting({
    folder: ".",
    cluster: { address: own, partition },
    encoder: { kind: "builtin" },
    timezone: "UTC",
  });
  const put = async (): Promise<void> => {
    for (let start = 0; start < articles.length; start += BATCH)
      await opened.writer.put(articles.slice(start, start + BATCH));
  };
  await measure(`${name}: an article that is new`, articles.length, put);
  await measure(`${name}: an article that is there already`, articles.length, put);
  const [first, last] = [`${FIRST_YEAR + 1}-01-01`, `${FIRST_YEAR + 1}-12-31`];
  for (const [where, range] of [
    ["everywhere", {}],
    ["in a year", { from: first, to: last }],
  ] as const)
    for (const mode of ["keyword", "hybrid"] as const) {
      const ask = async (): Promise<void> => {
        for (const query of queries) await opened.search.search({ ...PLAIN_REQUEST, ...range, mode, query });
      };
      await ask();
      await measure(`${name}: a search ${where}, ${mode}`, SEARCHES, ask);
    }
  const { prefix } = parseClusterAddress(own);
  await client.request({ method: "DELETE", path: `/${prefix}-articles-*,${prefix}-meta` });
}
await client.close();
