/** Columns of plain text; Chinese characters take two places. The last column is not padded. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => toWidth(line[column] ?? ""))));
  return lines
    .map((line) => {
      const cells = line.map((cell, column) =>
        column === line.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - toWidth(cell)),
      );
      return `${cells.join("  ")}\n`;
    })
    .join("");
}

/** Places that a text takes on a terminal. */
export function toWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** Han, kana, Hangul, their punctuation, and full-width forms (Unicode Standard Annex 11). */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]/u;
