/** The search service over articles in memory, and a few that it is tried on. */
import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import type { SearchResult } from "../../src/archive/result.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { searchInThisThread } from "../../src/local/search/searcher.ts";
import { createSearchService } from "../../src/search/service.ts";
import { createFakeEncoder } from "./encoder.ts";
import { createMemoryArchive, type FakeArticle } from "./memory-archive.ts";

export const encoder = createFakeEncoder();

/** Every hit of a small archive. */
export const REQUEST: SearchRequest = { ...PLAIN_REQUEST, limit: 100 };

/** Noon of a day in Shanghai. */
export const day = (value: string): number => Date.parse(`${value}T04:00:00Z`);

export async function withVectors(articles: readonly FakeArticle[]): Promise<FakeArticle[]> {
  const vectors = await encoder.encode(
    articles.map(({ title, body }) => `${title}\n${body}`),
    { role: "document" },
  );
  return articles.map((article, index) => ({ ...article, vector: vectors[index] }));
}

export async function createService(articles: readonly FakeArticle[], withEncoder: Encoder = encoder) {
  return createSearchService({
    archive: searchInThisThread(createMemoryArchive(await withVectors(articles))),
    encoder: withEncoder,
  });
}

export const idsOf = ({ hits }: SearchResult): string[] => hits.map(({ id }) => id);
export const matchingIdsOf = ({ hits }: SearchResult): string[] =>
  hits.flatMap(({ id, match }) => (match === "related" ? [] : [id]));
/** Hits that match, and their copies. */
export const allMatchingIdsOf = ({ hits }: SearchResult): string[] =>
  hits.flatMap(({ id, copies, match }) => (match === "related" ? [] : [id, ...copies.map((copy) => copy.id)]));
/** Hits and their copies. */
export const allIdsOf = ({ hits }: SearchResult): string[] =>
  hits.flatMap(({ id, copies }) => [id, ...copies.map((c) => c.id)]);

export const ARTICLES: readonly FakeArticle[] = [
  {
    id: "tram",
    title: "有轨电车试运行",
    body: "沿江的有轨电车今天开始试运行。首日免费，市民排起长队。",
    source: "江湾日报",
    category: "交通",
    publishedAtMs: day("2021-03-14"),
  },
  {
    id: "tram-hant",
    title: "有軌電車開通，網際網路購票同步上線",
    body: "電車公司表示，軟體可以查詢班次。",
    source: "海灣時報",
    category: "交通",
    publishedAtMs: day("2021-03-15"),
  },
  {
    id: "software",
    title: "软件园扩建",
    body: "城东的软件园将扩建二期，预计引入三十家人工智能企业。智能驾驶也在其列，人工客服仍保留。",
    source: "江湾日报",
    category: "科技",
    publishedAtMs: day("2022-07-01"),
  },
  {
    id: "labour",
    title: "人工费上涨",
    body: "装修的人工费今年上涨了两成，智能门锁的安装费没有变。工智两字在此无意。",
    source: "城南晚报",
    category: "经济",
    publishedAtMs: day("2023-01-05"),
  },
  { id: "undated", title: "老照片里的电车", body: "一组没有日期的老照片，记录了城里最早的电车。", source: "城南晚报" },
  {
    id: "covid",
    title: "COVID-19 疫苗接种点延长开放",
    body: "接种点开放到晚上九点。",
    source: "江湾日报",
    category: "健康",
    publishedAtMs: day("2021-06-01"),
  },
];
