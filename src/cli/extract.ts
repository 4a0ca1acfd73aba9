import { open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { type AskingOptions, openAsking } from "../compose/following.ts";
import { loadSiteRules } from "../compose/load-site-rules.ts";
import { AppError, isSystemError } from "../errors.ts";
import type { Extracted, PublishedDate } from "../extract/extracted.ts";
import { startExtractor } from "../extract/extractor.ts";
import { PAGE_TYPES } from "../sources/kinds/page-source.ts";
import { assertOk } from "../sources/kinds/read-answer.ts";
import { zoneOffsetMs } from "../text/days.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { addSettings } from "./settings.ts";

interface Flags extends DataFlags {
  readonly url?: string;
  readonly contentType?: string;
}

/** A page is no larger; a file may be anything. */
const MAX_BYTES = 15 * 1024 * 1024;

export function registerExtract(program: Command, context: CliContext): void {
  const command = program
    .command("extract")
    .argument("<PAGE>", "the address of a page, a file in HTML, or - for standard input")
    .description(
      "Reads a page and writes the article in it: headline, date, author, source, address, language and the text in\n" +
        "paragraphs. With --json also which rule took each field, and which lines were taken out. A page that is named by its\n" +
        "address is fetched once, where robots.txt allows it; of files nothing is fetched.",
    )
    .option("--url <URL>", "Where the page was found: links are read against it, and its date counts as evidence.")
    .option("--content-type <TYPE>", "The Content-Type that the page came with.");
  addDataFlags(command);
  const settings = addSettings(command, [
    "timezone",
    "siteRules",
    "fetchAllow",
    "fetchContact",
    "fetchTimeoutMs",
    "fetchMaxBytes",
    "publicUrl",
  ]);
  command.action(async (name: string, flags: Flags) => {
    const { url, contentType } = flags;
    const { config } = settings.load(context);
    const { timezone, siteRules } = config;
    if (url !== undefined && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ""))
      throw new AppError("usage", `"${url}" is no address of a page.`, {
        remedy: { code: "option-takes", option: "url", takes: "an http or https address" },
      });
    const folder = siteRules === undefined ? undefined : resolve(context.workingFolder, siteRules);
    const page = isAddress(name)
      ? await fetchPage(name, config, context.stopSignal())
      : {
          bytes:
            name === "-" ? await readAll(context.stdin) : await readPage(resolve(context.workingFolder, name), name),
        };
    await using extractor = startExtractor({
      maxBytes: Math.max(MAX_BYTES, page.bytes.length),
      rules: loadSiteRules(folder),
    });
    // What is said on the command line counts more than what the site says.
    const { bytes, ...about } = page;
    const said = { ...(url !== undefined && { url }), ...(contentType !== undefined && { contentType }) };
    const article = await extractor.extract(bytes, { ...about, ...said, timezone });
    for (const notice of article.notices) context.stderr.write(`${notice}\n`);
    if (!writeData(flags, context, toJson(article, timezone))) context.stdout.write(toText(article, timezone));
    if (article.paragraphs.length === 0)
      throw new AppError("bad-input", `${name === "-" ? "Standard input" : name} holds no text of an article.`);
  });
}

interface ReadBytes {
  readonly bytes: Buffer;
  readonly url?: string;
  readonly contentType?: string | undefined;
  readonly fetchedAtMs?: number;
}

const isAddress = (name: string): boolean => /^https?:\/\//i.test(name);

/** @throws AppError `fetch-refused`, `fetch-failed` */
async function fetchPage(address: string, config: AskingOptions, signal: AbortSignal): Promise<ReadBytes> {
  await using asking = openAsking(config);
  await asking.assertAllowed(address, signal);
  const answer = await asking.fetcher.get(address, { accept: PAGE_TYPES, signal });
  // A redirect may lead to where robots are asked to keep out.
  if (answer.url !== address) await asking.assertAllowed(answer.url, signal);
  const fetchedAtMs = asking.clock.nowMs();
  assertOk(answer, fetchedAtMs);
  return { bytes: answer.body, url: answer.url, contentType: answer.headers["content-type"], fetchedAtMs };
}

async function readPage(path: string, name: string): Promise<Buffer> {
  try {
    await using handle = await open(path);
    const { size } = await handle.stat();
    if (size > MAX_BYTES)
      throw new AppError("payload-too-large", `${name} has ${size} bytes; a page has at most ${MAX_BYTES}.`);
    return await readFile(handle);
  } catch (error) {
    if (isSystemError(error))
      throw new AppError("bad-input", `${name} cannot be read: ${error.code}.`, { cause: error });
    throw error;
  }
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES)
      throw new AppError(
        "payload-too-large",
        `Standard input has more than ${MAX_BYTES} bytes; a page has at most as many.`,
      );
  }
  return Buffer.concat(parts);
}

/** A day as a day, a time as clocks of the zone show it, with their offset. */
function toPublished({ atMs, precision }: PublishedDate, timezone: string): string {
  const offsetMs = zoneOffsetMs(atMs, timezone);
  const local = new Date(atMs + offsetMs).toISOString();
  if (precision === "day") return local.slice(0, 10);
  const minutes = Math.abs(Math.trunc(offsetMs / 60_000));
  const [hour, minute] = [Math.trunc(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return `${local.slice(0, 19)}${offsetMs < 0 ? "-" : "+"}${hour}:${minute}`;
}

function toJson(article: Extracted, timezone: string) {
  const { title, published, author, source, canonicalUrl, language, nextPage, ...rest } = article;
  return {
    title: title ?? null,
    published: published === undefined ? null : toPublished(published, timezone),
    precision: published?.precision ?? null,
    author: author ?? null,
    source: source ?? null,
    canonicalUrl: canonicalUrl ?? null,
    language: language ?? null,
    nextPage: nextPage ?? null,
    ...rest,
  };
}

function toText(article: Extracted, timezone: string): string {
  const { title, published, author, source, canonicalUrl, nextPage, paragraphs } = article;
  const about = [published === undefined ? undefined : toPublished(published, timezone), source, author].filter(
    (part) => part !== undefined,
  );
  const head = [title, about.join(" · "), canonicalUrl].filter((line) => line !== undefined && line !== "");
  const foot = nextPage === undefined ? [] : [`Next page: ${nextPage}`];
  return `${[head.join("\n"), ...paragraphs, ...foot].join("\n\n")}\n`;
}
