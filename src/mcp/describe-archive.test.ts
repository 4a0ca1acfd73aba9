import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeBackend } from "../../test/fakes/backend.ts";
import { describeArchive } from "./describe-archive.ts";

const toBackend = (source: string, title: string) => createFakeBackend([{ id: source, title, body: title, source }]);

const MINUTE_MS = 60_000;

test("languages and sources are read again when the archive has changed, though not at each change", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 0 });
  const [first, second] = [toBackend("日报", "临江大桥通车，两岸风光"), toBackend("晚報", "臨江大橋通車，兩岸風光")];
  let [current, snapshot] = [first, "one"];
  const archive = { ...first.archive, stats: async () => ({ ...(await current.archive.stats()), snapshot }) };
  const describe = async () => {
    const { languages, largestSources, ...described } = await describeArchive({ archive, search: current.search });
    return {
      snapshot: described.snapshot,
      sources: largestSources,
      languages: languages.map(({ language }) => language),
    };
  };
  const ofFirst = { sources: ["日报"], languages: ["zh-Hans"] };
  assert.deepEqual(await describe(), { ...ofFirst, snapshot: "one" });

  t.mock.timers.setTime(60 * MINUTE_MS);
  const asked = first.search.requests.length;
  assert.deepEqual(await describe(), { ...ofFirst, snapshot: "one" });
  assert.equal(first.search.requests.length, asked, "nothing has changed, so nothing is asked");

  [current, snapshot] = [second, "two"];
  assert.deepEqual(await describe(), { snapshot: "two", sources: ["晚報"], languages: ["zh-Hant"] });

  t.mock.timers.setTime(61 * MINUTE_MS);
  [current, snapshot] = [first, "three"];
  assert.deepEqual((await describe()).sources, ["晚報"], "read a minute ago");
  t.mock.timers.setTime(80 * MINUTE_MS);
  assert.deepEqual(await describe(), { ...ofFirst, snapshot: "three" });
});
