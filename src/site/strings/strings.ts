import type { ActivityKind } from "../../archive/archive.ts";
import type { HistogramInterval, SearchMode, SortOrder } from "../../archive/request.ts";
import type { SearchNotice } from "../../archive/result.ts";
import type { ResourceStatus } from "../../resources/resources.ts";
import { en } from "./en.ts";
import { zhHans } from "./zh-hans.ts";
import { zhHant } from "./zh-hant.ts";

/** Every sentence the pages say, once per language. */
export interface Strings {
  readonly tagline: string;
  readonly skipToResults: string;
  readonly search: string;
  readonly searchLabel: string;
  readonly placeholder: string;
  readonly modeLabel: string;
  readonly modes: Readonly<Record<SearchMode, { readonly name: string; readonly hint: string }>>;
  readonly sortLabel: string;
  readonly sorts: Readonly<Record<SortOrder, string>>;
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly category: string;
  readonly anySource: string;
  readonly filters: string;
  readonly removeFilter: (name: string) => string;
  readonly excluded: (name: string) => string;
  readonly exclude: (name: string) => string;
  readonly clearFilters: string;
  readonly moreFacets: (count: string) => string;
  readonly findValue: string;
  readonly allValues: string;
  readonly results: string;
  readonly latest: string;
  /** How many articles match, and by which rule they are counted. */
  readonly total: (count: string) => string;
  readonly rules: Readonly<Record<SearchMode | "all", string>>;
  readonly ruleLink: string;
  readonly took: (ms: string) => string;
  readonly histogram: string;
  readonly perInterval: Readonly<Record<HistogramInterval, string>>;
  readonly gap: string;
  readonly ranges: string;
  readonly earlier: string;
  readonly later: string;
  readonly wider: string;
  readonly allDays: string;
  readonly undo: string;
  readonly lastDays: (days: string) => string;
  readonly compare: string;
  readonly compareWith: string;
  readonly articles: (count: string) => string;
  readonly undated: string;
  readonly previous: string;
  readonly next: string;
  readonly page: (page: string, pages: string) => string;
  readonly why: string;
  readonly whyFound: string;
  readonly whyMissing: string;
  readonly whySentences: string;
  readonly whyKeyword: string;
  readonly whySemantic: string;
  readonly copies: (count: string) => string;
  readonly tellingsHere: (count: string) => string;
  readonly folded: (count: string) => string;
  readonly storiesOff: string;
  readonly storiesOn: string;
  readonly original: string;
  readonly differences: string;
  readonly onlyIn: string;
  readonly tooDifferent: string;
  readonly tellings: string;
  readonly thisOne: string;
  readonly sameTime: string;
  readonly readAs: string;
  readonly converted: string;
  readonly asPublished: string;
  readonly before: (length: string) => string;
  readonly after: (length: string) => string;
  readonly readingTime: (minutes: string) => string;
  readonly first: (source: string) => string;
  readonly cite: string;
  readonly exportAs: string;
  readonly follow: string;
  readonly share: string;
  readonly linkCopied: string;
  readonly similar: string;
  readonly noSimilar: string;
  readonly back: string;
  readonly untitled: string;
  readonly noBody: string;
  readonly emptyTitle: string;
  readonly emptyAdvice: string;
  readonly tryMeaning: string;
  /** How many articles the search finds without its filters. */
  readonly withoutFilters: (count: string) => string;
  readonly emptyArchive: string;
  readonly tryThese: string;
  readonly alsoSearched: string;
  readonly away: string;
  readonly recent: string;
  readonly clearRecent: string;
  readonly keys: {
    readonly title: string;
    readonly search: string;
    readonly move: string;
    readonly open: string;
    readonly leave: string;
    readonly undo: string;
    readonly help: string;
    readonly close: string;
  };
  readonly notices: Readonly<Record<SearchNotice, string>>;
  readonly errorTitle: string;
  readonly errorAdvice: Readonly<Record<"client" | "missing" | "busy" | "server", string>>;
  readonly machine: {
    readonly archive: string;
    readonly opening: string;
    readonly articles: string;
    readonly segments: string;
    readonly snapshot: string;
    readonly timezone: string;
    readonly memory: string;
    readonly heap: string;
    readonly external: string;
    readonly ceiling: string;
    readonly highest: string;
    readonly threads: string;
    readonly threadsBusy: (threads: string, running: string, waiting: string) => string;
    readonly uptime: string;
    readonly resources: string;
    readonly resourcesHint: string;
    readonly encoder: string;
    readonly name: string;
    readonly dimensions: string;
    readonly size: string;
    readonly fingerprint: string;
    readonly state: string;
    readonly loads: string;
    readonly loadTime: string;
    readonly borrowers: string;
    readonly hits: string;
    readonly states: Readonly<Record<ResourceStatus["state"], string>>;
    readonly activities: Readonly<Record<ActivityKind, string>>;
    readonly memoryOver: (minutes: string, highest: string) => string;
  };
  readonly saving: {
    readonly save: string;
    readonly saved: string;
    readonly collection: string;
    readonly hint: string;
    readonly needsScript: string;
    readonly none: string;
    readonly remove: string;
  };
  readonly requestId: string;
  readonly home: string;
  readonly docs: string;
  readonly status: string;
  readonly language: string;
}

export const LANGUAGES = ["zh-Hans", "zh-Hant", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  "zh-Hans": "简体",
  "zh-Hant": "繁體",
  en: "English",
};

export const STRINGS: Readonly<Record<Language, Strings>> = { "zh-Hans": zhHans, "zh-Hant": zhHant, en };

export const isLanguage = (value: unknown): value is Language => (LANGUAGES as readonly unknown[]).includes(value);

/** The first language of an Accept-Language header (RFC 9110, 12.5.4) that the pages speak; Simplified Chinese otherwise. */
export function negotiateLanguage(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { tag } of wishes) {
    if (/^zh\b.*\b(hant|tw|hk|mo)\b/.test(tag)) return "zh-Hant";
    if (/^zh\b/.test(tag)) return "zh-Hans";
    if (/^en\b/.test(tag)) return "en";
  }
  return "zh-Hans";
}
