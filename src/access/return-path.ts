/** Longer addresses are not gone back to: a header holds only so much. */
const MAX_LENGTH = 2000;

/**
 * What of this site to show after logging in, as it is written in `to`: a path with its query, from the root of the site on and without
 * the slash at the beginning. Empty, for the first page, where `to` would lead anywhere else. It is read as a browser would read it.
 */
export function toReturnPath(to = ""): string {
  const site = "http://site.invalid";
  const url = to.length > MAX_LENGTH ? null : URL.parse(to.startsWith("/") ? to : `/${to}`, site);
  if (url === null || url.origin !== site || url.username !== "") return "";
  const path = (url.pathname + url.search).slice(1);
  // `/.//elsewhere` is read as `//elsewhere`.
  return /^[/\\]/.test(path) ? "" : path;
}
