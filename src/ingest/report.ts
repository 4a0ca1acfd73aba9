import type { TakenPlace } from "../archive/writer.ts";
import type { AppError, Remedy } from "../errors.ts";
import type { DateFlaw } from "./dates/day.ts";
import type { FieldReport } from "./field-finder.ts";

/** A place in an input. */
export interface RecordNote {
  readonly input: string;
  readonly line: number;
  readonly text: string;
}

/** An input that could not be read, or not to its end, or of which nothing could be used. */
export interface InputFailure {
  readonly input: string;
  readonly message: string;
  /** What mends it, where that is known. */
  readonly remedy?: Remedy;
}

/** What an import did. `read` is the sum of `added`, `updated`, `unchanged`, `repeated` and `rejected`, always. */
export interface ImportReport {
  /** Records whose fate is known: those that are stored and those that were rejected. */
  readonly read: number;
  /** Records that are stored: all that were read but the rejected ones. */
  readonly stored: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Records whose id had come before in the same import, in whatever input; the last one counts. */
  readonly repeated: number;
  readonly rejected: number;
  /** Repeated ones that say something else than the one before, in the same input. */
  readonly contradicting: number;
  /** Repeated ones that say something else than the one before, in another input: most likely another article. */
  readonly colliding: number;
  /** Repeated ones that say something else than one that came long before, in whichever input. */
  readonly differing: number;
  /** Updated ones that came from another source, or another page, before: most likely another article. */
  readonly takenPlaces: number;
  readonly withoutTitle: number;
  readonly withoutBody: number;
  /** Articles without a usable date; they are kept. */
  readonly undated: number;
  /** Why those that name one have none; the rest name none. */
  readonly badDateCounts: Readonly<Partial<Record<DateFlaw, number>>>;
  /** Articles whose record has an id that is none (empty, `nan`, 4.61E+15): theirs was made of the address or the text. */
  readonly madeIds: number;
  readonly seconds: number;
  readonly articlesPerSecond: number;
  /** Which names were taken for which field, and which for none. */
  readonly fields: FieldReport;
  readonly rejectsFile?: string;
  /** Rejected records that are in that file; it holds 64 MB at most. */
  readonly rejectsKept?: number;
  /** The first few of each, to show. */
  readonly rejections: readonly RecordNote[];
  readonly badDates: readonly RecordNote[];
  readonly badIds: readonly RecordNote[];
  readonly repeatedIds: readonly RecordNote[];
  readonly places: readonly TakenPlace[];
  /** What was found out about the inputs that whoever brings them should know, a sentence each. */
  readonly remarks: readonly string[];
  /** Inputs that could not be read, or not to their end, or of which nothing could be used. */
  readonly failures: readonly InputFailure[];
  /** True when the signal stopped it. */
  readonly interrupted: boolean;
  /** What stopped the writer; everything counted as stored is stored. */
  readonly failure?: AppError;
}

/** How many examples of a kind a report holds. */
export const MAX_EXAMPLES = 20;

export function addExample<T>(examples: T[], example: T): void {
  if (examples.length < MAX_EXAMPLES) examples.push(example);
}
