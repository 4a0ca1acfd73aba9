/**
 * `complete`: the row ends with this line. `open`: a quoted cell goes on in the next line. `broken`: a quote inside a cell
 * of several lines that neither doubles nor closes: the cell was opened by a stray quote.
 */
export type RowState = "complete" | "open" | "broken";

const QUOTE = '"';

/**
 * Cuts a row into cells, fed line by line. A cell is quoted when it begins with a quote; inside, a doubled quote is a quote,
 * and a quote before a delimiter or the end of the line closes. Within one line any other quote stands for itself
 * (`"he said "no" twice",…`), as spreadsheets read it.
 */
export class RowParser {
  readonly #delimiter: string;
  #cells: string[] = [];
  /** The quoted cell that earlier lines left open. */
  #openCell: string | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  reset(): void {
    this.#cells = [];
    this.#openCell = undefined;
  }

  /** The cells of the row that has just become complete. */
  takeCells(): string[] {
    const cells = this.#cells;
    this.#cells = [];
    return cells;
  }

  add(line: string): RowState {
    const delimiter = this.#delimiter;
    if (this.#openCell === undefined && !line.includes(QUOTE)) {
      this.#cells = line.split(delimiter);
      return "complete";
    }
    let start = 0;
    if (this.#openCell !== undefined) {
      const end = this.#readQuoted(line, 0, true);
      if (end === "open" || end === "broken") return end;
      if (end === line.length) return "complete";
      start = end + 1;
    }
    for (;;) {
      if (line.startsWith(QUOTE, start)) {
        const end = this.#readQuoted(line, start + 1, false);
        if (end === "open" || end === "broken") return end;
        if (end === line.length) return "complete";
        start = end + 1;
        continue;
      }
      const end = line.indexOf(delimiter, start);
      if (end === -1) {
        this.#cells.push(line.slice(start));
        return "complete";
      }
      this.#cells.push(line.slice(start, end));
      start = end + 1;
    }
  }

  /** Reads on inside a quoted cell; returns where the delimiter behind it, or the end of the line, is. */
  #readQuoted(line: string, start: number, isLaterLine: boolean): number | "open" | "broken" {
    let text = this.#openCell === undefined ? "" : `${this.#openCell}\n`;
    for (let from = start; ; ) {
      const quote = line.indexOf(QUOTE, from);
      if (quote === -1) {
        this.#openCell = text + line.slice(from);
        return "open";
      }
      if (line[quote + 1] === QUOTE) {
        text += line.slice(from, quote + 1);
        from = quote + 2;
        continue;
      }
      let next = quote + 1;
      while (line[next] === " ") next++;
      if (next === line.length || line[next] === this.#delimiter) {
        this.#cells.push(text + line.slice(from, quote));
        this.#openCell = undefined;
        return next;
      }
      if (isLaterLine) return "broken";
      text += line.slice(from, quote + 1);
      from = quote + 1;
    }
  }
}
