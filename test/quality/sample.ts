import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An article of `sample/articles.jsonl`. */
export interface SampleArticle {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** ISO 8601 with +08:00. */
  readonly published: string;
  readonly source: string;
  readonly category: string;
  readonly url: string;
}

/** What is known to be true of the sample: `sample/stories.json`. */
export interface SampleStories {
  /** Tellings of one event, copies left out. */
  readonly stories: readonly { readonly id: string; readonly about: string; readonly articles: readonly string[] }[];
  /** Near-copies, each paired with its original. */
  readonly copies: readonly { readonly original: string; readonly copy: string }[];
}

const root = join(import.meta.dirname, "../..");

export const SAMPLE_FILE = join(root, "sample/articles.jsonl");

export const loadSampleArticles = (): SampleArticle[] => loadJsonLines<SampleArticle>(SAMPLE_FILE);

export const loadSampleStories = (): SampleStories =>
  JSON.parse(readFileSync(join(root, "sample/stories.json"), "utf8")) as SampleStories;

export function loadJsonLines<T>(file: string): T[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
