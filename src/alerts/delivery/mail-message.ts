import { escapeUTF8 } from "entities";
import { toZonedIso } from "../../text/days.ts";
import type { AlertSecrets } from "../alert.ts";
import type { AnnouncedArticle, Announcement, PageAddresses } from "./announcement.ts";
import { MAIL_WORDS, type MailWords } from "./mail-words.ts";

/** A mail, before it is given to a server. */
export interface MailMessage {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly messageId: string;
  readonly dateMs: number;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailOptions {
  /** Address of the sender, with or without a name. */
  readonly from: string;
  readonly pages: Pick<PageAddresses, "toUnsubscribe">;
}

const MAX_SUBJECT_UNITS = 150;

/** The mail of an announcement: the same at every attempt, as plain text and as HTML that loads nothing. */
export function toMail(
  announcement: Announcement,
  { key }: Pick<AlertSecrets, "key">,
  { from, pages }: MailOptions,
): MailMessage {
  const { alert, messageId, createdMs, isDigest, total, articles } = announcement;
  const words = MAIL_WORDS[alert.language];
  const name = oneLine(alert.name);
  const [first] = articles;
  const subject = isDigest || first === undefined ? words.subject(name, total) : `[${name}] ${titleOf(first, words)}`;
  const unsubscribe = pages.toUnsubscribe(key);
  return {
    to: alert.address,
    from,
    subject: cut(subject, MAX_SUBJECT_UNITS),
    messageId: `<${messageId}@${domainOf(from)}>`,
    dateMs: createdMs,
    text: toText(announcement, words, unsubscribe),
    html: toHtml(announcement, words, unsubscribe),
    headers: {
      "auto-submitted": "auto-generated",
      "list-id": `<alert-${alert.id}.${domainOf(from)}>`,
      // One click, without a page between (RFC 8058).
      ...(unsubscribe === undefined
        ? {}
        : { "list-unsubscribe": `<${unsubscribe}>`, "list-unsubscribe-post": "List-Unsubscribe=One-Click" }),
    },
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const cut = (text: string, units: number): string =>
  text.length <= units
    ? text
    : `${text
        .slice(0, units - 1)
        .toWellFormed()
        .replace(/\ufffd$/, "")}…`;

const domainOf = (from: string): string => /@([a-z0-9.-]+)>?\s*$/i.exec(from)?.[1] ?? "localhost";

const titleOf = ({ article }: AnnouncedArticle, words: MailWords): string => oneLine(article.title) || words.untitled;

/** Source and time, as readers in the zone write it. */
function originOf({ article: { source, publishedAtMs } }: AnnouncedArticle, timezone: string): string {
  const time =
    publishedAtMs === undefined ? undefined : toZonedIso(publishedAtMs, timezone).slice(0, 16).replace("T", " ");
  return [source && oneLine(source), time].filter((part) => part !== undefined && part !== "").join(" · ");
}

/** An address that a link may have: other schemes could run something. */
const linkOf = ({ article, page }: AnnouncedArticle): string | undefined =>
  [page, article.url].find((url) => url !== undefined && /^https?:\/\//i.test(url));

function introOf({ alert, total, oldCount }: Announcement, words: MailWords): string[] {
  return [words.intro(total, oneLine(alert.name)), ...(oldCount > 0 ? [words.old(oldCount)] : [])];
}

function toText(announcement: Announcement, words: MailWords, unsubscribe: string | undefined): string {
  const { alert, articles, total, searchPage } = announcement;
  const blocks = articles.map((announced) =>
    [
      titleOf(announced, words),
      originOf(announced, alert.timezone),
      oneLine(announced.snippet),
      linkOf(announced),
      announced.alsoIn.length > 0 ? words.alsoIn(announced.alsoIn.join(", ")) : undefined,
    ]
      .filter((line) => line !== undefined && line !== "")
      .join("\n"),
  );
  const foot = [
    words.why[alert.rhythm],
    ...(searchPage === undefined ? [] : [`${words.searchPage}: ${searchPage}`]),
    ...(unsubscribe === undefined ? [] : [`${words.unsubscribe}: ${unsubscribe}`]),
  ].join("\n");
  const more = total > articles.length ? [words.more(total - articles.length)] : [];
  return `${[introOf(announcement, words).join("\n"), ...blocks, ...more, `-- \n${foot}`].join("\n\n")}\n`;
}

function toHtml(announcement: Announcement, words: MailWords, unsubscribe: string | undefined): string {
  const { alert, articles, total, searchPage } = announcement;
  const link = (url: string, text: string): string => `<a href="${escapeUTF8(url)}">${escapeUTF8(text)}</a>`;
  const items = articles.map((announced) => {
    const title = titleOf(announced, words);
    const url = linkOf(announced);
    const also =
      announced.alsoIn.length > 0 ? `<br><small>${escapeUTF8(words.alsoIn(announced.alsoIn.join(", ")))}</small>` : "";
    const origin = escapeUTF8(originOf(announced, alert.timezone));
    return `<p><b>${url === undefined ? escapeUTF8(title) : link(url, title)}</b><br><small>${origin}</small><br>${escapeUTF8(oneLine(announced.snippet))}${also}</p>`;
  });
  const more = total > articles.length ? `<p>${escapeUTF8(words.more(total - articles.length))}</p>` : "";
  const foot = [
    escapeUTF8(words.why[alert.rhythm]),
    ...(searchPage === undefined ? [] : [link(searchPage, words.searchPage)]),
    ...(unsubscribe === undefined ? [] : [link(unsubscribe, words.unsubscribe)]),
  ].join(" · ");
  return `<!doctype html>
<html lang="${alert.language}"><head><meta charset="utf-8"></head><body>
<p>${introOf(announcement, words).map(escapeUTF8).join("<br>")}</p>
${items.join("\n")}
${more}
<hr><p><small>${foot}</small></p>
</body></html>
`;
}
