/** Bytes that a terminal would obey: control characters, and marks that turn the direction of text. */
const UNSAFE = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** Text of an article, made safe to show on a terminal; each unsafe run becomes a space. */
export function toPrintable(text: string): string {
  return text.replace(UNSAFE, " ");
}

/** `3.4 MB`; units of 1000. */
export function toSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 99.5 || unit === 0 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}
