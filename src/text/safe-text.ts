/**
 * Text of strangers on its way to a reader that obeys text, such as a language model: what no reader sees, and what can hide words or
 * turn their order around, is taken out. What is seen stays as it is, so that a passage is still what its article says.
 */

/**
 * Controls but for tab and line feed; soft hyphens; marks of direction; zero-width characters but for the joiners that emoji and some
 * scripts need; fillers of Hangul; the plane of tags and of the selectors that can carry hidden bytes; piles of other selectors.
 */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|[\ufe00-\ufe0f]{2,}/gu;

/** The text without what nobody sees; halves of characters become U+FFFD. Offsets are those of the text that was given, not of this. */
export const toSafeText = (text: string): string => text.toWellFormed().replace(UNSEEN, "");

/** The text with what nobody sees as percent-encoded bytes, and `%` itself: `decodeURIComponent` gives it back. */
export const toVisibleText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("%", "%25")
    .replace(UNSEEN, (unseen) => encodeURIComponent(unseen));

/** {@link toSafeText}, and the offset in the text that was given of each unit that is kept, its length after the last. */
export function toSafeTextWithOffsets(text: string): { readonly text: string; readonly offsets: readonly number[] } {
  const offsets: number[] = [];
  let from = 0;
  const wellFormed = text.toWellFormed();
  const keep = (end: number): void => {
    for (; from < end; from++) offsets.push(from);
  };
  for (const { index, 0: unseen } of wellFormed.matchAll(UNSEEN)) {
    keep(index);
    from = index + unseen.length;
  }
  keep(text.length);
  return { text: wellFormed.replace(UNSEEN, ""), offsets: [...offsets, text.length] };
}
