import type { ActivityKind } from "../../archive/archive.ts";
import type { Lack, SearchMode, SortOrder } from "../../archive/request.ts";
import type { SearchNotice } from "../../archive/result.ts";
import type { ErrorCode } from "../../errors.ts";
import type { ResourceStatus } from "../../resources/resources.ts";
import type { CountInterval } from "../../search/count-by-date.ts";
import type { Density } from "../density-setting.ts";

/** Every sentence the pages say, once per language. */
export interface Strings {
  /** The product's name. */
  readonly name: string;
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
  /** Names the sheet with everything that narrows a search, on small screens. */
  readonly filter: string;
  /** Leaves that sheet. */
  readonly showResults: string;
  readonly close: string;
  readonly filters: string;
  readonly removeFilter: (name: string) => string;
  readonly excluded: (name: string) => string;
  readonly exclude: (name: string) => string;
  readonly clearFilters: string;
  readonly moreFacets: (count: string) => string;
  /** Values of a facet that are not listed, and the articles that have one of them. */
  readonly unlistedFacets: (values: string, articles: string) => string;
  /** Articles that lack something, as a choice. */
  readonly without: Readonly<Record<Lack, string>>;
  /** Before the query as it was read. */
  readonly readQueryAs: string;
  readonly unknownOperators: (operators: string) => string;
  readonly relaxed: (held: string, wanted: string) => string;
  /** Over what is merely similar: after matches, where no article holds the words, and where none is near. */
  readonly relatedToo: (count: string) => string;
  readonly relatedInstead: (query: string) => string;
  readonly relatedAlone: string;
  readonly findValue: string;
  readonly allValues: string;
  readonly results: string;
  readonly bigStories: string;
  /** The same where the last week that the archive holds is long past. */
  readonly bigStoriesOf: (days: string) => string;
  readonly outletsReports: (outlets: string, reports: string) => string;
  readonly sourcesCounted: (count: string) => string;
  readonly latest: string;
  /** The same where the oldest come first. */
  readonly oldest: string;
  /** How many articles match; a rule says which these are, right after the number. */
  readonly total: (count: string) => string;
  readonly rules: Readonly<Record<SearchMode | "all" | "allFromOldest", string>>;
  /** What holds for every rule. */
  readonly ruleNote: string;
  readonly ruleLink: string;
  readonly took: (ms: string) => string;
  readonly histogram: string;
  readonly perInterval: Readonly<Record<CountInterval, string>>;
  readonly gap: string;
  readonly ranges: string;
  readonly earlier: string;
  readonly later: string;
  readonly wider: string;
  readonly allDays: string;
  readonly pickDays: string;
  /** What may be typed as a day, shown in the empty field. */
  readonly dayExample: string;
  /** Why the days that were typed are none to search by, and how days may be written. */
  readonly dayFaults: {
    readonly unreadable: (field: string, typed: string) => string;
    readonly reversed: (from: string, to: string) => string;
    readonly undated: string;
    readonly hint: string;
  };
  readonly suggestions: string;
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
  readonly whySemantic: string;
  readonly copies: (count: string) => string;
  /** Near-copies, where not every one is of another outlet. */
  readonly sameTexts: (count: string) => string;
  readonly tellingsHere: (count: string) => string;
  readonly folded: (count: string) => string;
  /** The same where all of them are near-copies. */
  readonly foldedCopies: (count: string) => string;
  readonly storiesOff: string;
  readonly storiesOn: string;
  readonly original: string;
  readonly differences: string;
  readonly edition: (number: string) => string;
  readonly newestEdition: string;
  readonly changed: (times: string) => string;
  readonly whatChanged: string;
  readonly tellings: string;
  /** Under a story of which the nearest tellings alone are listed. */
  readonly nearestTellings: (count: string) => string;
  readonly thisOne: string;
  readonly sameDay: string;
  /** Of an article whose clock time is not known. */
  readonly dayOnly: string;
  /** Marks the first of the tellings of a story that are listed. */
  readonly earliest: string;
  /** Leads to the oldest of what was found. */
  readonly whoWasFirst: string;
  readonly sameTime: string;
  readonly readAs: string;
  readonly converted: string;
  readonly asPublished: string;
  readonly before: (length: string) => string;
  readonly after: (length: string) => string;
  readonly readingTime: (minutes: string) => string;
  /** Which outlet published a text first of those that are listed; undefined where that one names none. */
  readonly first: (source: string | undefined) => string;
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
    readonly readOn: string;
    readonly filter: string;
    readonly undo: string;
    readonly help: string;
  };
  readonly notices: Readonly<Record<SearchNotice, string>>;
  /** What an error code means, for people. */
  readonly errors: Readonly<Record<ErrorCode, string>>;
  readonly errorAdvice: Readonly<Record<"client" | "forbidden" | "missing" | "busy" | "server", string>>;
  readonly sources: {
    readonly title: string;
    readonly empty: string;
    readonly add: string;
    readonly address: string;
    readonly name: string;
    readonly health: Readonly<Record<"ok" | "failing" | "new" | "paused" | "stopped", string>>;
    readonly lastSuccess: string;
    readonly nextCheck: string;
    readonly perDay: (count: string) => string;
    readonly days: string;
    readonly none: (days: string) => string;
    readonly missed: (when: string) => string;
    readonly waiting: (count: string) => string;
    /** A hub tells of what is new at once. */
    readonly byHub: string;
    /** How many there are, how many of them fail, and what is new of all. */
    readonly counted: (count: string) => string;
    readonly failing: (count: string) => string;
    readonly freshSince: (count: string, when: string) => string;
    readonly fresh: (count: string) => string;
    readonly check: string;
    readonly pause: string;
    readonly resume: string;
    readonly remove: string;
    readonly added: string;
    readonly known: string;
  };
  readonly machine: {
    readonly archive: string;
    readonly opening: string;
    readonly articles: string;
    readonly sources: string;
    readonly categories: string;
    readonly segments: string;
    readonly snapshot: string;
    readonly timezone: string;
    readonly memory: string;
    readonly resident: string;
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
    /** Saves every article that the page lists. */
    readonly saveAll: string;
    /** How many were saved just now. */
    readonly savedNow: (count: string) => string;
    readonly collection: string;
    readonly hint: string;
    readonly needsScript: string;
    readonly none: string;
    readonly folder: string;
    readonly allFolders: string;
    readonly tags: string;
    readonly note: string;
    /** Opens the folder, tags and note of an article. */
    readonly sortIn: string;
    /** Opens the folder and tags for all that is shown. */
    readonly together: string;
    readonly apply: string;
    readonly print: string;
    readonly importFile: string;
    readonly imported: (count: string) => string;
    readonly unreadable: string;
    readonly copy: string;
    readonly copied: string;
    readonly remove: string;
  };
  readonly exporting: {
    readonly orders: Readonly<Record<SortOrder, string>>;
    readonly first: (exported: string, total: string, order: string) => string;
    readonly all: (total: string, order: string) => string;
    readonly zone: (timezone: string) => string;
  };
  readonly chart: {
    readonly controls: string;
    readonly period: string;
    readonly intervals: Readonly<Record<CountInterval, string>>;
    readonly measure: string;
    readonly count: string;
    readonly share: string;
    readonly shareOfAll: string;
    readonly shareOfSource: string;
    readonly shareRule: string;
    readonly series: string;
    readonly together: string;
    readonly bySource: string;
    /** The way to the table of the same numbers. */
    readonly numbers: string;
    readonly all: string;
    readonly others: string;
    readonly everything: string;
    readonly sum: string;
    readonly inBrackets: (text: string) => string;
  };
  readonly reading: {
    readonly label: string;
    /** The choice to read each article as it was published. */
    readonly published: string;
    /** Makes the script of one article that of all. */
    readonly always: string;
    readonly place: (place: string, of: string) => string;
    readonly previous: string;
    readonly next: string;
    /** Names the links to the parts of an article's page. */
    readonly contents: string;
    /** Names the links to what lies around an article in the archive. */
    readonly around: string;
    readonly ofSource: (source: string) => string;
    readonly ofDay: (day: string) => string;
  };
  readonly differing: {
    readonly older: string;
    readonly newer: string;
    /** Where it is not known which came first. */
    readonly one: string;
    readonly other: string;
    readonly common: (share: string) => string;
    /** How much of each of the two stands in the other. */
    readonly kept: (first: string, second: string) => string;
    readonly identical: string;
    readonly independent: string;
    readonly cut: (units: string) => string;
    readonly ignored: string;
    readonly kinds: Readonly<Record<"added" | "removed" | "rewritten" | "moved", string>>;
    readonly moved: (number: number) => string;
  };
  readonly login: {
    readonly title: string;
    readonly intro: string;
    /** The same where everybody may read. */
    readonly introOpen: string;
    /** Where everybody may read, but not the page that was asked for. */
    readonly introPage: string;
    readonly token: string;
    readonly tokenHint: string;
    readonly submit: string;
    readonly wrong: string;
    readonly tooOften: (seconds: string) => string;
    readonly foreign: string;
    readonly left: string;
    readonly leave: string;
    readonly leaveHint: (name: string) => string;
    readonly takeAlong: string;
    readonly stay: string;
  };
  readonly requestId: string;
  readonly home: string;
  readonly docs: string;
  readonly status: string;
  /** Sets how close hits stand. */
  readonly densities: Readonly<Record<Density, string>>;
  readonly language: string;
  /** What stands behind its name, with the colon of the language. */
  readonly labelled: (name: string, text: string) => string;
}
