/** CSV of strangers' texts: RFC 4180, and no cell that a spreadsheet takes for a formula. */

/** Tells spreadsheets that the file is UTF-8; stands before the first row. */
export const CSV_BYTE_ORDER_MARK = "\ufeff";

/** The cells of one row, with its line break. */
export const toCsvRow = (cells: readonly string[]): string => `${cells.map(toCell).join(",")}\r\n`;

/** What begins a formula, in the widths that spreadsheets read alike. */
const SIGN = "=+@＝＋＠﹦﹢﹫";
const MINUS = "\\-－﹣−";

/** White space, controls and invisible characters, which spreadsheets pass over or people do not see. */
const UNSEEN = "[\\s\\p{Cc}\\p{Cf}]*";

const FORMULA_CELL = new RegExp(`^${UNSEEN}[${SIGN}${MINUS}]|^[\\t\\r]`, "u");

/** What a formula cannot do harm without: a call, or the name of another program or sheet. */
const ACTS = "[(|!（｜！]";

/**
 * Where semicolons or tabs separate the cells of a spreadsheet's language, a cell or a row may begin within a text. Of lines that begin
 * with a dash, which most texts mean as a list or as speech, only those are marked that could do something.
 */
const FORMULA_WITHIN = new RegExp(`([;\\t\\r\\n]["\\p{Cf}]*)(?=[${SIGN}]|[${MINUS}][^;\\t\\r\\n]*${ACTS})`, "gu");

function toCell(text: string): string {
  const safe = (FORMULA_CELL.test(text) ? `'${text}` : text).replace(FORMULA_WITHIN, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
