import { createHmac } from "node:crypto";
import type { AnnouncedArticle, Announcement } from "./announcement.ts";

/** Bodies of webhooks are no larger. */
const MAX_BODY_BYTES = 20_000;

const MAX_TITLE_UNITS = 300;

/** The body of a webhook. Of many articles as many are listed as there is room for; `total` says how many there are. */
export function toWebhookBody(announcement: Announcement): string {
  const { alert, total, oldCount, isDigest, articles, createdMs, searchPage } = announcement;
  const { query, mode } = alert.search;
  for (let listed = articles.length; ; listed--) {
    const body = JSON.stringify({
      type: isDigest ? "alert.digest" : "alert.article",
      timestamp: new Date(createdMs).toISOString(),
      data: {
        alert: { id: alert.id, name: alert.name, query: query.slice(0, 1000), mode, searchPage },
        total,
        olderThanThreeDays: oldCount,
        articles: articles.slice(0, listed).map(toJson),
      },
    });
    if (Buffer.byteLength(body) <= MAX_BODY_BYTES || listed === 0) return body;
  }
}

function toJson({ article, snippet, page, alsoIn }: AnnouncedArticle): unknown {
  const { id, title, url, source, category, publishedAtMs } = article;
  const published = publishedAtMs === undefined ? undefined : new Date(publishedAtMs).toISOString();
  return { id, title: title.slice(0, MAX_TITLE_UNITS), url, source, category, published, snippet, page, alsoIn };
}

interface Signed {
  readonly messageId: string;
  readonly body: string;
  readonly secret: string;
  readonly nowMs: number;
}

/** Headers by which a receiver knows who sent a message, when, and whether it has it already (Standard Webhooks 1.0). */
export function toWebhookHeaders({ messageId, body, secret, nowMs }: Signed): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${messageId}.${timestamp}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "webhook-id": messageId,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}
