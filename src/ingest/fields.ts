import { AppError } from "../errors.ts";

/** What of an article is read from a record. */
export const FIELDS = ["id", "title", "body", "url", "source", "category", "published"] as const;
export type Field = (typeof FIELDS)[number];

/** The usual names of each field, the better one first; compared in lower case, `-` and space as `_`. */
const USUAL_NAMES: Record<Field, string> = {
  id: "id _id guid article_id articleid news_id newsid doc_id docid uuid 编号 編號 文章id",
  title: "title headline 标题 標題 新闻标题 新聞標題 文章标题 文章標題 name subject heading 题目 題目 题名 題名",
  body:
    "body content text 正文 内容 內容 新闻内容 新聞內容 文章内容 文章內容 article full_text fulltext article_body articlebody " +
    "body_text content_text content_html 全文 文本 summary description abstract excerpt 摘要 简介 簡介 导语 導語",
  published:
    "published published_at publishedat date_published datepublished publish_date publishdate publish_time publishtime " +
    "published_date published_time publication_date pubdate pub_date pubtime pub_time 发布时间 發布時間 发布日期 發布日期 " +
    "发表时间 發表時間 发表日期 發表日期 刊登日期 出版日期 date time datetime timestamp 日期 时间 時間 posted_at " +
    "created_at createdat created create_time ctime updated_at updated",
  url: "url link href permalink web_url 链接 連結 鏈接 鏈結 网址 網址 原文链接 原文連結 uri",
  source:
    "source media publisher source_name outlet newspaper site site_name 来源 來源 媒体 媒體 媒体名称 媒體名稱 出处 出處 报纸 報紙 feed",
  category: "category section channel 频道 頻道 栏目 欄目 分类 分類 类别 類別 版面 categories topic",
};

interface Place {
  readonly field: Field;
  readonly rank: number;
}

const usualPlaces = new Map<string, Place>();
for (const field of FIELDS) {
  USUAL_NAMES[field].split(" ").forEach((name, rank) => {
    usualPlaces.set(name, { field, rank });
  });
}

/** The field that a name in a record usually means, and how well it means it (0 is best). */
export const usualPlace = (name: string): Place | undefined =>
  usualPlaces.get(name) ?? usualPlaces.get(name.trim().toLowerCase().replace(/[- ]/g, "_"));

/** Where a field is, by `--map`: a name or a dotted path; the empty string reads the field from nowhere. */
export type FieldMap = Partial<Record<Field, string>>;

/**
 * Reads `--map title=headline,published=data.date`, given once or several times.
 * @throws AppError `usage` for a field that an article does not have, or a pair without `=`.
 */
export function parseFieldMap(texts: readonly string[]): FieldMap {
  const map: FieldMap = {};
  for (const pair of texts.flatMap((text) => text.split(","))) {
    if (pair.trim() === "") continue;
    const equals = pair.indexOf("=");
    const field = FIELDS.find((name) => name === pair.slice(0, equals).trim().toLowerCase());
    if (equals === -1 || field === undefined) {
      throw new AppError(
        "usage",
        `--map does not understand "${pair.trim()}". It takes FIELD=NAME pairs such as title=headline,published=data.date; ` +
          `the fields are ${FIELDS.join(", ")}.`,
      );
    }
    map[field] = pair.slice(equals + 1).trim();
  }
  return map;
}
