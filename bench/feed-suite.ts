/**
 * How feeds are read whose right reading is known: files of a folder that begin with a comment `Expect: … entries[0]['title'] == '…'`, as the
 * suite of the project kurtmckee/feedparser on GitHub has them (tests/wellformed, tests/encoding, tests/illformed).
 *
 *     node bench/feed-suite.ts FOLDER [--verbose]
 *
 * A file counts as read when it is told to be a feed and nothing throws. Of what a file expects, title, link, id, text and time are compared;
 * texts without markup. Of several texts of an item wenxun takes the longest, so some of the suite's expectations cannot hold.
 */
import { globSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createMapper } from "../src/ingest/article.ts";
import { htmlToText } from "../src/ingest/html.ts";
import { decodeDocument } from "../src/sources/documents/decode-document.ts";
import type { FeedDocument } from "../src/sources/documents/feed-document.ts";
import { parseXmlFeed } from "../src/sources/documents/parse-xml-feed.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { verbose: { type: "boolean" } } });
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: feed-suite.ts FOLDER [--verbose]");

const EXPECTATION =
  /(entries\[0\]|feed)\[u?'(\w+)'\](?:\[0\]\[u?'value'\])?\s*==\s*(?:u?'((?:[^'\\]|\\.)*)'|u?"((?:[^"\\]|\\.)*)"|\(([\d, ]+)\))/g;

const toText = (text: string): string =>
  text.replace(/\\(u[0-9a-f]{4}|x[0-9a-f]{2}|.)/gi, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : code === "n" ? "\n" : code,
  );
const plain = (text: string): string => htmlToText(text).replace(/\s+/g, " ").trim();

/** What was read in the place that an expectation names; undefined for places that are not compared. */
function readPlace(feed: FeedDocument, where: string, field: string): { readonly got: string } | undefined {
  if (where === "feed") {
    const own: Readonly<Record<string, string | undefined>> = { title: feed.title ?? "", link: feed.siteUrl ?? "" };
    return own[field] === undefined ? undefined : { got: own[field] };
  }
  const [item] = feed.items;
  if (field === "link") return { got: item?.url ?? "" };
  if (field === "id" || field === "guid") return { got: item?.guid ?? "" };
  const { title: given, body: text } = item?.record ?? {};
  // Without a title and a text there is no article, and a time would belong to nothing.
  const isBare = (given ?? "") === "" && (text ?? "") === "";
  const mapped = createMapper({ source: feed.title })({ ...item?.record, ...(isBare && { title: "-" }) });
  const { title, body, publishedAtMs } = "article" in mapped ? mapped.article : { title: "", body: "" };
  switch (field) {
    case "title":
      return { got: isBare ? "" : title };
    case "summary":
    case "description":
    case "content":
      return { got: body };
    case "published_parsed":
    case "updated_parsed":
      return { got: publishedAtMs === undefined ? "" : new Date(publishedAtMs).toISOString().slice(0, 19) };
    default:
      return undefined;
  }
}

const toIso = (parts: string): string => {
  const [year = 0, month = 1, day, hour, minute, second] = parts.split(",").map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString().slice(0, 19);
};

let read = 0;
let thrown = 0;
let compared = 0;
let right = 0;
const files = globSync(`${folder}/**/*.xml`).sort();
for (const file of files) {
  const bytes = readFileSync(file);
  const head = (await decodeDocument(bytes)).slice(0, 8000);
  const header = (name: string): string | undefined =>
    new RegExp(`Header:\\s*${name}:\\s*(\\S.*)`, "i").exec(head)?.[1]?.trim();
  let feed: FeedDocument | undefined;
  try {
    const path = file.split("/tests/")[1] ?? file;
    const url = header("Content-Location") ?? `http://127.0.0.1:8097/tests/${path}`;
    feed = parseXmlFeed(await decodeDocument(bytes, header("Content-type")), url);
  } catch (error) {
    thrown++;
    console.log(`threw   ${file}: ${error}`);
  }
  if (feed === undefined) {
    if (values.verbose) console.log(`no feed ${file}`);
    continue;
  }
  read++;
  const expected = /Expect:\s*([\s\S]*?)-->/.exec(head)?.[1] ?? "";
  for (const [, where = "", field = "", single, double, time] of expected.matchAll(EXPECTATION)) {
    const place = readPlace(feed, where, field);
    if (place === undefined) continue;
    compared++;
    const want = time === undefined ? plain(toText(single ?? double ?? "")) : toIso(time);
    const isRight = plain(place.got) === want || place.got.replace(/\s+/g, " ").trim() === want;
    if (isRight) right++;
    else if (values.verbose)
      console.log(`differs ${file} ${where}.${field}: ${JSON.stringify(want)}, read ${JSON.stringify(place.got)}`);
  }
}
console.log({ files: files.length, read, thrown, compared, right });
