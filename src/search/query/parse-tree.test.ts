import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyUnicode } from "../../../test/fakes/any-text.ts";
import { parseTree } from "./parse-tree.ts";
import { printTree } from "./print-tree.ts";

/** How a query is read, printed. */
const read = (query: string): string => printTree(parseTree(query).tree);

/** Typed, and how it is read. */
const READINGS: readonly (readonly [typed: string, read: string])[] = [
  ["北京 冬奧會，開幕！ 北京", "北京 冬奥会 开幕"],
  ["台风 OR 颱風", "台风"],
  ["台风 OR 飓风", "台风 OR 飓风"],
  ["台风|飓风", "台风 OR 飓风"],
  ["台风 || 飓风 | 龙卷风", "台风 OR 飓风 OR 龙卷风"],
  ["意大利 OR 英格兰 冠军", "(意大利 OR 英格兰) 冠军"],
  ["冠军 意大利 OR 英格兰", "冠军 (意大利 OR 英格兰)"],
  ["甲 AND 乙 OR 丙", "(甲 乙) OR 丙"],
  ["(甲 乙) | (丙 丁)", "(甲 乙) OR (丙 丁)"],
  ["（甲 OR 乙）丙", "(甲 OR 乙) 丙"],
  ["((甲))", "甲"],
  ["(甲 (乙 (丙)))", "甲 乙 丙"],
  ["甲 or 乙 and 丙 not", "甲 or 乙 and 丙 not"],
  ["OR", ""],
  ["甲 OR", "甲"],
  ["OR 甲", "甲"],
  ["甲 AND", "甲"],
  ["AND 甲", "甲"],
  ["甲 NOT 乙", "甲 -乙"],
  ["甲 -乙", "甲 -乙"],
  ["甲 －乙", "甲 -乙"],
  ["甲 -(乙 OR 丙)", "甲 -(乙 OR 丙)"],
  ["甲 NOT -乙", "甲 乙"],
  ["甲 - 乙 -- 丙 --丁", "甲 乙 丙 丁"],
  ["covid-19", "covid19"],
  ["iPhone 15 发布", "iphone15 发布"],
  ["NBA 2021", "nba 2021"],
  ["top,15", "top, 15"],
  ["-covid-19", "-covid19"],
  ["手机 -5G", "手机 NOT 5g"],
  ["最低 -5℃", "最低 -5°c"],
  ["增长 -3.5%", "增长 -3.5%"],
  ["-2021年", "2021年"],
  ["site:bbc 疫苗", "bbc 疫苗"],
  ["疫苗 -site:bbc", "疫苗 -bbc"],
  ["作者:王毅 讲话", "王毅 讲话"],
  ["北京 NEAR/5 奥运", "北京 奥运"],
  ["甲-乙", "甲 乙"],
  ["(-乙 甲)", "-乙 甲"],
  ["(甲", "甲"],
  ["甲) 乙", "甲 乙"],
  [")(", ""],
  ['"人工  智能"', '"人工  智能"'],
  ['"人工\t智能"', '"人工  智能"'],
  ['"人工 智能"', '"人工智能"'],
  ["「人工“智”能」", "「人工“智”能」"],
  ["“你好！”", '"你好"'],
  ['"C++" "C#" ".NET" "3.5%" "-5℃" "A&B"', '"c++" "c#" ".net" "3.5%" "-5°c" "a&b"'],
  ['"！"', ""],
  ['"人工智能', "人工智能"],
  ['"北京 奥运"~10', '"北京 奥运"~10'],
  ['"北京"~10', '"北京"'],
  ['"北京 奥运"～10', '"北京 奥运"~10'],
  ['"北京 奥运"~10000', '"北京 奥运"~1000'],
  ['"北京 北京"~10', '"北京"'],
  ['"C++ C++"~10', '"c++"'],
  ['"北京 奥运" ~10', '"北京奥运" 10'],
  ['"北京 奥运"~10天', '"北京奥运" 10天'],
  ["快来!登陆", "快来 登陆"],
  ["台风 !登陆", "台风 登陆"],
  ["title:冠军 意大利", "title:冠军 意大利"],
  ["标题:冠軍", "title:冠军"],
  ["Title：冠军", "title:冠军"],
  ['title:"总统 选举"', 'title:"总统选举"'],
  ["title:(甲 OR 乙)", "title:甲 OR title:乙"],
  ["-title:广告", "-title:广告"],
  ["title:-广告", "-title:广告"],
  ["title:-5℃", "title:-5°c"],
  ["source:-BBC 甲", '-source:"BBC" 甲'],
  ["标题：冠军", "title:冠军"],
  ["甲 来源：新华社", '甲 source:"新华社"'],
  ["甲，来源：新华社", "甲 来源 新华社"],
  ["source:(BBC OR 路透) 甲", '(source:"BBC" OR source:"路透") 甲'],
  ['来源:(BBC "路透 社")', 'source:"BBC" OR source:"路透 社"'],
  ["-category:（体育|娱乐）", '-(category:"体育" OR category:"娱乐")'],
  ["source:(臺)中央社CNA 甲", 'source:"(臺)中央社CNA" 甲'],
  ["source:(甲 -乙)", "source 甲 -乙"],
  ["-before:2021", "after:2021-01-01"],
  ["甲 OR -after:2021-03", "甲 OR before:2021-03-01"],
  ["title: 冠军", "title 冠军"],
  ["source:新华社", 'source:"新华社"'],
  ["source:「路透」 x", 'source:"路透" x'],
  ["来源：新华社", 'source:"新华社"'],
  ["before:2021", "before:2021-01-01"],
  ["after:2021-3-14", "after:2021-03-14"],
  ["after:2021年3月", "after:2021-03-01"],
  ["before:2021-02-30", "before 2021 02 30"],
  ["site:bbc 脱欧", "bbc 脱欧"],
  ["12:30 http://example.org/a", "12:30 http example.org a"],
  ["标题｜网站", "标题 网站"],
  ["增长3.5%，共1,000万", "增长 3.5% 共1000万"],
  ["学C++和C#", "学 c++ 和 c#"],
  ["C++ C# .NET A&B", "c++ c# .net a&b"],
  ["5G H7N9 3.5 %", "5g h7n9 3.5%"],
  ["3.5.", "3.5"],
];

for (const [typed, expected] of READINGS) {
  test(`${typed} is read as ${expected === "" ? "nothing" : expected}`, () => assert.equal(read(typed), expected));
}

test("what looks like an operator and is none is named", () => {
  const unknown = (query: string): readonly string[] => parseTree(query).unknown;
  assert.deepEqual(unknown("site:bbc covid* 甲^2 疫苗~1 before:昨天"), [
    "site:bbc",
    "covid*",
    "甲^2",
    "疫苗~1",
    "before:昨天",
  ]);
  assert.deepEqual(unknown("甲 NEAR/5 乙"), ["NEAR/5"]);
  assert.deepEqual(unknown("甲 NEAR 乙"), ["NEAR"]);
  assert.deepEqual(unknown("甲 ANDNOT 乙 AND-NOT 丙 BUTNOT 丁"), ["ANDNOT", "AND-NOT", "BUTNOT"]);
  assert.deepEqual(unknown("!甲 ！乙 (!丙) | !丁"), ["!甲", "！乙", "!丙", "!丁"]);
  for (const query of ['台风 !"登陆"', "台风 !(登陆)"]) assert.deepEqual(unknown(query), ["!"], query);
  assert.deepEqual(unknown('"北京 奥运" ~10'), ["~10"]);
  assert.deepEqual(unknown('"北京 奥运"~0.8 “甲乙”~ "甲"^2 "乙"* (甲 乙)~5'), ["~0.8", "~", "^2", "*", "~5"]);
  assert.deepEqual(unknown("Site:bbc.com 作者:王毅 媒体：路透"), ["Site:bbc.com", "作者:王毅", "媒体：路透"]);
  assert.deepEqual(unknown("after: 2021 甲"), ["after:"]);
  assert.deepEqual(unknown("source:(甲 -乙)"), ["source:"]);
  assert.deepEqual(unknown("意大利 or 英格兰 And 法国 或 德国"), ["or", "And", "或"]);
  assert.deepEqual(unknown("疫苗 -site:bbc -作者：王毅，李"), ["site:bbc", "作者：王毅，李"]);
  for (const query of [
    "12:30",
    "http://example.org",
    "AI:未来",
    "快讯：地震",
    "C++",
    "A&B",
    "title:甲 -乙",
    "war and peace",
    "CNBC:接种",
    "快来!登陆",
    "Yahoo! 新闻！",
    "重磅 !! 快讯 ！",
    "“五一”~“端午” (一)~(三) “甲” ~ “乙”",
    "“双11”~5天后 *ST华闻",
    '"北京 奥运"~10000',
  ])
    assert.deepEqual(unknown(query), [], query);
});

test("a number whose sign is not looked for is named", () => {
  const unknown = (query: string): readonly string[] => parseTree(query).unknown;
  assert.deepEqual(unknown("最低 -5度 －2021年 最低-10.5度"), ["-5度", "－2021年", "-10.5度"]);
  for (const query of ["-5℃", "最低 -3.5%", "2020-2021年", "covid-19", "北京-5日", "手机 -5G", "歼-20"])
    assert.deepEqual(unknown(query), [], query);
});

test("groups within groups are obeyed to a depth, and the query says what was left out", () => {
  const nested = (depth: number): string => `${"(".repeat(depth)}甲${")".repeat(depth)}`;
  assert.deepEqual([read(nested(32)), parseTree(nested(32)).wasCut], ["甲", false]);
  assert.equal(parseTree(nested(33)).wasCut, true);
  assert.equal(read(`${"(".repeat(5000)}甲`), "甲");
  assert.equal(read("title:".repeat(1600)).length > 0, true);
});

/** Texts that are rich in operators. */
const operatorText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'甲乙丙丁 \t()（）|｜-－−"“”「」『』«»:：~*^.,，。+#&%'.split("")),
      fc.constantFrom(
        " OR ",
        " AND ",
        " NOT ",
        " -",
        "title:",
        "source:",
        "before:",
        "after:2021",
        "~5",
        '"甲 乙"~3',
        "C++",
        "5G",
        "-5℃",
      ),
      anyUnicode({ maxLength: 3 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));

test("printing a tree and reading it again gives the same tree, for any text", () => {
  fc.assert(
    fc.property(operatorText, (query) => {
      const { tree } = parseTree(query);
      const printed = printTree(tree);
      assert.deepEqual(parseTree(printed).tree, tree, JSON.stringify({ query, printed }));
    }),
    { numRuns: 5000 },
  );
});

test("the time to read a query grows with its length, not with its square", () => {
  // Where it grew with the square, this would take longer than a test file may.
  for (const part of ['"', "“”", "(", "a OR ", "-(", "title:", "「", '"a', "3.5", "a&"])
    assert.notEqual(parseTree(part.repeat(100_000 / part.length)), undefined, part);
});
