/**
 * A purchase inbound bill as V1 shows it: flat keys `x_id`, `x_name`, `x_number`, every value a text, decimals included. The list
 * holds header keys only; the detail holds every key of the public field list, empty where the account set does not use it.
 */
import { formatChinaTime } from "../china-time.ts";
import { MATERIALS, STOCKS, UNITS } from "../kit/world.ts";
import { decimalText } from "./inbound-lines.ts";
import type { InboundLine } from "./inbound-lines.ts";
import { EMPLOYEES, linesOf } from "./inbound-store.ts";
import type { InboundBill } from "./inbound-store.ts";
import { masterIds } from "./master-data.ts";

type Texts = Readonly<Record<string, string>>;

/** Three flat keys of a reference; empty texts for a reference that is not set. */
function reference(prefix: string, id = "", number = "", name = ""): Texts {
  return { [`${prefix}_id`]: id, [`${prefix}_name`]: name, [`${prefix}_number`]: number };
}

/** The header as the list shows it. */
export function inboundListRow(bill: InboundBill): Texts {
  const employee = EMPLOYEES[bill.employee] ?? EMPLOYEES[0];
  return {
    id: bill.id,
    billno: bill.billno,
    billdate: bill.billdate,
    billstatus: bill.auditedAt === undefined ? "Z" : "C",
    createtime: formatChinaTime(bill.createdAt),
    modifytime: formatChinaTime(bill.modifiedAt),
    audittime: bill.auditedAt === undefined ? "" : formatChinaTime(bill.auditedAt),
    ...reference("supplierid", bill.supplier.id, bill.supplier.number, bill.supplier.name),
    ...reference("deptid", employee.deptId, employee.deptNumber, employee.deptName),
    ...reference("empid", employee.id, employee.number, employee.name),
    totalamount: decimalText(total(linesOf(bill)), 2),
    remark: bill.remark,
  };
}

/** The whole document as the detail shows it. */
export function inboundDocument(bill: InboundBill): Readonly<Record<string, unknown>> {
  const lines = linesOf(bill);
  const amount = decimalText(total(lines), 2);
  const { id, number, name } = EMPLOYEES[bill.employee] ?? EMPLOYEES[0];
  const audited =
    bill.auditedAt === undefined ? reference("auditorid") : reference("auditorid", EMPLOYEES[0].id, EMPLOYEES[0].number, EMPLOYEES[0].name);
  return {
    ...inboundListRow(bill),
    ...reference("creatorid", id, number, name),
    ...reference("modifierid", id, number, name),
    ...audited,
    transtype: "采购入库",
    ...reference("customerid"),
    ...contact(bill),
    totalunsettleamount: "0.00",
    totalunsettleamountfor: "0.00",
    exchangerate: "1.0000",
    settlestatus: "A",
    alldebt: amount,
    lastdebt: "0.00",
    ...reference("edit_pay_type"),
    ...reference("edit_pay_account"),
    totalpreamount: "0.00",
    bill_dis_amount: "0.00",
    bill_dis_rate: "0.00",
    totalinsamount: "0.00",
    material_entity: lines.map((line) => inboundLine(bill, line)),
  };
}

function contact(bill: InboundBill): Texts {
  const { phone, address, region } = bill.supplier;
  const [province, city, district] = [region.province, region.city, region.district];
  return {
    contact_phone: phone,
    ...reference("contact_country", "1000001", "CN", "中国"),
    ...reference("contact_province", `1${province[0]}`, ...province),
    ...reference("contact_city", `1${city[0]}`, ...city),
    ...reference("contact_district", `1${district[0]}`, ...district),
    contact_address: address,
  };
}

function inboundLine(bill: InboundBill, line: InboundLine): Texts {
  const qty = decimalText(line.qtyMilli, 3);
  const entryId = String(BigInt(bill.id) + BigInt(line.seq));
  const unitCost = line.qtyMilli === 0n ? 0n : (line.amountCents * 10_000_000n + line.qtyMilli * 50n) / (line.qtyMilli * 100n);
  return {
    picture: "",
    seq: String(line.seq),
    id: entryId,
    ...material(line),
    ...reference("stockid", masterIds.stock(line.stock), STOCKS[line.stock]?.stock, STOCKS[line.stock]?.name),
    stockid_isallowfreight: "false",
    ...reference("spid"),
    ...reference("auxpropid"),
    ...reference("auxid1"),
    ...reference("auxid2"),
    ...reference("auxid3"),
    ...batch(line),
    ...unit("baseunit", line),
    ...unit("unit", line),
    ...reference("auxunitid"),
    conversionrate: "",
    qty,
    inv_qty: qty,
    baseqty: qty,
    inv_baseqty: qty,
    auxqty: "0.000",
    deffloatqty: "0.000",
    auxcoefficient: "0",
    coefficient: "1",
    price: decimalText(line.priceCents, 2),
    discount: decimalText(line.discountPercent, 2),
    disrate: decimalText(line.discountPercent * 100n, 2),
    cess: decimalText(line.taxPercent * 100n, 2),
    comment: line.comment,
    cost_view: decimalText(line.amountCents, 2),
    unitcost_view: decimalText(unitCost, 4),
    returnable_qty: qty,
    ...source(),
  };
}

function material(line: InboundLine): Texts {
  const found = MATERIALS[line.material];
  return {
    ...reference("materialid", masterIds.material(line.material), found?.code, found?.name),
    materialid_model: line.material % 3 === 0 ? "500ml*24" : "",
    materialid_ismulti_unit: "false",
    materialid_isserial: "false",
    materialid_isasstattr: "false",
    materialid_iskfperiod: "false",
    materialid_isbatch: String(line.batch !== ""),
    barcode: `69${String(10_000_000_000 + line.material)}`,
  };
}

function batch(line: InboundLine): Texts {
  const unused = { proplace: "", proregno: "", prolicense: "", kfdate: "", validdate: "", kftype: "", kfperiod: "", sn: "", snlistid: "" };
  return { batchno: line.batch, ...unused };
}

function unit(prefix: string, line: InboundLine): Texts {
  return reference(prefix, masterIds.unit(line.unit), UNITS[line.unit], UNITS[line.unit]);
}

function source(): Texts {
  const unused = { srcbillno: "", srcinterid: "", src_billdate: "", srcseq: "", srcentryid: "" };
  return { ...unused, ...reference("srcbilltypeid"), entrysettlestatus: "A", cursettleamountfor: "0.00" };
}

function total(lines: readonly InboundLine[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountCents, 0n);
}
