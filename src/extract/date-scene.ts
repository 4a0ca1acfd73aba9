import type { Block } from "./blocks.ts";
import type { Precision } from "./date-patterns.ts";
import type { ArticleData } from "./json-ld.ts";
import type { Page } from "./page-tree.ts";

/** The page, and where its article stands in it. */
export interface DateScene {
  readonly page: Page;
  readonly blocks: readonly Block[];
  readonly data: ArticleData;
  readonly title: string | undefined;
  readonly titleOrder: number | undefined;
  /** `order` of the first and of the last block of the article's text. */
  readonly textStart: number;
  readonly textEnd: number;
  /** `order` of the last block in the box of the text, prose or not. */
  readonly boxEnd: number;
  readonly url: string | undefined;
  readonly isTraditional: boolean;
}

/** A date that may be that of publication. */
export interface DateCandidate {
  readonly atMs: number;
  readonly precision: Precision;
  readonly kind: "page" | "data" | "script" | "address";
  /** How likely it is before other evidence is heard; from {@link MIN_SCORE} on it is believed alone. */
  readonly score: number;
  readonly why: string;
}

export const MIN_SCORE = 40;
export const DAY_MS = 86_400_000;
