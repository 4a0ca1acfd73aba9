import { foldCharacters } from "../text/fold-characters.ts";
import { FIELDS, type Field } from "./fields.ts";

/**
 * What a name in a record usually means. Names are compared folded (標題 is 标题, any case), and cut into words at `_`, `-`,
 * blanks and capitals. Of each field the better names come first; `strong` ones say what the field is, `general` ones may
 * say something else, `weak` ones stand in where nothing better is there.
 */
const NAMES: Record<Field, { readonly strong: string; readonly general?: string; readonly weak?: string }> = {
  id: {
    strong: "id _id article_id articleid news_id newsid doc_id docid guid uuid 编号 文章id 新闻id id_str mid",
    general: "post_id postid item_id aid nid 序号 文章编号 新闻编号 docno",
  },
  title: {
    strong: "title headline 标题 biaoti post_title 题目 题名 标题名称 主标题 contenttitle",
    general: "heading head title_page title_rss webtitle",
    weak: "subject name topic_title 主题 名称",
  },
  body: {
    strong:
      "body content text 正文 内容 article full_text fulltext article_body articlebody body_text content_text " +
      "maintext main_text main_content zhengwen neirong paragraphs paragraph paras contents content_encoded post_content 全文 文本 详情 " +
      "正文内容 详细内容 内容详情 新闻详情 文章详情 文本内容 全文内容 原文 文字内容 文字 正文文本 内容正文 wenben quanwen message full_content",
    general: "html body_html content_html raw_html page_html html_content html_body page_source raw_content raw source_code",
    weak:
      "summary description abstract excerpt digest intro introduction lead standfirst dek teaser snippet brief desc post_excerpt trail_text lead_paragraph lede " +
      "摘要 简介 导语 概要 描述 提要 内容摘要 内容简介 文章摘要 新闻摘要 核心提示 zhaiyao",
  },
  published: {
    strong:
      "published published_at publishedat date_published datepublished publish_date publishdate date_publish publish_time publishtime " +
      "published_date published_time publication_date pubdate pub_date pubtime pub_time ptime pdate post_date_gmt date_gmt post_date postdate posttime " +
      "post_time posted_at release_time releasetime release_date releasedate issue_date issuedate issue_time newstime newsdate news_time news_date showtime sendtime " +
      "send_time fbsj fbrq fabushijian fabu_time fabu_date seendate 发布时间 发布日期 发表时间 发表日期 发布于 发表于 刊登日期 刊登时间 刊发时间 刊发日期 刊载日期 出版日期 " +
      "发稿时间 发文时间 发文日期 发帖时间 播出时间 播出日期 见报日期 上线时间 公布日期 公布时间 新闻时间 新闻日期 张贴日期 张贴时间 公告日期 公告时间 刊出日期 见报时间",
    general: "date time datetime 成文日期 behot_time timestamp date_time dateline 日期 时间 日期时间 时间戳 shijian riqi day",
    weak:
      "created_at createdat created create_time createtime create_date creation_date date_created ctime addtime add_time adddate inputtime input_time intime " +
      "创建时间 创建日期 添加时间 录入时间 上传时间 updated_at updatedat updated update_time updatetime date_modify date_modified modified modified_at " +
      "post_modified_gmt post_modified last_modified lastmod utime edittime 更新时间 更新日期 修改时间",
  },
  url: {
    strong: "url link href permalink web_url weburl 链接 连结 超链接 超连结 原文连结 新闻连结 网址 原文链接 链接地址 网页地址 原文网址 原文地址 lianjie article_url news_url canonical_url",
    general: "uri source_url original_url origin_url page_url titleurl url地址 来源链接 详情链接 external_url loc",
    weak: "guid url_mobile mobile_url",
  },
  source: {
    strong:
      "source media publisher source_name outlet newspaper media_name medianame 来源 媒体 媒体名称 出处 报纸 稿源 消息来源 信息来源 " +
      "来源媒体 媒体来源 来源名称 文章来源 新闻来源 laiyuan befrom copyfrom publication_name 发布机构 发布单位 发文单位 发文机关",
    general: "site site_name sitename feed publication origin 网站 站点 来源网站 网站名称 公众号 账号 刊名 报刊 nickname press",
    weak: "domain source_domain sourcedomain host hostname website",
  },
  category: {
    strong: "category section channel 频道 栏目 分类 类别 版面 categories column_name fenlei lanmu news_category",
    general: "topic topics class classify catname category_name channel_name section_name column 版块 板块 版名 专栏 频道名称 栏目名称 分类名称 新闻分类 文章分类 新闻类别",
    weak: "label type_name typename 标签类别",
  },
}; // biome-ignore format: a table

/** Words around a name that do not change what it means: article_title, content_zh, fTitle. */
const AROUND = new Set(
  "article articles news post doc document item story entry page main full raw clean cleaned the my wp f c s og dc meta itemprop html text txt str string zh cn chs hans hant tw hk sc tc data info original orig utc gmt web first local field col column val value rendered plain".split(
    " ",
  ),
);
const HAN_AROUND = /^(?:新闻|文章|稿件|报道|报导|帖子|微博|博文|资讯|公告|网页|本文|该文)|(?:字段|名称|信息)$/;

const PUBLISHES = /^(?:pub|publi\w*|release\w*|issued?|post(?:ed)?|sent|send|online|display|broadcast|air(?:ed)?)$/;
const CREATES = /^(?:creat\w*|add(?:ed)?|input|entered|insert(?:ed)?|upload(?:ed)?)$/;
const CHANGES = /^(?:updat\w*|modif\w*|edit(?:ed)?|chang\w*|last|revis\w*)$/;
const IS_TIME = /^(?:date|time|datetime|dt|at|on|ts|timestamp|stamp|day|ms|sec|seconds|unix|epoch|iso|iso8601)$/;

/** Names that mean something else, whatever they hold: they are never taken for a field by their content. */
const OTHER =
  /author|writer|reporter|editor|byline|creator|user|nick|keyword|tags?$|label|lang|image|img|pic|photo|figure|caption|video|audio|media_?url|thumb|avatar|logo|icon|cover|comment|reply|locat|country|city|province|region|area|address|crawl|fetch|scrap|spider|download|collect|insert|import|index|file|path|hash|md5|sha|status|state|type|kind|count|number|num$|views?$|reads?$|likes?$|share|score|rank|slug|embed|vector|token|copyright|license|licence|note|remark|birth|expire|deadline|start|end|event|subtitle|sub_title|alias|entity|entities|person|people|org|stock|query|prompt|question|answer|translat|_en$|english|seo|password|email|phone|version|作者|记者|编辑|责编|撰稿|通讯员|译者|关键词|标签|语言|图片|图注|图说|视频|音频|封面|评论|回复|地区|地点|地址|省份|城市|国家|抓取|爬取|采集|入库|下载|文件|路径|状态|类型|数量|阅读量|浏览量|点赞|转发|分享|排名|版权|备注|副标题|英文|译文|翻译|人物|机构|股票|情感|问题|答案|用户|昵称|电话|邮箱|出生|生日|截止|开始|结束|会议|活动|有效|到期|成立|上映/;

export interface Place {
  readonly field: Field;
  /** 0 is best. */
  readonly rank: number;
  /** `strong`: says what it is; `general`: may say something else, or hold more; `weak`: stands in where nothing better is there. */
  readonly kind: "strong" | "general" | "weak";
  /** Its clocks stand in UTC: post_date_gmt. */
  readonly isUtc: boolean;
}

/** Ranks: exact strong names, then names like them, general ones, weak ones. */
const RANKS = { strong: 0, general: 400, weak: 800 } as const;
/** Added for a name that is only like a usual one. */
const LIKENESS = 200;

const exact = new Map<string, Omit<Place, "isUtc">>();
for (const field of FIELDS) {
  for (const kind of ["strong", "general", "weak"] as const) {
    (NAMES[field][kind] ?? "").split(" ").forEach((name, index) => {
      const folded = foldCharacters(name);
      if (name !== "" && !exact.has(folded)) exact.set(folded, { field, rank: RANKS[kind] + index, kind });
    });
  }
}

/** Places of names that came by; names come from the input, so what is remembered stays small. */
const known = new Map<string, Place | undefined>();
const MAX_KNOWN = 5000;

/** The field that a name in a record usually means, and how well it means it. */
export function usualPlace(name: string): Place | undefined {
  if (!known.has(name)) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, findPlace(name));
  }
  return known.get(name);
}

/** True for a name that means something an article does not keep. */
export const isOtherName = (name: string): boolean =>
  name.length <= MAX_NAME_LENGTH && OTHER.test(wordsOf(name).join("_"));

/** Longer names name nothing, but are texts or junk. */
const MAX_NAME_LENGTH = 60;

/** `articleTitle`, `Article-Title`, `文章標題` → the words, folded. */
function wordsOf(name: string): string[] {
  const cut = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2");
  return foldCharacters(cut)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

function findPlace(name: string): Place | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;
  const words = wordsOf(name);
  const isUtc = words.includes("utc") || words.includes("gmt");
  const whole = words.join("_");
  const asIs = exact.get(name) ?? exact.get(whole) ?? exact.get(words.join(""));
  if (asIs !== undefined) return { ...asIs, isUtc };
  const like = withoutPage(words, withoutAround(words)) ?? timePlace(words) ?? withoutBrackets(name);
  return like === undefined ? undefined : { ...like, rank: like.rank + LIKENESS, isUtc };
}

type Found = Omit<Place, "isUtc"> | undefined;

function withoutAround(words: readonly string[]): Found {
  const [only = ""] = words;
  if (words.length === 1) {
    const bare = only.replace(HAN_AROUND, "");
    if (bare !== only && bare !== "") return exact.get(bare);
    const glued =
      /^(?:article|news|post|main|story|doc|full|page|raw)(?=(?:title|headline|content|text|body|url|link|source|date|time|category)s?$)/.exec(
        only,
      );
    return glued === null ? undefined : exact.get(only.slice(glued[0].length));
  }
  let [from, to] = [0, words.length];
  while (from < to - 1 && AROUND.has(words[from] ?? "")) {
    from++;
    const found = exact.get(words.slice(from, to).join("_"));
    if (found !== undefined) return found;
  }
  for (from = 0; to > 1 && AROUND.has(words[to - 1] ?? ""); ) {
    to--;
    // What is around it stands on both sides: news_title_zh.
    for (let start = from; start < to; start++) {
      const found = exact.get(words.slice(start, to).join("_"));
      if (found !== undefined) return found;
      if (!AROUND.has(words[start] ?? "")) break;
    }
  }
  return undefined;
}

/** What names itself raw, or a page, may hold more than the article. */
const withoutPage = (words: readonly string[], found: Found): Found =>
  found?.field === "body" &&
  found.kind === "strong" &&
  words.some((word) => /^(?:raw|page|html|original|orig)$/.test(word))
    ? { ...found, kind: "general", rank: found.rank + RANKS.general }
    : found;

/** 日期（西元） is 日期. */
function withoutBrackets(name: string): Found {
  const bare = name.replace(/[(（[【].*?[)）\]】]/g, "");
  return bare === name || bare.trim() === "" ? undefined : findPlace(bare);
}

/** A name made of words for a time, and of what happened then. */
function timePlace(words: readonly string[]): Found {
  const counts = { publishes: 0, creates: 0, changes: 0, time: 0 };
  for (const word of words) {
    if (IS_TIME.test(word)) counts.time++;
    else if (PUBLISHES.test(word)) counts.publishes++;
    else if (CREATES.test(word)) counts.creates++;
    else if (CHANGES.test(word)) counts.changes++;
    else if (!AROUND.has(word)) return undefined;
  }
  if (counts.time === 0) return undefined;
  const [kind, order] =
    counts.changes > 0
      ? (["weak", 100] as const)
      : counts.creates > 0
        ? (["weak", 0] as const)
        : counts.publishes > 0
          ? (["strong", 0] as const)
          : (["general", 0] as const);
  return { field: "published", kind, rank: RANKS[kind] + order };
}
