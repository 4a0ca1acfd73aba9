import type { FastifyReply, FastifyRequest } from "fastify";
import { READER_SCRIPTS, type ReaderScript } from "../resources/to-reader-script.ts";

/** What a reader wants every article shown in; `published`: each as it was published. */
export const READINGS = ["published", ...READER_SCRIPTS] as const;
export type Reading = (typeof READINGS)[number];

/** Each in its own script, as the languages of the pages are named. */
export const SCRIPT_NAMES: Readonly<Record<ReaderScript, string>> = {
  "zh-Hans": "简体",
  "zh-Hant": "繁體（台灣）",
  "zh-Hant-HK": "繁體（香港）",
};

const COOKIE = "wenxun-reading";
const YEAR_S = 31_536_000;

const isReading = (value: unknown): value is Reading => (READINGS as readonly unknown[]).includes(value);

/** `reading=` in the address (then remembered for the site), or what was remembered; as published where nothing was said. */
export function chooseReading(request: FastifyRequest, reply: FastifyReply, sitePath: string): Reading {
  const asked = (request.query as Record<string, unknown> | undefined)?.reading;
  if (isReading(asked)) {
    reply.header("set-cookie", `${COOKIE}=${asked}; Path=${sitePath}; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly`);
    return asked;
  }
  const remembered = new RegExp(`(?:^|; *)${COOKIE}=([A-Za-z-]+)`).exec(request.headers.cookie ?? "")?.[1];
  return isReading(remembered) ? remembered : "published";
}

/** The Traditional of the reader's region, by what the browser prefers. */
export const traditionalOf = (acceptLanguage: string | undefined): ReaderScript =>
  /\bzh\b[^,;]*-(hk|mo)\b/i.test(acceptLanguage ?? "") ? "zh-Hant-HK" : "zh-Hant";
