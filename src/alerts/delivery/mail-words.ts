import type { AlertLanguage, Rhythm } from "../alert.ts";

/** The words around the articles of a mail. */
export interface MailWords {
  readonly subject: (name: string, count: number) => string;
  readonly intro: (count: number, name: string) => string;
  readonly old: (count: number) => string;
  readonly more: (count: number) => string;
  readonly alsoIn: (sources: string) => string;
  readonly untitled: string;
  readonly searchPage: string;
  readonly why: Readonly<Record<Rhythm, string>>;
  readonly unsubscribe: string;
}

export const MAIL_WORDS: Readonly<Record<AlertLanguage, MailWords>> = {
  en: {
    subject: (name, count) => `${count} new ${count === 1 ? "article" : "articles"}: ${name}`,
    intro: (count, name) => `${count} new ${count === 1 ? "article matches" : "articles match"} “${name}”.`,
    old: (count) =>
      `${count} of them ${count === 1 ? "was" : "were"} published more than three days before being added.`,
    more: (count) => `… and ${count} more`,
    alsoIn: (sources) => `Also in ${sources}`,
    untitled: "(no title)",
    searchPage: "Show the search",
    why: {
      instant: "You get this mail as soon as an article matches.",
      hourly: "You get this mail once an hour when articles match.",
      daily: "You get this mail once a day when articles match.",
    },
    unsubscribe: "Unsubscribe",
  },
  "zh-Hans": {
    subject: (name, count) => `${name}：${count} 篇新文章`,
    intro: (count, name) => `有 ${count} 篇新文章符合“${name}”。`,
    old: (count) => `其中 ${count} 篇在入库前三天以上就已发布。`,
    more: (count) => `……另有 ${count} 篇`,
    alsoIn: (sources) => `另见 ${sources}`,
    untitled: "（无标题）",
    searchPage: "查看搜索结果",
    why: {
      instant: "有新文章符合时，即时发送此邮件。",
      hourly: "有新文章符合时，每小时汇总发送一次。",
      daily: "有新文章符合时，每天汇总发送一次。",
    },
    unsubscribe: "退订",
  },
  "zh-Hant": {
    subject: (name, count) => `${name}：${count} 篇新文章`,
    intro: (count, name) => `有 ${count} 篇新文章符合「${name}」。`,
    old: (count) => `其中 ${count} 篇在入庫前三天以上就已發布。`,
    more: (count) => `……另有 ${count} 篇`,
    alsoIn: (sources) => `另見 ${sources}`,
    untitled: "（無標題）",
    searchPage: "查看搜尋結果",
    why: {
      instant: "有新文章符合時，即時寄送此郵件。",
      hourly: "有新文章符合時，每小時彙整寄送一次。",
      daily: "有新文章符合時，每天彙整寄送一次。",
    },
    unsubscribe: "取消訂閱",
  },
};
