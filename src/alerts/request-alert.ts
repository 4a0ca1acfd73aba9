import type { ReadOptions } from "../archive/archive.ts";
import { AppError } from "../errors.ts";
import type { SearchService } from "../search/search.ts";
import { createZone } from "../text/zone.ts";
import {
  type Alert,
  type AlertLanguage,
  type AlertSecrets,
  type Channel,
  DEFAULT_DIGEST_MINUTE,
  type Rhythm,
} from "./alert.ts";
import { type FollowedSearch, toFollowedSearch } from "./followed-search.ts";
import { type AlertPreview, previewAlert } from "./preview.ts";
import type { AlertStore } from "./store/alert-store.ts";
import type { ProgressStore } from "./store/progress-store.ts";
import { findStart } from "./take-new-articles.ts";
import type { WatchedArchive } from "./watched-archive.ts";

/** What somebody asks for who wants to be told. */
export interface RequestedAlert {
  readonly name?: string | undefined;
  readonly search: FollowedSearch;
  readonly channel: Channel;
  readonly address: string;
  /** Default: at once. */
  readonly rhythm?: Rhythm | undefined;
  /** When a daily digest comes, `HH:MM`. Default: eight in the morning. */
  readonly at?: string | undefined;
  /** IANA zone; default: the archive's. */
  readonly timezone?: string | undefined;
  /** Default: Chinese where the query is, else English. */
  readonly language?: AlertLanguage | undefined;
}

export interface AddedAlert {
  readonly alert: Alert;
  /** Shown this once. */
  readonly secrets: AlertSecrets;
  readonly preview: AlertPreview;
}

interface AddOptions {
  readonly alerts: AlertStore;
  readonly progress: ProgressStore;
  readonly archive: WatchedArchive;
  readonly search: Pick<SearchService, "search">;
  /** Who asks, and until when. */
  readonly asker?: ReadOptions | undefined;
  readonly nowMs: () => number;
  /** See {@link previewAlert}. */
  readonly floorOf?: ((query: string) => Promise<number | undefined>) | undefined;
}

/** Most that one archive follows. */
const MAX_ALERTS = 100_000;

/**
 * Follows a search from now on.
 * @throws AppError `invalid-request` for an address, a time, a zone or a day that is none
 */
export async function addAlert(requested: RequestedAlert, options: AddOptions): Promise<AddedAlert> {
  const { alerts, progress, archive, search, asker, nowMs, floorOf } = options;
  const { name, channel, rhythm = "instant", timezone = archive.timezone } = requested;
  const followed = toFollowedSearch(requested.search);
  const address = parseAlertAddress(channel, requested.address);
  const digestMinute = requested.at === undefined ? DEFAULT_DIGEST_MINUTE : parseMinute(requested.at);
  assertZone(timezone);
  const language = requested.language ?? (/\p{Script=Han}/u.test(followed.query) ? "zh-Hans" : "en");
  const preview = await previewAlert(followed, { search, timezone: archive.timezone, nowMs: nowMs(), asker, floorOf });
  if (alerts.count() >= MAX_ALERTS)
    throw new AppError("invalid-request", `${MAX_ALERTS} searches are followed already; remove some.`);
  // Where nothing was followed before, it begins here.
  await findStart(archive, progress);
  const sinceSequence = await archive.head();
  const { inPieces } = preview;
  const added = alerts.add(
    {
      ...{ name: name?.trim() || undefined, search: followed, inPieces, channel, address, rhythm, digestMinute },
      ...{ timezone, language, sinceSequence },
    },
    nowMs(),
  );
  return { ...added, preview };
}

const MAIL_ADDRESS =
  /^[^\s@<>()[\]\\,;:"\u0000-\u001f]{1,64}@(?:[a-z0-9\u0080-\uffff-]{1,63}\.)+[a-z0-9\u0080-\uffff-]{2,63}$/i;
const MAX_ADDRESS_UNITS = 2000;

/** @throws AppError `invalid-request` */
function parseAlertAddress(channel: Channel, given: string): string {
  const address = given.trim();
  if (channel === "mail") {
    if (address.length <= 254 && MAIL_ADDRESS.test(address)) return address;
    throw new AppError("invalid-request", `${JSON.stringify(address.slice(0, 100))} is no e-mail address.`);
  }
  const url = address.length > MAX_ADDRESS_UNITS ? null : URL.parse(address);
  if (url !== null && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.password === "") {
    url.hash = "";
    return url.href;
  }
  throw new AppError(
    "invalid-request",
    "The address of a webhook begins with https:// or http://, and names no user and no password.",
  );
}

/** @throws AppError `invalid-request` */
function parseMinute(at: string): number {
  const [, hours = "", minutes = ""] = /^(\d{1,2}):(\d{2})$/.exec(at.trim()) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (hours !== "" && Number(hours) < 24 && Number(minutes) < 60) return minute;
  throw new AppError(
    "invalid-request",
    `${JSON.stringify(at.slice(0, 20))} is no time of day: wanted HH:MM, such as 08:00.`,
  );
}

/** @throws AppError `invalid-request` */
function assertZone(timezone: string): void {
  try {
    createZone(timezone);
  } catch (error) {
    const name = JSON.stringify(timezone.slice(0, 60));
    throw new AppError("invalid-request", `${name} is no time zone: wanted a name such as Asia/Shanghai.`, {
      cause: error,
    });
  }
}
