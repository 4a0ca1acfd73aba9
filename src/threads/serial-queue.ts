/** Runs tasks one after the other, in the order in which they came. One that fails keeps none from its turn. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #held = 0;

  /** Tasks that run or wait. */
  get held(): number {
    return this.#held;
  }

  /** What the task gives, when its turn has come. */
  run<T>(task: () => Promise<T> | T): Promise<T> {
    this.#held++;
    const turn = this.#last.then(task).finally(() => this.#held--);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
