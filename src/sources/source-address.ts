/**
 * An address of the web as it is followed, so that one source is not followed twice; undefined for what is none. Readers write `feed:` before or
 * instead of the scheme, and what stands behind `#` names a place within the answer.
 */
export function toSourceAddress(text: string, base?: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^feed:(?:\/\/)?(?=https?:)/i, "")
    .replace(/^feed:(?:\/\/)?/i, "http://");
  const address = URL.parse(plain, base);
  if (address === null || !/^https?:$/.test(address.protocol)) return undefined;
  address.hash = "";
  return address.href;
}
