/** One of every kind of page that a server over `ARTICLES` has, and of every state a page can be in; each path with what else it links to. */
export const PAGES: readonly string[] = [
  "/",
  "/?q=大桥&source=江湾日报",
  "/?q=大桥&vs=图书馆&source=江湾日报&without=category",
  "/?q=恐龙",
  "/?q=x&from=soon",
  "/?source=江湾日报&source=海灣時報&excludeCategory=文化&from=2021-01-01&to=2021-12-31",
  "/facets/source?q=大桥",
  "/articles/bridge?q=大桥",
  "/articles/bridge?script=zh-Hant",
  "/articles/bridge/differences/bridge-hant",
  "/articles/bridge/why?q=大桥",
  "/articles/none",
  "/docs",
  "/status",
  "/saved",
  "/login",
];
