import type { Rhythm } from "../../alerts/alert.ts";
import type { Language } from "./languages.ts";

/** Words of the pages on which a search is followed. */
export interface FollowWords {
  readonly title: string;
  readonly link: string;
  /** Before the ways in which a search without a match can be followed. */
  readonly untilThen: string;
  readonly preview: (total: string, days: string) => string;
  readonly noneYet: string;
  readonly channel: string;
  readonly byMail: string;
  readonly byWebhook: string;
  readonly address: string;
  readonly addressHint: string;
  readonly rhythm: string;
  readonly rhythms: Readonly<Record<Rhythm, string>>;
  readonly at: string;
  readonly zone: string;
  readonly submit: string;
  readonly feeds: string;
  readonly done: (address: string) => string;
  readonly secret: string;
  readonly unsubscribe: string;
  readonly unsubscribeHint: (name: string, address: string) => string;
  readonly unsubscribed: string;
  readonly noSuchAlert: string;
}

export const FOLLOW_WORDS: Readonly<Record<Language, FollowWords>> = {
  en: {
    title: "Follow this search",
    link: "Email or webhook",
    untilThen: "Be told when an article matches:",
    preview: (total, days) => `${total} articles in the last ${days} days match.`,
    noneYet: "No article holds all the words yet. You will be told of the first that does.",
    channel: "Send by",
    byMail: "Email",
    byWebhook: "Webhook",
    address: "Send to",
    addressHint: "An email address, or the https address of a webhook",
    rhythm: "How often",
    rhythms: { instant: "At once", hourly: "Hourly digest", daily: "Daily digest" },
    at: "Time of the daily digest",
    zone: "Time zone",
    submit: "Follow",
    feeds: "Or in a feed reader:",
    done: (address) => `New articles will be sent to ${address}.`,
    secret: "Webhook requests are signed with this secret. Keep it; it is shown only once:",
    unsubscribe: "Unsubscribe",
    unsubscribeHint: (name, address) => `Stop sending emails about “${name}” to ${address}?`,
    unsubscribed: "You are unsubscribed. No more emails will be sent.",
    noSuchAlert: "This subscription no longer exists.",
  },
  "zh-Hans": {
    title: "订阅此搜索",
    link: "邮件或 Webhook",
    untilThen: "有符合条件的文章时通知我：",
    preview: (total, days) => `最近 ${days} 天内有 ${total} 篇文章符合条件。`,
    noneYet: "目前还没有文章包含全部词语，出现第一篇时会通知您。",
    channel: "通知方式",
    byMail: "邮件",
    byWebhook: "Webhook",
    address: "发送到",
    addressHint: "电子邮箱地址，或 Webhook 的 https 地址",
    rhythm: "频率",
    rhythms: { instant: "即时", hourly: "每小时汇总", daily: "每日汇总" },
    at: "每日汇总的发送时间",
    zone: "时区",
    submit: "订阅",
    feeds: "也可以用 RSS 阅读器订阅：",
    done: (address) => `新文章将发送到 ${address}。`,
    secret: "Webhook 请求用以下密钥签名。请妥善保存，密钥只显示这一次：",
    unsubscribe: "退订",
    unsubscribeHint: (name, address) => `确定不再向 ${address} 发送“${name}”的邮件吗？`,
    unsubscribed: "已退订，不会再发送邮件。",
    noSuchAlert: "此订阅已不存在。",
  },
  "zh-Hant": {
    title: "訂閱此搜尋",
    link: "郵件或 Webhook",
    untilThen: "有符合條件的文章時通知我：",
    preview: (total, days) => `最近 ${days} 天內有 ${total} 篇文章符合條件。`,
    noneYet: "目前還沒有文章包含全部詞語，出現第一篇時會通知您。",
    channel: "通知方式",
    byMail: "郵件",
    byWebhook: "Webhook",
    address: "傳送到",
    addressHint: "電子郵件地址，或 Webhook 的 https 網址",
    rhythm: "頻率",
    rhythms: { instant: "即時", hourly: "每小時彙整", daily: "每日彙整" },
    at: "每日彙整的寄送時間",
    zone: "時區",
    submit: "訂閱",
    feeds: "也可以用 RSS 閱讀器訂閱：",
    done: (address) => `新文章將傳送到 ${address}。`,
    secret: "Webhook 請求以下列金鑰簽署。請妥善保存，金鑰只顯示這一次：",
    unsubscribe: "取消訂閱",
    unsubscribeHint: (name, address) => `確定不再將「${name}」的郵件寄送到 ${address} 嗎？`,
    unsubscribed: "已取消訂閱，不會再寄送郵件。",
    noSuchAlert: "此訂閱已不存在。",
  },
};
