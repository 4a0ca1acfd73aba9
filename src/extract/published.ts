import { readDate } from "../ingest/dates/read-date.ts";
import type { DateRules } from "../ingest/dates/rules.ts";
import { precisionOf, WHOLE_DATE } from "./date-patterns.ts";
import { DAY_MS, type DateCandidate, type DateScene, MIN_SCORE } from "./date-scene.ts";
import type { PublishedDate } from "./extracted.ts";
import { dateInAddress, datesInData, datesInScripts } from "./published-in-data.ts";
import { datesOnPage } from "./published-on-page.ts";

export interface FoundDate extends PublishedDate {
  readonly why: string;
}

/** The first date in a text that is known to hold that of publication. */
export function readPublished(text: string, rules: DateRules, isTraditional: boolean): PublishedDate | undefined {
  for (const written of [...(text.match(WHOLE_DATE) ?? []), text.trim()]) {
    const reading = readDate(written.replaceAll("：", ":"), rules, { isChinese: true, isTraditional });
    if ("atMs" in reading && reading.atMs <= rules.latestMs)
      return { atMs: reading.atMs, precision: /^\d{9,}$/.test(written) ? "second" : precisionOf(written) };
  }
  return undefined;
}

/** Evidence this far apart still speaks for the same day: zones, and a text of the evening that is stored past midnight. */
const AGREES_MS = 1.5 * DAY_MS;

/** Evidence that is likely less than this speaks for no other: the dates of a list agree with each other. */
const MIN_WITNESS = 30;

/**
 * When the article was published: what the page shows beside its headline, then what it says to programs. Where they differ the page wins;
 * where nothing is sure there is no date.
 */
export function findPublished(scene: DateScene, rules: DateRules): FoundDate | undefined {
  const candidates = [
    ...datesOnPage(scene, rules),
    ...datesInData(scene, rules),
    ...datesInScripts(scene, rules),
    ...dateInAddress(scene.url, rules),
  ].filter(({ atMs }) => atMs <= rules.latestMs);
  let best: { readonly candidate: DateCandidate; readonly score: number } | undefined;
  for (const candidate of candidates) {
    const kinds = new Set(
      candidates
        .filter(
          (other) =>
            other.score >= MIN_WITNESS &&
            other.kind !== candidate.kind &&
            Math.abs(other.atMs - candidate.atMs) < AGREES_MS,
        )
        .map(({ kind }) => kind),
    );
    const score = candidate.score + kinds.size * 25;
    if (best === undefined || score > best.score) best = { candidate, score };
  }
  if (best === undefined || best.score < MIN_SCORE) return undefined;
  return refine(best.candidate, candidates, rules);
}

/** A day takes the time of day from other evidence of the same day. */
function refine(chosen: DateCandidate, candidates: readonly DateCandidate[], rules: DateRules): FoundDate {
  const { atMs, precision, why } = chosen;
  if (precision !== "day") return { atMs, precision, why };
  const day = localDay(atMs, rules);
  const finer = candidates.find(
    (other) =>
      other.kind !== "address" &&
      other.precision !== "day" &&
      other.score >= MIN_SCORE &&
      localDay(other.atMs, rules) === day,
  );
  return finer === undefined
    ? { atMs, precision, why }
    : { atMs: finer.atMs, precision: finer.precision, why: `${why}; time of day: ${finer.why}` };
}

const localDay = (atMs: number, { zone }: DateRules): number => Math.floor((atMs + zone.offsetAt(atMs)) / DAY_MS);
