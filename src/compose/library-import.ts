import type { ArchiveWriter } from "../archive/writer.ts";
import { AppError, type ErrorCode, type ErrorOptions, wordError } from "../errors.ts";
import type { MappingOptions } from "../ingest/article.ts";
import { DAY_ORDERS } from "../ingest/dates/rules.ts";
import { parseEncoding } from "../ingest/encoding.ts";
import { FIELDS, type FieldMap } from "../ingest/fields.ts";
import { FORMATS } from "../ingest/format.ts";
import { type ImportOptions, importArticles } from "../ingest/import.ts";
import { LIBRARY_REMEDIES } from "../ingest/remedies.ts";
import type { ImportReport } from "../ingest/report.ts";
import {
  BOOLEAN,
  checkFields,
  checkValue,
  type FieldRule,
  type FieldRules,
  isFunction,
  isText,
  isTexts,
  OPTIONS_PLACE,
} from "../text/check-fields.ts";
import { LIBRARY_WORDS } from "./library-words.ts";

export type LibraryImportOptions = Partial<Omit<ImportOptions, "inputs" | "writer">>;

/** An import that could not read all of its inputs, or was stopped by a failure. What its report counts as stored is stored. */
export class ImportError extends AppError {
  readonly report: ImportReport;

  constructor(
    code: ErrorCode,
    message: string,
    { report, ...options }: ErrorOptions & { readonly report: ImportReport },
  ) {
    super(code, message, options);
    this.report = report;
  }
}

const INPUTS: FieldRule = {
  wanted: "the path of a file, or an array of paths",
  isRight: (value) => isTexts(value) && value.every((path) => path !== ""),
};

const TEXT: FieldRule = { wanted: "text", isRight: isText };
const INSTANT: FieldRule = { wanted: "milliseconds since 1970 UTC", isRight: Number.isFinite };
const COUNT: FieldRule = {
  wanted: "a whole number from 1 on",
  isRight: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};
const OBJECT: FieldRule = { wanted: "an object", isRight: (value) => typeof value === "object" && value !== null };
const oneOf = (values: readonly string[]): FieldRule => ({
  wanted: `one of ${values.join(", ")}`,
  isRight: (value) => values.some((known) => known === value),
});

const OPTIONS: FieldRules<LibraryImportOptions> = {
  rejectsFolder: TEXT,
  mapping: OBJECT,
  format: oneOf(FORMATS),
  table: TEXT,
  encoding: TEXT,
  remedies: OBJECT,
  signal: { wanted: "an AbortSignal", isRight: (value) => value instanceof AbortSignal },
  onProgress: { wanted: "a function", isRight: isFunction },
  batchArticles: COUNT,
  batchCharacters: COUNT,
  recentIds: COUNT,
  stdin: OBJECT,
};

const MAPPING: FieldRules<MappingOptions> = {
  fields: OBJECT,
  source: TEXT,
  idPrefix: TEXT,
  timezone: TEXT,
  earliestMs: INSTANT,
  latestMs: INSTANT,
  asOf: OBJECT,
  republicYears: BOOLEAN,
  dayOrder: oneOf(DAY_ORDERS),
};

// Every field of an article has one.
const FIELD_MAP = Object.fromEntries(FIELDS.map((field) => [field, TEXT])) as FieldRules<FieldMap>;

/** Where the articles of files go, and how it is set. */
interface ImportTarget {
  readonly writer: ArchiveWriter;
  readonly folder: string;
  readonly timezone: string;
}

/**
 * Imports files for a program.
 * @throws AppError `usage` for an option that is not understood; {@link ImportError} `bad-input` where an input could not be read, not to
 * its end, or nothing of it could be used, and with the code of a failure that stopped it
 */
export async function importFiles(
  files: string | readonly string[],
  options: LibraryImportOptions,
  { writer, folder, timezone }: ImportTarget,
): Promise<ImportReport> {
  const { encoding, mapping } = options;
  const report = await importArticles({
    rejectsFolder: folder,
    remedies: LIBRARY_REMEDIES,
    ...options,
    encoding: encoding === undefined ? undefined : parseEncoding(encoding),
    mapping: { timezone, ...mapping },
    inputs: typeof files === "string" ? [files] : files,
    writer,
  });
  const { failure, failures } = report;
  if (failure !== undefined) {
    const { code, retryAfterS } = failure;
    const options = { report, cause: failure, ...(retryAfterS !== undefined && { retryAfterS }) };
    throw new ImportError(code, wordError(failure, LIBRARY_WORDS), options);
  }
  const [first] = failures;
  if (first === undefined) return report;
  const more = failures.length > 1 ? ` (And ${failures.length - 1} more: the report has them.)` : "";
  throw new ImportError("bad-input", `${wordError(first, LIBRARY_WORDS)}${more}`, { report });
}

/** @throws AppError `usage` that names what is wrong */
export function checkImport(files: string | readonly string[], options: LibraryImportOptions): void {
  const code = "usage";
  checkValue(typeof files === "string" ? [files] : files, INPUTS, { code, name: "files" });
  checkFields<LibraryImportOptions>(options, OPTIONS, OPTIONS_PLACE);
  const { mapping = {} } = options;
  checkFields<MappingOptions>(mapping, MAPPING, { code, name: "mapping" });
  checkFields<FieldMap>(mapping.fields ?? {}, FIELD_MAP, { code, name: "mapping.fields" });
}
