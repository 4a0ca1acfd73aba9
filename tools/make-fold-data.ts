/**
 * Writes src/text/fold-data.ts: the characters and words that the fold treats as one, taken from the OpenCC dictionaries
 * (Apache-2.0, through opencc-js). Run it again when opencc-js is upgraded: `node tools/make-fold-data.ts`.
 *
 * Characters. The dictionaries give edges simplified–traditional–regional form; every connected set of characters becomes
 * one class, and each member folds to the class's canonical character. A fold by class commutes with taking substrings, so a
 * query matches inside an article whatever its context, and both scripts of a text meet by construction.
 *
 * Words. Taiwan and Hong Kong words fold to the mainland word (軟體 → 软件), spelled in canonical characters. Left out are
 * words that mean something else in ordinary mainland text (AMBIGUOUS): folding those would blur what a reader typed.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const dictionaryFolder = join(dirname(createRequire(import.meta.url).resolve("opencc-js/core")), "dict");

/** Phrase-only pairs of the dictionaries that occur once but are safe to merge in a search. */
const RARE_PAIRS = ["座坐", "象像", "豆荳", "果菓", "堤隄", "拿拏"];

/** Classes in which the dictionaries give no simplified target, or the rarer one. */
const PREFERRED = "着了只么";

/**
 * Regional words that occur more than about twice per million characters in 21 million characters of mainland news and
 * questions, so that folding them would merge different words (建立/创建, 支援/支持, 文件/文档).
 */
const AMBIGUOUS = new Set(
  (
    "建立 核心 执行 新增 文件 程序 通道 通讯 资料 开启 智慧 指标 线上 互动 截图 哈萨克 整合 影像 行程 档案 查询 支援 尼日 影片 " +
    "装置 设定 乌兹别克 模拟 启用 布林 联络 覆制 复制 塔吉克 连线 批次 储存 土库曼 序列 即时 效能 宣告 区域性 全形 列举 专案 埠 呼叫 " +
    "多型 传送 多工 贴上 简报 使用者 物件 载入 外接 存取 通话记录 汇入 类比 预设 元件 扩音 变数 存档 快取 数位 进阶 " +
    "映像 登出 社群 连结 点选 型别 外挂 字型 系结 引数 卷轴 拨出 检视 高阶 过载 汇出 相容 视窗 叮当 影印 狮子山 遮蔽 剪下 子音 " +
    "片语 登入 远端 永珍 向量 互动式 尤拉 图示 低阶 丢掷 回拨 回圈 拉罗 萨提 路兰 佛瑞 凯吉 查德"
  ).split(" "),
);

/** Everyday regional words that the dictionaries lack, or list only one way; regional → mainland. */
const EXTRA_WORDS: readonly (readonly [string, string])[] = [
  ["資訊", "信息"],
  ["搜尋", "搜索"],
  ["雪梨", "悉尼"],
  ["紐西蘭", "新西兰"],
  ["川普", "特朗普"],
  ["北韓", "朝鲜"],
  ["南韓", "韩国"],
  ["普丁", "普京"],
  ["歐巴馬", "奥巴马"],
  ["布希", "布什"],
  ["梅克爾", "默克尔"],
  ["馬克宏", "马克龙"],
  ["澤倫斯基", "泽连斯基"],
  ["賀錦麗", "哈里斯"],
  ["義大利", "意大利"],
  ["沙烏地阿拉伯", "沙特阿拉伯"],
  ["沙地阿拉伯", "沙特阿拉伯"],
  ["阿拉伯聯合大公國", "阿拉伯联合酋长国"],
  ["捷運", "地铁"],
  ["計程車", "出租车"],
  ["腳踏車", "自行车"],
  ["網路", "网络"],
  ["網際網路", "互联网"],
  ["行動電話", "移动电话"],
  ["部落格", "博客"],
  ["太陽能板", "太阳能电池板"],
  ["颱風", "台风"],
  ["飛彈", "导弹"],
  ["太空人", "宇航员"],
  ["太空站", "空间站"],
  ["雷射", "激光"],
  ["機器學習", "机器学习"],
  ["國小", "小学"],
  ["鐳射", "激光"],
  ["行動電源", "充电宝"],
  ["薯仔", "土豆"],
  ["幼稚園", "幼儿园"],
];

/** Where a regional word only seems to stand, across two words: kept whole. */
const KEPT_WHOLE = ["解释出", "阐释出", "诠释出", "注释出", "稀释出"];

type Pair = readonly [from: string, to: string];

async function loadDictionary(name: string): Promise<Pair[]> {
  const module: { default: string } = await import(pathToFileURL(join(dictionaryFolder, `${name}.js`)).href);
  return module.default.split("|").flatMap((line) => {
    const [from, ...targets] = line.split(" ");
    return from === undefined ? [] : targets.map((to): Pair => [from, to]);
  });
}

/** GB 2312 level of a character: 2 for the 3,755 commonest, 1 for the rest of the set, 0 outside it. */
function gb2312Levels(): Map<string, number> {
  const decoder = new TextDecoder("gbk");
  const levels = new Map<string, number>();
  for (let high = 0xb0; high <= 0xf7; high++)
    for (let low = 0xa1; low <= 0xfe; low++) levels.set(decoder.decode(Uint8Array.of(high, low)), high <= 0xd7 ? 2 : 1);
  return levels;
}

class Classes {
  readonly #parent = new Map<string, string>();

  find(character: string): string {
    const parent = this.#parent.get(character);
    if (parent === undefined || parent === character) return character;
    const root = this.find(parent);
    this.#parent.set(character, root);
    return root;
  }

  join(a: string, b: string): void {
    const rootA = this.find(a);
    const rootB = this.find(b);
    this.#parent.set(rootA, rootA);
    this.#parent.set(rootB, rootA);
  }

  all(): string[][] {
    const members = new Map<string, string[]>();
    for (const character of this.#parent.keys()) {
      const root = this.find(character);
      members.set(root, [...(members.get(root) ?? []), character]);
    }
    return [...members.values()].filter((set) => set.length > 1);
  }
}

const [st, ts, stPhrases, twVariants, hkVariants, tw, twRev, hk, hkRev] = await Promise.all(
  [
    "STCharacters",
    "TSCharacters",
    "STPhrases",
    "TWVariants",
    "HKVariants",
    "TWPhrases",
    "TWPhrasesRev",
    "HKPhrases",
    "HKPhrasesRev",
  ].map(loadDictionary),
);
if (!st || !ts || !stPhrases || !twVariants || !hkVariants || !tw || !twRev || !hk || !hkRev)
  throw new Error("an OpenCC dictionary is missing");

const classes = new Classes();
for (const [from, to] of [...st, ...ts, ...twVariants, ...hkVariants]) classes.join(from, to);
for (const pair of RARE_PAIRS) classes.join([...pair][0] ?? "", [...pair][1] ?? "");

const phrasePairs = new Map<string, number>();
for (const [from, to] of stPhrases) {
  const target = [...to];
  for (const [index, character] of [...from].entries()) {
    const other = target[index] ?? character;
    if (classes.find(character) !== classes.find(other))
      phrasePairs.set(character + other, (phrasePairs.get(character + other) ?? 0) + 1);
  }
}
for (const [pair, count] of phrasePairs) if (count >= 2) classes.join([...pair][0] ?? "", [...pair][1] ?? "");

const levels = gb2312Levels();
const simplifiedTargets = new Map<string, number>();
for (const [, to] of ts) simplifiedTargets.set(to, (simplifiedTargets.get(to) ?? 0) + 1);

const rank = (character: string): number =>
  (PREFERRED.includes(character) ? 1000 : 0) +
  (levels.get(character) ?? 0) * 100 +
  Math.min(99, simplifiedTargets.get(character) ?? 0) -
  (character.length > 1 ? 1000 : 0);

const canonical = new Map<string, string>();
for (const members of classes.all()) {
  const target = members.reduce((best, member) => (rank(member) > rank(best) ? member : best));
  for (const member of members) if (member !== target) canonical.set(member, target);
}

const foldCharacters = (text: string): string =>
  [...text.normalize("NFKC").toLowerCase()].map((character) => canonical.get(character) ?? character).join("");

const ambiguous = new Set([...AMBIGUOUS].map(foldCharacters));
const words = new Map<string, string>();
const reversed = (pairs: Pair[]): Pair[] => pairs.map(([from, to]) => [to, from]);
for (const [regional, mainland] of [...EXTRA_WORDS, ...twRev, ...hkRev, ...reversed(tw), ...reversed(hk)]) {
  const from = foldCharacters(regional);
  const to = foldCharacters(mainland);
  if (from !== to && !words.has(from) && !ambiguous.has(from) && [...from].length > 1) words.set(from, to);
}
// A mainland word that contains a regional one must stay whole (尼日利亚 ⊃ 尼日), and a chain a → b → c must end in one step.
for (const [from, to] of [...words]) {
  let end = to;
  for (let step = 0; step < 4 && words.has(end) && words.get(end) !== end; step++) end = words.get(end) ?? end;
  words.set(from, end);
}
const hasRegionalPart = (word: string): boolean => [...words.keys()].some((key) => key !== word && word.includes(key));
for (const to of new Set(words.values())) if (!words.has(to) && hasRegionalPart(to)) words.set(to, to);

for (const word of KEPT_WHOLE) words.set(word, word);

const groups = new Map<string, string>();
for (const [member, target] of canonical) groups.set(target, (groups.get(target) ?? "") + member);
const characterLines = [...groups].sort().map(([target, members]) => target + members);
const wordLines = [...words].sort().map(([from, to]) => (from === to ? from : `${from} ${to}`));

const wrap = (items: string[]): string => {
  const lines: string[] = [];
  for (let start = 0; start < items.length; start += 16) lines.push(items.slice(start, start + 16).join("|"));
  return lines.join("|\n");
};
writeFileSync(
  fileURLToPath(new URL("../src/text/fold-data.ts", import.meta.url)),
  `// Made by tools/make-fold-data.ts from the OpenCC dictionaries (Apache-2.0); not edited by hand.

/** Classes of characters that match each other: the canonical character, then those that fold to it. */
export const CHARACTER_CLASSES = \`${wrap(characterLines)}\`;

/** Regional words and what they fold to, both in canonical characters; a word alone is kept whole. */
export const REGIONAL_WORDS = \`${wrap(wordLines)}\`;
`,
);
console.log(`${canonical.size} characters in ${groups.size} classes, ${words.size} words`);
