import { AppError } from "../errors.ts";
import type { EngineLimits } from "./limits.ts";

/** Requests up to this many texts count as small however little may be held. */
const SMALL_INPUTS = 16;
/** Requests up to this many tokens count as small however little may be held. */
const SMALL_TOKENS = 1024;
/** Requests up to this part of what may be held count as small. */
const SMALL_SHARE = 1 / 16;
/** Part of what may be held that is open to large requests, while anything is held. */
const LARGE_SHARE = 3 / 4;

export interface AdmissionOptions {
  readonly limits: EngineLimits;
  /** How long a token takes to encode, as measured of late; says when to come again. */
  readonly msPerToken: () => number;
}

/** What a request holds until it is answered. */
export interface Reservation {
  /** Replaces the guess by the true number of tokens. @throws AppError `overloaded`, `payload-too-large` */
  readonly setTokens: (tokens: number) => void;
  readonly release: () => void;
}

/** Counts the texts and tokens that are accepted and not yet answered, and refuses what would be too much. */
export class Admission {
  readonly #limits: EngineLimits;
  readonly #msPerToken: () => number;
  readonly #emptied = Promise.withResolvers<void>();
  #heldInputs = 0;
  #heldTokens = 0;
  #isClosing = false;

  constructor({ limits, msPerToken }: AdmissionOptions) {
    this.#limits = limits;
    this.#msPerToken = msPerToken;
  }

  get state() {
    return { heldInputs: this.#heldInputs, heldTokens: this.#heldTokens, isClosing: this.#isClosing };
  }

  /** @throws AppError `unavailable` while closing. */
  checkReady(): void {
    if (!this.#isClosing) return;
    const message = "The encoder server is shutting down; ask another one or try again later.";
    throw new AppError("unavailable", message, { retryAfterS: 5 });
  }

  /** @throws AppError `payload-too-large` for more texts than one request may hold */
  checkCount(texts: number): void {
    if (texts <= this.#limits.maxRequestInputs) return;
    throw new AppError(
      "payload-too-large",
      `The request holds ${texts} texts; at most ${this.#limits.maxRequestInputs} are taken at once. Send several requests.`,
      { remedy: { code: "set-option", option: "max-request-inputs", does: "allows more" } },
    );
  }

  /** @param share the part of what may be held that this request may fill; @throws AppError `overloaded` */
  checkFits(inputs: number, tokens: number, share = 1): void {
    const maxHeldInputs = this.#limits.maxHeldInputs * share;
    const maxHeldTokens = this.#limits.maxHeldTokens * share;
    const isFull = this.#heldInputs + inputs > maxHeldInputs || this.#heldTokens + tokens > maxHeldTokens;
    if (!isFull) return;
    throw new AppError(
      "overloaded",
      `The queue is full: ${this.#heldInputs} texts with ${this.#heldTokens} tokens are held, and ${inputs} texts with ` +
        `about ${tokens} tokens more would pass the limit of ${maxHeldInputs} texts or ${maxHeldTokens} tokens. ` +
        "Send fewer at a time, or try again after the time in Retry-After.",
      { retryAfterS: this.#retryAfterS() },
    );
  }

  /** Counts a request in. @throws AppError `overloaded`, `payload-too-large`, `unavailable` */
  reserve(inputs: number, guessedTokens: number): Reservation {
    let tokens = 0;
    const setTokens = (wanted: number, share = 1): void => {
      this.#checkHoldable(inputs, wanted);
      this.#heldTokens -= tokens;
      tokens = 0;
      this.checkFits(0, wanted, share);
      this.#heldTokens += wanted;
      tokens = wanted;
    };
    // So that beside clients who send thousands of texts at a time there is room for one who sends a few.
    const share = isLarge(inputs, guessedTokens, this.#limits) && this.#heldInputs > 0 ? LARGE_SHARE : 1;
    this.checkReady();
    this.checkFits(Math.min(inputs, this.#limits.maxHeldInputs), 0, share);
    setTokens(guessedTokens, share);
    this.#heldInputs += inputs;
    const release = (): void => {
      this.#heldInputs -= inputs;
      this.#heldTokens -= tokens;
      this.#settleIfEmpty();
    };
    return { setTokens: (wanted) => setTokens(wanted), release };
  }

  /** Accepts nothing more; resolves when everything accepted is answered. */
  close(): Promise<void> {
    this.#isClosing = true;
    this.#settleIfEmpty();
    return this.#emptied.promise;
  }

  #checkHoldable(inputs: number, tokens: number): void {
    const { maxHeldInputs, maxHeldTokens } = this.#limits;
    if (tokens <= maxHeldTokens && inputs <= maxHeldInputs) return;
    throw new AppError(
      "payload-too-large",
      `The request holds ${inputs} texts with about ${tokens} tokens, more than the server ever holds ` +
        `(${maxHeldInputs} texts, ${maxHeldTokens} tokens). Send several requests.`,
    );
  }

  /** How long the tokens held now will take, 1–60 s. */
  #retryAfterS(): number {
    const ms = (this.#heldTokens * this.#msPerToken()) / this.#limits.parallelBatches;
    return Math.min(60, Math.max(1, Math.ceil(ms / 1000)));
  }

  #settleIfEmpty(): void {
    if (this.#isClosing && this.#heldInputs === 0) this.#emptied.resolve();
  }
}

const isLarge = (inputs: number, tokens: number, { maxHeldInputs, maxHeldTokens }: EngineLimits): boolean =>
  inputs > Math.max(SMALL_INPUTS, maxHeldInputs * SMALL_SHARE) ||
  tokens > Math.max(SMALL_TOKENS, maxHeldTokens * SMALL_SHARE);
