/**
 * Titles and sentences on everything that news is about, in both scripts, a few in English: what the mean direction of an encoder is
 * measured with. Their order does not matter; a change of one of them changes every vector of a centred encoder, so that its
 * fingerprint must change too.
 */
export const NEUTRAL_TEXTS: readonly string[] = [
  "市政府公布明年财政预算，教育支出增加",
  "央行下调存款准备金率，股市小幅上涨",
  "暴雨引发山体滑坡，两条公路中断",
  "国家队三比一取胜，提前晋级淘汰赛",
  "新型电池可在十分钟内充满，研究人员说",
  "法院开庭审理合同纠纷案，双方当庭调解",
  "兩國外長會談，同意恢復直航",
  "颱風逼近，沿海學校明日停課",
  "醫院增設夜間門診，掛號可在手機上完成",
  "老電影修復後重映，票房出人意料",
  "今年小麦收成如何？农户说雨水比往年多",
  "地铁新线年底通车，沿线房价",
  "博物馆 免费 预约",
  "如何申请失业保险金",
  "The central bank kept its key rate unchanged on Thursday",
  "Researchers find an older settlement under the harbour",
  "一名男子在河边救起落水儿童后悄然离开，家长通过监控找到他道谢。",
  "公司发布财报，第三季度营收同比增长百分之十二，净利润略有下降，股价盘后下跌。",
  "警方通报一起电信诈骗案，十七名嫌疑人落网，涉案金额仍在核实。",
  "議會通過修正案，反對黨批評程序倉促，要求重新表決。",
  "消防隊接獲報案後趕抵現場，火勢於清晨撲滅，起火原因調查中。",
  "这座小镇靠做木梳闻名，年轻人回乡开起网店，把手艺卖到了海外。",
  "专家提醒，流感季节将至，老人和儿童应尽早接种疫苗，出现高烧及时就医。",
  "大學公布招生名額，理工科系增加，人文科系維持不變。",
  "火箭将一颗气象卫星送入预定轨道，这是今年第二十次发射。",
  "选举结果周日揭晓，投票率为近十年最高，落选者承认失利。",
  "油价连续第四周上涨，运输企业说成本难以承受。",
  "作家新書寫三代人的遷徙，評論者稱其文字克制。",
  "边境口岸恢复货运，首日通行车辆三百余台。",
  "歌手取消巡演，主办方表示将全额退票。",
  "养老院收费标准引发讨论，民政部门回应将加强监管。",
  "人工智能写的报告出现错误，监管机构要求标明来源。",
];
