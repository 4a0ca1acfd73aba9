import assert from "node:assert/strict";
import { test } from "node:test";
import { createResources } from "./registry.ts";
import { createToReaderScript } from "./to-reader-script.ts";

test("each region reads the characters that it writes", async () => {
  await using resources = createResources();
  const read = createToReaderScript(resources);
  const table = [
    ["群众为什么吃面，看着台湾的裙子里面", "群眾為什麼吃麵，看著臺灣的裙子裡面", "群眾為什麼吃麵，看着台灣的裙子裡面"],
    ["秘书核实了嘴唇、床和炉灶", "秘書核實了嘴唇、床和爐灶", "秘書核實了嘴唇、床和爐灶"],
    ["著名作家接着说", "著名作家接著說", "著名作家接着説"],
  ] as const;
  for (const [simplified, taiwan, hongKong] of table) {
    assert.equal(await read(simplified, "zh-Hant"), taiwan);
    assert.equal(await read(simplified, "zh-Hant-HK"), hongKong);
  }
});

test("Taiwan's 著 becomes 着 where Simplified writes it, and stays in the word that has it", async () => {
  await using resources = createResources();
  const read = createToReaderScript(resources);
  const text = "看著他穿著名牌，著名作家著作等身，接著說，沿著海岸，執著，著手，什么，土著，原著，專著";
  const simplified = "看着他穿着名牌，著名作家著作等身，接着说，沿着海岸，执着，着手，什么，土著，原著，专著";
  assert.equal(await read(text, "zh-Hans"), simplified);
});

/** Forms of OpenCC's own Traditional that readers in Taiwan do not write; in names of shops and people that have them they stay. */
const INNER_FORMS_TAIWAN = new Set("僞啓喫嫺峯擡檐爲牀痹皁着睾祕竈糉繮纔羣脣蔘衆裏覈踊鉢鍼鮎麪齶");
const INNER_FORMS_HONG_KONG = new Set("僞喫嬀羣裏麪牀爲癡皁祕竈纔脣衆覈踊鍼");
const NAMES = /喫茶小舖|純喫茶|牛驥同(一)?皁/gu;

test("no phrase that OpenCC knows is shown in one of its inner forms", async () => {
  await using resources = createResources();
  const read = createToReaderScript(resources);
  const dictionaries = await Promise.all([
    import("opencc-js/dict/STPhrases"),
    import("opencc-js/dict/STPhrases_GeneratedFromRegionalPhrases"),
    import("opencc-js/dict/STCharacters"),
  ]);
  const phrases = dictionaries.flatMap(({ default: entries }) =>
    entries.split("|").map((entry) => entry.slice(0, entry.indexOf(" "))),
  );
  assert.ok(phrases.length > 40_000, `${phrases.length}`);
  const all = phrases.join("\n");
  for (const [script, forms] of [
    ["zh-Hant", INNER_FORMS_TAIWAN],
    ["zh-Hant-HK", INNER_FORMS_HONG_KONG],
  ] as const) {
    const shown = (await read(all, script)).replace(NAMES, "").split("\n");
    const inner = shown.filter((phrase) => [...phrase].some((character) => forms.has(character)));
    assert.deepEqual(inner, [], script);
  }
});
