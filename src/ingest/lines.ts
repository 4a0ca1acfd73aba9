/** A physical line, without its terminator. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** The whole line, or the beginning of one that is too long. A view of shared memory: copy what outlives the iteration. */
  readonly bytes: Buffer;
  /** `too-long`: over the limit, only its beginning is held. `cut-off`: the file broke off inside it. */
  readonly flaw?: "too-long" | "cut-off";
}

export interface LineOptions {
  readonly maxBytes: number;
  /** LF, or CR for files of the first Macintoshes. A CR before the LF is no part of the line either. */
  readonly terminator?: "\n" | "\r";
}

const CR = 0x0d;
/** What is held of a line that is too long. */
const HEAD_BYTES = 4096;

/**
 * Cuts bytes into lines: groups of them as the chunks come in. How the bytes are cut into chunks never shows. When the
 * source fails, the line it broke off in comes as `cut-off`, then the error is thrown on.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>, options: LineOptions): AsyncGenerator<Line[]> {
  const { maxBytes } = options;
  const terminator = options.terminator === "\r" ? CR : 0x0a;
  let pieces: Buffer[] = [];
  let byteLength = 0;
  let number = 1;

  const hold = (piece: Buffer): void => {
    const wasHeld = byteLength <= maxBytes;
    byteLength += piece.length;
    if (byteLength <= maxBytes) pieces.push(piece);
    else if (wasHeld) pieces = [Buffer.concat([...pieces, piece], Math.min(HEAD_BYTES, maxBytes))];
  };
  const finish = (): Line => {
    const [only] = pieces;
    let bytes = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
    const isTooLong = byteLength > maxBytes;
    if (!isTooLong && bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    pieces = [];
    byteLength = 0;
    return isTooLong ? { number: number++, bytes, flaw: "too-long" } : { number: number++, bytes };
  };

  try {
    for await (const chunk of chunks) {
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(terminator); end !== -1; end = chunk.indexOf(terminator, start)) {
        hold(chunk.subarray(start, end));
        lines.push(finish());
        start = end + 1;
      }
      if (start < chunk.length) hold(chunk.subarray(start));
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    if (byteLength > 0) yield [{ ...finish(), flaw: "cut-off" }];
    throw error;
  }
  if (byteLength > 0) yield [finish()];
}
