import assert from "node:assert/strict";
import { test } from "node:test";
import type { Language } from "../strings/languages.ts";
import { renderMoment, toOffset, toZoneName } from "./moment.ts";
import { createView, type View } from "./view.ts";

const viewOf = (language: Language, timezone = "Asia/Shanghai"): View =>
  createView({
    root: "/",
    home: undefined,
    language,
    assets: { path: () => undefined },
    here: "",
    timezone,
    reader: undefined,
    reading: "published",
    traditional: "zh-Hant",
    density: "comfortable",
    tellsOfNew: false,
    seesStatus: true,
  });

/** 2021-03-14 at 08:05:30 in Shanghai. */
const MORNING_MS = Date.UTC(2021, 2, 14, 0, 5, 30);
const MINUTE_MS = 60_000;

test("an instant is told with its day, clock time and zone, and in full on hover", () => {
  assert.equal(
    renderMoment(viewOf("zh-Hans"), MORNING_MS).markup,
    '<time datetime="2021-03-14T08:05:30+08:00" title="2021年3月14日星期日 08:05:30 UTC+8 (Asia/Shanghai)">2021年3月14日 08:05 <span class="zone">UTC+8</span></time>',
  );
  assert.match(renderMoment(viewOf("zh-Hant", "Asia/Taipei"), MORNING_MS).markup, />2021年3月14日 08:05 </);
  assert.match(renderMoment(viewOf("en", "America/St_Johns"), MORNING_MS).markup, />13 Mar 2021 20:35 <.*UTC−3:30</);
});

test("what knows only its day claims no clock time", () => {
  const midnight = Date.UTC(2021, 2, 13, 16);
  const { markup } = renderMoment(viewOf("zh-Hans"), midnight);
  assert.equal(markup, '<time datetime="2021-03-14" title="2021年3月14日星期日 · 只有日期">2021年3月14日</time>');
});

test("zones east and west of Greenwich, with half hours", () => {
  const names = ["Asia/Kolkata", "America/New_York", "UTC"].map((zone) => toZoneName(MORNING_MS, zone));
  assert.deepEqual(names, ["UTC+5:30", "UTC−5", "UTC"]);
});

test("a distance in time is told to the minute, in days where only days are known, and never rounded into another unit", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "at the same time"],
    [0.3, "at the same time"],
    [24, "24 minutes later"],
    [60, "1 hour later"],
    [-(23 * 60 + 30), "23 hours 30 minutes earlier"],
    [36 * 60 + 12, "1 day 12 hours later"],
    [48 * 60, "2 days later"],
  ];
  const view = viewOf("en");
  for (const [minutes, told] of cases) {
    assert.equal(toOffset(view, MORNING_MS, MORNING_MS + minutes * MINUTE_MS), told);
  }
  const midnight = Date.UTC(2021, 2, 13, 16);
  assert.equal(toOffset(view, MORNING_MS, midnight), "on the same day");
  assert.equal(toOffset(view, midnight, MORNING_MS + 2 * 1440 * MINUTE_MS), "2 days later");
  assert.equal(toOffset(viewOf("zh-Hant"), MORNING_MS, MORNING_MS + 90 * MINUTE_MS), "晚 1 小時 30 分鐘");
  assert.equal(toOffset(viewOf("zh-Hans"), MORNING_MS, MORNING_MS + 90 * MINUTE_MS), "晚 1小时 30分钟");
});
