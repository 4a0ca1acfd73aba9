import { TOO_LONG } from "./record.ts";

/** From this size on, what a value holds is told by its first part, and again each time that it has doubled. */
const FIRST_LOOK_BYTES = 1024 * 1024;
/** What is held of a value that is too long, for the rejects. */
const HEAD_BYTES = 4096;

/** What is known of a value: it holds records, or it is one (or nothing) however long it gets. */
export type Verdict = "container" | "settled" | undefined;

/** What the first part of a value tells. */
export interface Look {
  readonly verdict: Verdict;
  /** Why it is refused if it gets too long. */
  readonly tooLong?: string;
}

/** Where a value begins. */
export interface ValueStart {
  /** Counted from 1. */
  readonly line: number;
  /** Bytes before it on its line, and whether all of them are blank. */
  readonly column: number;
  readonly isFirstOfLine: boolean;
}

/** The value at hand: where it begins, and its bytes as they come in, piece by piece. */
export class HeldValue {
  readonly start: ValueStart;
  /** A string in it met a line break: where it ends cannot be told by its quotes. */
  isBroken = false;
  verdict: Verdict;
  /** Why it is refused if it gets too long. */
  tooLong = TOO_LONG;
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #byteLength = 0;
  /** Its length at which it is looked at next. */
  #lookAtBytes: number;

  constructor(start: ValueStart, maxBytes: number) {
    this.start = start;
    this.#maxBytes = maxBytes;
    this.#lookAtBytes = Math.min(FIRST_LOOK_BYTES, maxBytes);
  }

  get isTooLong(): boolean {
    return this.#byteLength > this.#maxBytes;
  }

  /** Takes more of it. `look` is asked what its first part tells, as long as that is not known. */
  add(piece: Buffer, look: (firstPart: Buffer) => Look): void {
    const wasTooLong = this.isTooLong;
    this.#byteLength += piece.length;
    if (wasTooLong && this.verdict === "settled") return;
    this.#pieces.push(piece);
    while (this.verdict === undefined && this.#byteLength > this.#lookAtBytes) {
      const { verdict, tooLong } = look(this.bytes().subarray(0, this.#lookAtBytes));
      this.tooLong = tooLong ?? TOO_LONG;
      this.verdict = verdict ?? (this.#lookAtBytes >= this.#maxBytes ? "settled" : undefined);
      this.#lookAtBytes = Math.min(this.#lookAtBytes * 2, this.#maxBytes);
    }
    if (this.isTooLong && this.verdict === "settled")
      this.#pieces = [Buffer.from(this.bytes().subarray(0, HEAD_BYTES))];
  }

  /** All of it that is held. */
  bytes(): Buffer {
    const [only] = this.#pieces;
    if (this.#pieces.length === 1 && only !== undefined) return only;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [bytes];
    return bytes;
  }
}
