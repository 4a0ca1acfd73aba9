import type { DocsTask } from "../strings/docs-words.ts";

/** Where the examples ask, and whether they need a token. */
export interface ExampleSite {
  /** Address of the server, without a slash at the end. */
  readonly base: string;
  /** An article's id as a part of a path. */
  readonly idSegment: string;
  readonly needsToken: boolean;
}

/** One task in three languages. */
export interface Example {
  readonly curl: string;
  readonly javascript: string;
  readonly python: string;
}

/** What is looked for. */
const QUERY = "台风";

/** By which curl shows the token. */
export const CURL_TOKEN = ` -H "authorization: Bearer $WENXUN_TOKEN"`;

/** Programs that run as they stand, against this server. */
export function examplesOf({ base, idSegment, needsToken }: ExampleSite): Readonly<Record<DocsTask, Example>> {
  const curl = (path: string, ...params: readonly string[]): string =>
    `curl${needsToken ? CURL_TOKEN : ""} -G '${base}/${path}'${params.map((param) => ` \\\n  --data-urlencode '${param}'`).join("")}`;
  const token = needsToken ? ", { token: env.WENXUN_TOKEN }" : "";
  const javascript = (code: string): string =>
    `${needsToken ? 'import { env } from "node:process";\n' : ""}import { createClient } from "wenxun/client";\n\nconst archive = createClient("${base}/"${token});\n${code}`;
  const python = (code: string, imports = "json"): string =>
    `import ${needsToken ? "os, " : ""}${imports}
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

def ask(path, **params):
    url = f"${base}/{path}?" + urlencode(params, doseq=True)
    return urlopen(Request(url${needsToken ? ', headers={"Authorization": "Bearer " + os.environ["WENXUN_TOKEN"]}' : ""}))

${code}`;
  return {
    search: {
      curl: curl("api/v1/search", `q=${QUERY}`, "limit=3"),
      javascript: javascript(
        `const { total, hits } = await archive.search({ q: "${QUERY}", limit: 3 });\nconsole.log(total, hits.map(({ title }) => title));`,
      ),
      python: python(
        `found = json.load(ask("api/v1/search", q="${QUERY}", limit=3))\nprint(found["total"], [hit["title"] for hit in found["hits"]])`,
      ),
    },
    pages: {
      curl: curl("api/v1/search", `q=${QUERY}`, "limit=100"),
      javascript: javascript(
        `for await (const { published, title } of archive.searchAll({ q: "${QUERY}" })) console.log(published, title);`,
      ),
      python: python(
        `page = {"nextCursor": None}
while "nextCursor" in page:
    cursor = {"cursor": page["nextCursor"]} if page["nextCursor"] else {}
    page = json.load(ask("api/v1/search", q="${QUERY}", limit=100, **cursor))
    for hit in page["hits"]:
        print(hit["published"], hit["title"])
if "list-cut" in page["notices"]:
    raise SystemExit("list-cut")`,
      ),
    },
    article: {
      curl: curl(`api/v1/articles/${idSegment}`),
      javascript: javascript(
        `const { hits } = await archive.search({ limit: 1 });\nfor (const { id } of hits) console.log(await archive.article(id));`,
      ),
      python: python(
        `for hit in json.load(ask("api/v1/search", limit=1))["hits"]:\n    print(json.load(ask("api/v1/articles/" + quote(hit["id"], safe=""))))`,
      ),
    },
    counts: {
      curl: curl("api/v1/counts.csv", `q=${QUERY}`, "q=暴雨", "interval=year"),
      javascript: javascript(
        `const { series } = await archive.counts({ q: ["${QUERY}", "暴雨"], interval: "year" });\nfor (const { query, periods } of series) console.log(query, periods);`,
      ),
      python: python(
        `rows = ask("api/v1/counts.csv", q=["${QUERY}", "暴雨"], interval="year").read().decode("utf-8-sig")\nfor row in csv.DictReader(rows.splitlines()):\n    print(row["query"], row["start"], row["count"], row["share"])`,
        "csv",
      ),
    },
    export: {
      curl: curl("export.jsonl", `q=${QUERY}`),
      javascript: javascript(
        `for await (const { title, body } of archive.exportArticles({ q: "${QUERY}" })) console.log(title, body.length);`,
      ),
      python: python(
        `for line in ask("export.jsonl", q="${QUERY}"):\n    article = json.loads(line)\n    print(article["title"], len(article["body"]))`,
      ),
    },
  };
}
