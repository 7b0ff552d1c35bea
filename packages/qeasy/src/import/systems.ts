/**
 * Which system a side is of, by the name that pages and people give it. A connector of the catalogue answers to its own Chinese name;
 * the table holds further names, and systems that have no connector yet, so that their private connector gets a name to read.
 */
import type { Connector } from "@datong/core";

/** Name without blanks, dots and brackets, lower case → system. The longest name that the given one begins with counts. */
const NAMES: readonly (readonly [string, string])[] = [
  ["轻易云集成平台", "datong"],
  ["轻易云", "datong"],
  ["金蝶云星空", "kingdee-galaxy"],
  ["金蝶k3cloud", "kingdee-galaxy"],
  ["k3cloud", "kingdee-galaxy"],
  ["金蝶云星辰v2", "kingdee-stars-v2"],
  ["金蝶云星辰v1", "kingdee-stars"],
  ["金蝶云星辰", "kingdee-stars"],
  ["金蝶云苍穹", "kingdee-cosmic"],
  ["金蝶k3wise", "kingdee-wise"],
  ["金蝶eas", "kingdee-eas"],
  ["聚水潭奇门", "jushuitan-qimen"],
  ["聚水潭", "jushuitan"],
  ["吉客云奇门", "jackyun-qimen"],
  ["吉客云", "jackyun"],
  ["旺店通企业奇门", "wangdiantong-qimen"],
  ["旺店通旗舰奇门", "wangdiantong-flagship-qimen"],
  ["旺店通旗舰", "wangdiantong-flagship"],
  ["旺店通企业版", "wangdiantong"],
  ["旺店通", "wangdiantong"],
  ["巨益oms", "greatonce"],
  ["巨益", "greatonce"],
  ["管易云", "guanyi"],
  ["管易", "guanyi"],
  ["guanyierp", "guanyi"],
  ["万里牛", "hupun"],
  ["网店管家", "wdgj"],
  ["用友bip", "yonyou-bip"],
  ["用友yonsuite", "yonyou-bip"],
  ["用友u8cloud", "yonyou-u8cloud"],
  ["用友u8", "yonyou-u8"],
  ["用友nc", "yonyou-nc"],
  ["用友tplus", "chanjet-tplus"],
  ["畅捷通t+", "chanjet-tplus"],
  ["畅捷通", "chanjet"],
  ["钉钉", "dingtalk"],
  ["阿里宜搭", "yida"],
  ["宜搭", "yida"],
  ["企业微信", "wecom"],
  ["飞书", "feishu"],
  ["泛微", "weaver"],
  ["蓝凌", "landray"],
  ["致远", "seeyon"],
  ["简道云", "jiandaoyun"],
  ["道一云", "daoyiyun"],
  ["氚云", "h3yun"],
  ["易快报", "ekuaibao"],
  ["合思", "ekuaibao"],
  ["班牛", "banniu"],
  ["纷享销客", "fxiaoke"],
  ["销售易", "xiaoshouyi"],
  ["领星", "lingxing"],
  ["马帮", "mabang"],
  ["赛盒", "saihe"],
  ["奇门wms", "qimen-wms"],
  ["四化智造mesweb", "sihua-mes-web"],
  ["四化智造mesapi", "sihua-mes-api"],
  ["四化智造mes", "sihua-mes"],
  ["黑湖", "heihu"],
  ["汤臣倍健营销云", "htbj-marketing"],
  ["mysql", "mysql"],
  ["sqlserver", "sqlserver"],
  ["mssql", "sqlserver"],
  ["oracle", "oracle"],
  ["mongodb", "mongodb"],
  ["sap", "sap"],
];

function bare(name: string): string {
  return name.toLowerCase().replace(/[\s·•・.\-_()（）/\\【】]/g, "");
}

/** The system of a name; undefined for one that nothing is known of. */
export function systemOfName(name: string, connectors: readonly Connector[]): string | undefined {
  const given = bare(name);
  if (given === "") return undefined;
  const own = connectors.find((each) => bare(each.name.zh) === given || each.system === name || bare(each.name.en) === given);
  if (own !== undefined) return own.system;
  let best: readonly [string, string] | undefined;
  for (const row of NAMES) if (given.startsWith(row[0]) && (best === undefined || row[0].length > best[0].length)) best = row;
  return best?.[1];
}

/** Heads of API codes that only one vendor has. */
const API_HEADS: readonly (readonly [RegExp, string])[] = [
  [/^\/?yonbip\//i, "yonyou-bip"],
  [/^\/?(?:topapi|v1\.0\/yida)\//i, "dingtalk"],
  [/^\/?yida_vpc\//i, "yida"],
  [/^\/?jdy\/v2\//i, "kingdee-stars-v2"],
  [/^\/?jdy\//i, "kingdee-stars"],
  [/^jushuitan\./i, "jushuitan"],
  [/^wdt\./i, "wangdiantong-qimen"],
  [/^(?:jackyun|erp|oms|crm)[.-]/i, "jackyun"],
  [/^taobao\.qimen\./i, "qimen-wms"],
  [/^(?:executeBillQuery|batchSave)$/i, "kingdee-galaxy"],
  [/^(?:LoadBizObjects?|CreateBizObjects?)$/i, "h3yun"],
  [/^gy\.erp\./i, "guanyi"],
  [/^(?:select|execute|batchexecute)$/i, "mysql"],
];

/** The system that an API's code shows; else one named after the code, so that a connection can be told by it. */
export function systemOfCode(code: string): string {
  return (
    API_HEADS.find(([head]) => head.test(code))?.[1] ??
    systemSlug(
      code
        .split(/[/.]+/)
        .filter((part) => part !== "" && !/^(?:api|open|openapi|v\d.*)$/i.test(part))
        .slice(0, 2)
        .join("-"),
    )
  );
}

/** A system's name made of what is there: Latin letters and digits, else a number made of the name's letters. */
export function systemSlug(name: string): string {
  const letters = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "");
  if (letters.length >= 3) return letters.slice(0, 40);
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return `system-${sum}`;
}

/** `\Adapter\GuanYiERP\GuanYiERPQueryAdapter` names the platform. */
export function platformOfAdapter(adapter: string | undefined): string | undefined {
  return /\\Adapter\\(\w+)\\/.exec(adapter ?? "")?.[1];
}
