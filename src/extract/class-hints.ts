import type { PageElement } from "./page-tree.ts";

/** Words of ids and classes, in English and in pinyin, that say what an element holds. */
const OF_TEXT =
  /(?:^|[\s_-])(?:art(?:icle|i)?-?(?:body|content|text|txt|con|main|detail)?|(?:main|post|news|page|rich_media|entry|story|detail|inner|text|show|rm_txt|left)-?_?(?:body|content|con|text|txt|article|detail|main)|story|entry|content|artibody|endtext|zoom|ucap-content|trs_editor|zhengwen|neirong|wenzhang|xinwen)(?:$|[\s_-]|\d)/i;
const NOT_TEXT =
  /comment|repl(?:y|ies)|discuss|relat|recommend|recomm|share|social|foot|copyright|side-?bar|(?:^|[\s_-])(?:side|aside|right|nav|menu|ads?|adv|rank|ranking|hot|tags?|crumbs?|login|search|tool|tools|toolbar|top10|more|vote|print|btn|button|tips?|pager|page|paging|prev|next|hd|promo|widget|banner|links?|qr|ewm|app)(?:$|[\s_-]|\d)|sidebar|navbar|breadcrumb|advert|sponsor|keyword|pinglun|tuijian|xiangguan|fenxiang|guanggao|subscribe|newsletter|qr_?-?code|erweima|weixin|wechat|bdshare|bshare|jiathis|disclaim|statement|shengming|pagination|popup|modal|dialog|hotnews|hot-?list|editor-?(?:name|info)|article-?(?:info|editor|tags?)|author-?(?:info|box|card)|latest|recent|feedback|correct/i;

const memory = new WeakMap<PageElement, -1 | 0 | 1>();

/** 1: it says that it holds the text of an article; −1: something beside it; 0: nothing. */
export function classHint(element: PageElement): -1 | 0 | 1 {
  let hint = memory.get(element);
  if (hint === undefined) {
    hint = readHint(element);
    memory.set(element, hint);
  }
  return hint;
}

const BESIDE = new Set(["nav", "aside", "footer", "button", "select"]);

function readHint({ name, attributes }: PageElement): -1 | 0 | 1 {
  if (attributes.itemprop?.toLowerCase() === "articlebody" || name === "article") return 1;
  if (BESIDE.has(name)) return -1;
  const words = `${attributes.id ?? ""} ${attributes.class ?? ""}`;
  if (words === " ") return 0;
  if (OF_TEXT.test(words.trim())) return NOT_TEXT.test(words) ? 0 : 1;
  return NOT_TEXT.test(words) ? -1 : 0;
}
