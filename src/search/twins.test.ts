import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeEncoder } from "../../test/fakes/encoder.ts";
import { createMemoryArchive, type FakeArticle } from "../../test/fakes/memory-archive.ts";
import { PLAIN_REQUEST, SEARCH_MODES } from "../archive/request.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { createSearchService } from "./service.ts";

/** Queries in Simplified characters and mainland words, and what one would type for them in Traditional ones. */
const TWINS = `
计划 計畫|规划 規畫|账户 帳戶|转账 轉帳|部分 部份|身份 身分|什么 甚麼|仿佛 彷彿|炮弹 砲彈|粘贴 黏貼|联络 連絡|沉默 沈默|化妆 化粧|保佑 保祐|姐妹 姊妹
峰会 峯會|人群 人羣|因为 因爲|航线 航綫|开启 開啓|暗账 暗帳|住户 住戸|关系 関係|长江风险 ⻓江⻛险
普京 普丁|普京 蒲亭|扎克伯格 祖克柏|特鲁多 杜魯道|约翰逊 強森|肯尼迪 甘迺迪|里根 雷根|撒切尔 柴契爾|沙特 沙烏地|迪拜 杜拜|欧洲杯 歐國盃|科比 柯比
奥巴马 歐巴馬|布什 布希|克林顿 柯林頓|萨达姆 海珊|戈尔巴乔夫 戈巴契夫|贝克汉姆 貝克漢|泽连斯基 澤倫斯基|老挝 寮國|也门 葉門|肯尼亚 肯亞|好莱坞 荷里活
比尔盖茨 比尔·盖茨|比尔·盖茨 比爾‧蓋茲|iPhone15 iPhone-15|COVID-19 COVID19|F16 F-16|GPT4 GPT-4|1000万 1,000万|WiFi Wi-Fi|Beyoncé Beyonce|3.5%增长 ３．５％增長
软件 軟體|互联网 網際網路|悉尼歌剧院 雪梨歌劇院|意大利面 義大利麵|信息安全 資訊安全|打印机 印表機|服务器 伺服器|人工智能 人工智慧
纳米材料 奈米材料|出租车司机 計程車司機|新西兰 紐西蘭|沙特阿拉伯 沙烏地阿拉伯|数据库 資料庫|硬盘 硬碟|鼠标 滑鼠|半导体 半導體
气候变化 氣候變化|台风登陆 颱風登陸|地铁 地鐵|图书馆开放时间 圖書館開放時間|选举结果 選舉結果|干部 幹部|面条 麵條|发展 發展
头发 頭髮|后天 後天|电脑 電腦|城里 城裡|历史 歷史|日历 日曆|复习 複習
恢复 恢復|钟表 鐘錶|面粉 麵粉|松树 松樹|轻松 輕鬆|台湾 臺灣|“开放时间” 「開放時間」|恐龙化石 恐龍化石|龙舟赛 龍舟賽
疫苗 -副作用 疫苗 -副作用|什么时候开幕 什麼時候開幕|为什么堵车 為什麼堵車|学生 學生|体育馆 體育館|旧书店 舊書店|渔业 漁業|茶叶 茶葉
观众 觀眾|庆典 慶典|机场 機場|桥梁检修 橋樑檢修
`;

/** The middle space parts the twins; both halves have as many spaces. */
const pairs = TWINS.trim()
  .split(/[|\n]/)
  .map((line): [string, string] => {
    const words = line.split(" ");
    return [words.slice(0, words.length / 2).join(" "), words.slice(words.length / 2).join(" ")];
  });

test("a query and its twin in the other script find the same in every mode", async () => {
  const encoder = createFakeEncoder();
  const texts = pairs.flat().map((query) => query.replace(/ -.*$/, ""));
  const vectors = await encoder.encode(texts, { role: "document" });
  const articles = texts.map(
    (title, index): FakeArticle => ({ id: `${index}`, title, body: `${title}。`, vector: vectors[index] }),
  );
  const service = createSearchService({
    archive: searchInThisThread(createMemoryArchive(articles, { encoderFingerprint: encoder.fingerprint })),
    encoder,
  });
  const ask = async (query: string, mode: (typeof SEARCH_MODES)[number]) => {
    const result = await service.search({ ...PLAIN_REQUEST, query, mode });
    return { ...result, query: "", tookMs: 0 };
  };
  assert.ok(pairs.length >= 50);
  for (const mode of SEARCH_MODES)
    for (const [simplified, traditional] of pairs) {
      const found = await ask(simplified, mode);
      assert.ok(found.total > 0, simplified);
      assert.deepEqual(await ask(traditional, mode), found, `${mode} ${simplified} ${traditional}`);
    }
});
