const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

/** 28 十一月 2026, 28 11月 2026: the form of mails, in the language of the site. */
const CHINESE_MONTH = /(?<!\d)(\d{1,2})[ -]+([一二三四五六七八九十]{1,2}|\d{1,2}) ?月,?[ -]+(?=\d{2,4} )/;

/** 28 Nov 26 10:00: RFC 822, to which RSS refers, has two digits. */
const SHORT_YEAR = /(?<![\d:])(\d{1,2}[ -]+[A-Z][a-z]{2,8}\.?[ -]+)(\d\d)(?= +\d{1,2}:\d\d)/;

/** From this year of two digits on the last century is meant (RFC 2822, section 4.3). */
const LAST_CENTURY_FROM = 50;

/** The date of a feed as others write it too: what only feeds write, or mean as they do, is put in full. */
export function toPlainDate(text: string): string {
  return text
    .replace(CHINESE_MONTH, (whole, day: string, month: string) => {
      const name = MONTHS[(NUMERALS.indexOf(month) + 1 || Number(month)) - 1];
      return name === undefined ? whole : `${day} ${name} `;
    })
    .replace(SHORT_YEAR, (_, before: string, year: string) =>
      before.concat(Number(year) < LAST_CENTURY_FROM ? "20" : "19", year),
    );
}
