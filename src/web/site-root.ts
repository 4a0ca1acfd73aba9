/** The path of the site, `/` or `/news/`: this script lies two folders below it, in `assets/` and a folder named by its content. */
export const SITE_ROOT = new URL("../../", import.meta.url).pathname;

/** The key under which this browser keeps something of the site: several sites may share an origin, each under a path of its own. */
export const storageKey = (name: string): string =>
  SITE_ROOT === "/" ? `wenxun.${name}` : `wenxun.${name} ${SITE_ROOT}`;
