/** A part of a list in the order of ids: what a reply holds of it is bounded, however long the list has grown. */
export interface IdPage {
  /** The last id of the page before; 0 for the first one. */
  readonly afterId: number;
  readonly limit: number;
}

export const ALL_IDS: IdPage = { afterId: 0, limit: Number.MAX_SAFE_INTEGER };
