/**
 * Customers with their contacts, addresses and banks: KH10001 … KH10006 are the shops of the common world, the others are dealers.
 *
 * Names are unique, hold characters beyond GBK and beyond the BMP, and some have an English text; a customer has 0 to 3 contacts.
 */
import type { Random } from "../../kit/random.ts";
import { SHOPS } from "../../kit/world.ts";
import type { Document, Store } from "../store.ts";
import { addBaseData, idOf, names } from "./master-data.ts";

const PLACES = ["杭州", "义乌", "深圳", "成都", "青岛", "䶮山", "长沙", "𠮷安"];
const TRADES = ["百货", "龘腾商贸", "日用品", "文创", "家居", "𠮷祥礼品"];
const FAMILY = ["王", "李", "张", "刘", "䶮", "欧阳", "𠮷", "陈"];
const GIVEN = ["伟", "芳", "娜", "龘", "敏", "静", "磊", "洋"];

/** Adds `count` customers, the shops first. */
export function addCustomers(store: Store, count: number, random: Random, timeOf: (share: number) => string): void {
  for (let i = 0; i < count; i += 1) {
    const shop = SHOPS[i];
    const number = shop?.customer ?? `KH${10_001 + i}`;
    const name = shop?.shopName ?? `${PLACES[i % PLACES.length] ?? ""}${TRADES[i % TRADES.length] ?? ""}有限公司${i + 1}`;
    const at = timeOf(i / count);
    const customer = addBaseData(store, "BD_Customer", customerValues(store, number, name, i, random), at);
    fillExtension(store, customer);
    addContacts(store, customer, random.whole(0, 3), i, random, at);
    if (random.chance(0.7)) addBank(store, customer, random);
  }
}

function customerValues(store: Store, number: string, name: string, i: number, random: Random) {
  const org = i % 9 === 8 ? 2 : i % 9 === 7 ? 3 : 1;
  return {
    FNumber: number,
    FName: i % 4 === 0 ? names(name, `Customer ${i + 1}`) : names(name),
    FShortName: names([...name].slice(0, 4).join("")),
    FCreateOrgId: 1,
    FUseOrgId: org,
    FCOUNTRY: idOf(store, "BD_Area", "China"),
    FPROVINCIAL: idOf(store, "BOS_ASSISTANTDATA_SELECT", i % 2 === 0 ? "ZJ" : "GD"),
    FADDRESS: names(`${PLACES[i % PLACES.length] ?? ""}市中山路${i + 1}号`),
    FZIP: random.digits(6),
    FWEBSITE: `https://kh${i + 1}.example`,
    FTEL: `0571-${random.digits(8)}`,
    FFAX: null,
    FCompanyClassify: idOf(store, "BOS_ASSISTANTDATA_SELECT", "GSLB01"),
    FCompanyNature: idOf(store, "BOS_ASSISTANTDATA_SELECT", "GSXZ01"),
    FCompanyScale: idOf(store, "BOS_ASSISTANTDATA_SELECT", "GSGM01"),
    FINVOICETITLE: name,
    FTAXREGISTERCODE: `91330${random.digits(13)}`,
    FIsGroup: false,
    FIsDefPayer: true,
    FCustTypeId: idOf(store, "BOS_ASSISTANTDATA_SELECT", "KHLB001_SYS"),
    FGroup: idOf(store, "BD_Customer_GROUP", i < SHOPS.length ? "01" : "02"),
    FTRADINGCURRID: idOf(store, "BD_Currency", "PRE001"),
    FSELLER: idOf(store, "BD_Saler", i % 2 === 0 ? "0001" : "0002"),
    FSALDEPTID: idOf(store, "BD_Department", "BM000001"),
    FSETTLETYPEID: idOf(store, "BD_SETTLETYPE", "JSFS04_SYS"),
    FRECCONDITIONID: idOf(store, "BD_RecCondition", "SKTJ01_SYS"),
    FTRANSLEADTIME: random.whole(0, 7),
    FInvoiceType: "1",
    FTaxType: idOf(store, "BD_TaxType", "SFL02_SYS"),
    FTaxRate: idOf(store, "BD_TaxRate", "SL02_SYS"),
    FIsTrade: true,
    FDescription: null,
    FMarginLevel: random.pick(["0", "5.00", "12.5"]),
    F_FML_Combo: random.pick(["1", "2"]),
    F_FML_Combo1: random.pick(["A", "B", "C"]),
  };
}

function fillExtension(store: Store, customer: Document): void {
  const extension = customer.lines["FT_BD_CUSTOMEREXT"]?.[0];
  if (extension === undefined) throw new Error("a customer has its extension");
  Object.assign(extension.values, { FEnableSL: false, FALLOWJOINZHJ: false, FSettleId: customer.id, FChargeId: customer.id });
  store.touch();
}

function addContacts(store: Store, customer: Document, count: number, customerIndex: number, random: Random, at: string): void {
  for (let i = 0; i < count; i += 1) {
    const number = `CXR${String(customerIndex * 3 + i + 1).padStart(6, "0")}`;
    const name = `${random.pick(FAMILY)}${random.pick(GIVEN)}${customerIndex * 3 + i + 1}`;
    const mobile = `139${random.digits(8)}`;
    const address = `${random.pick(PLACES)}市人民路${random.whole(1, 999)}号`;
    const contact = addBaseData(
      store,
      "BD_CommonContact",
      {
        FNumber: number,
        FName: i === 0 ? names(name, `Contact ${customerIndex * 3 + i + 1}`) : names(name),
        FBizLocNumber: `BIZ${number.slice(3)}`,
        FBizLocation: names(`收货点${i + 1}`),
        FBizAddress: names(address),
        FMobile: mobile,
        FCompany: customer.id,
      },
      at,
    );
    if (i === 0) Object.assign(customer.values, { FDefaultContact: contact.id, FDefaultConsiLoc: contact.id });
    customer.lines["FT_BD_CUSTLOCATION"]?.push({
      entryId: store.newId(),
      seq: i + 1,
      values: { FContactId: contact.id, FIsDefaultContact: i === 0 },
    });
    customer.lines["FT_BD_CUSTCONTACT"]?.push({
      entryId: store.newId(),
      seq: i + 1,
      values: {
        FBIZLOCNUMBER: `BIZ${number.slice(3)}`,
        FBIZLOCNAME: `收货点${i + 1}`,
        FBIZADDRESS: address,
        FBIZMOBILE: mobile,
        FTContact: contact.id,
        FCONTACT: name,
        FIsDefaultConsignee: i === 0,
      },
    });
  }
}

function addBank(store: Store, customer: Document, random: Random): void {
  const currency = customer.values["FTRADINGCURRID"] ?? 0;
  customer.lines["FT_BD_CUSTBANK"]?.push({
    entryId: store.newId(),
    seq: 1,
    values: {
      FCOUNTRY1: idOf(store, "BD_Area", "China"),
      FOPENBANKNAME: names("中国工商银行"),
      FBANKCODE: random.digits(19),
      FACCOUNTNAME: customer.values["FName"] ?? null,
      FBankTypeRec: idOf(store, "BD_BANK", "YH001"),
      FTextBankDetail: "城西支行",
      FOpenAddressRec: names("杭州市文三路1号"),
      FCNAPS: random.digits(12),
      FCURRENCYID: currency,
      FISDEFAULT1: true,
    },
  });
}
