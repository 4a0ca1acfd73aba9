import type { FollowedSearch } from "./followed-search.ts";

/** How somebody is told. Feeds need no alert: every search has one. */
export const CHANNELS = ["mail", "webhook"] as const;
export type Channel = (typeof CHANNELS)[number];

/** When somebody is told: of each article at once, or of all of an hour or a day together. */
export const RHYTHMS = ["instant", "hourly", "daily"] as const;
export type Rhythm = (typeof RHYTHMS)[number];

/** In which the words around articles are written. */
export const ALERT_LANGUAGES = ["en", "zh-Hans", "zh-Hant"] as const;
export type AlertLanguage = (typeof ALERT_LANGUAGES)[number];

/** `stopped`: what it is sent to does not take it any more, or its reader wants it no more; `problem` says which. */
export type AlertStatus = "active" | "paused" | "stopped";

/** A search that is followed: somebody is told of new articles that match it. */
export interface Alert {
  readonly id: number;
  /** For people; the query where none was given. */
  readonly name: string;
  readonly search: FollowedSearch;
  /** Words such as 养老院火灾 are held in pieces, as no article held them in one piece when it was made. */
  readonly inPieces: boolean;
  readonly channel: Channel;
  /** An e-mail address, or that of a webhook. */
  readonly address: string;
  readonly rhythm: Rhythm;
  /** Of a daily digest: minutes after midnight in the zone. */
  readonly digestMinute: number;
  /** IANA zone in which hours and days of digests are counted, and times are shown. */
  readonly timezone: string;
  readonly language: AlertLanguage;
  readonly status: AlertStatus;
  /** Why it was stopped, or what went wrong with the last delivery. */
  readonly problem: string | undefined;
  /** Articles up to this one in the archive's order are none of its. */
  readonly sinceSequence: number;
  readonly addedMs: number;
  /** When the next digest is due; undefined for instant ones. */
  readonly nextDigestMs: number | undefined;
  /** When something was sent last. */
  readonly sentMs: number | undefined;
  /** Deliveries in a row that were given up. */
  readonly failures: number;
}

/** What only those know who deliver. */
export interface AlertSecrets {
  /** Signs webhooks: `whsec_` and base64. */
  readonly signingSecret: string | undefined;
  /** Random; makes links to unsubscribe and names of messages that nobody can guess. */
  readonly key: string;
}

export interface NewAlert
  extends Pick<
    Alert,
    | "search"
    | "inPieces"
    | "channel"
    | "address"
    | "rhythm"
    | "digestMinute"
    | "timezone"
    | "language"
    | "sinceSequence"
  > {
  readonly name?: string | undefined;
}

/** At eight in the morning. */
export const DEFAULT_DIGEST_MINUTE = 480;
