/** Two systems of the example workspace as servers of their own: a shop that speaks JSON, a WMS that speaks SOAP in GBK. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { XMLParser } from "fast-xml-parser";
import iconv from "iconv-lite";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly bytes: Buffer;
}
export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
  /** The work is done and the line breaks. */
  readonly cut?: boolean;
}

export interface HttpSystem {
  readonly url: string;
  readonly asked: Asked[];
  readonly stop: () => Promise<void>;
}

export async function startSystem(answer: (asked: Asked) => Answer): Promise<HttpSystem> {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://x");
      const one = {
        method: request.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        bytes: Buffer.concat(chunks),
      };
      asked.push(one);
      reply(response, answer(one));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer.cut === true) response.socket?.destroy();
  else response.writeHead(answer.status ?? 200, { "content-type": answer.type ?? "application/json", ...answer.headers }).end(answer.body);
}

export const json = (value: unknown): Answer => ({ body: JSON.stringify(value) });

export interface Receipt {
  readonly external_no: string;
  readonly warehouse: string;
  readonly lines: readonly { readonly sku: string; readonly qty: unknown }[];
}

export interface Shop extends HttpSystem {
  /** The orders' exact texts. */
  orders: readonly string[];
  readonly receipts: Map<string, { readonly no: string; readonly text: string }>;
  logins: number;
  /** Tokens handed out so far are worth nothing. */
  expire: () => void;
  /** The next write is done, and its answer lost. */
  cutNext: boolean;
  writes: number;
  linkHost: string | undefined;
}

/** `base` is the path that everything lies under. */
export async function startShop(base = "/api"): Promise<Shop> {
  let token = "";
  const system = await startSystem((asked) => {
    const text = asked.bytes.toString("utf8");
    if (asked.path === `${base}/auth/token`) {
      const body = JSON.parse(text) as Record<string, string>;
      if (body["app_secret"] !== "shop-secret-for-tests") return json({ code: 40003, msg: `bad secret ${body["app_secret"]}` });
      shop.logins += 1;
      token = `token-number-${shop.logins}`;
      return json({ code: 0, data: { token, expires_in: 7200 } });
    }
    if (asked.headers["x-token"] !== token || token === "") return json({ code: 40001, msg: "token expired" });
    if (asked.path === `${base}/v1/orders`) return orderPage(asked);
    if (asked.path === `${base}/v1/receipts`) return save(text);
    if (asked.path !== `${base}/v1/receipts/search`) return { status: 404, body: "{}" };
    const { external_nos: keys } = JSON.parse(text) as { external_nos: string[] };
    const found = keys.flatMap((key) => {
      const receipt = shop.receipts.get(key);
      return receipt === undefined ? [] : [{ external_no: key, no: receipt.no, id: `id-${receipt.no}` }];
    });
    return found.length === 0 ? json({ code: 40400, msg: "查无数据" }) : json({ code: 0, data: { receipts: found } });
  });
  const orderPage = (asked: Asked): Answer => {
    if (asked.query.get("from") === null || asked.query.get("to") === null) return json({ code: 40000, msg: "from, to" });
    const limit = Number(asked.query.get("limit"));
    const at = Number(asked.query.get("cursor") ?? 0);
    const rows = shop.orders.slice(at, at + limit);
    const isLast = at + limit >= shop.orders.length;
    const address = `${shop.linkHost ?? ""}${base}/v1/orders?from=${encodeURIComponent(asked.query.get("from") ?? "")}&to=x&limit=${limit}&cursor=${at + limit}`;
    return { body: `{"code":0,"data":{"orders":[${rows.join(",")}],"next":${isLast ? "null" : JSON.stringify(address)}}}` };
  };
  const save = (text: string): Answer => {
    shop.writes += 1;
    const { receipts } = JSON.parse(text) as { receipts: Receipt[] };
    const results = receipts.map((receipt) => {
      if (receipt.lines.some((line) => line.sku === "NONE")) return { code: "E1", msg: "商品 NONE 不存在" };
      if (shop.receipts.has(receipt.external_no)) return { code: "E2", msg: "单号已存在" };
      const no = `R${shop.receipts.size + 1}`;
      shop.receipts.set(receipt.external_no, { no, text: JSON.stringify(receipt) });
      return { no, id: `id-${no}` };
    });
    const cut = shop.cutNext;
    shop.cutNext = false;
    return { ...json({ code: 0, data: { results } }), cut };
  };
  const shop: Shop = Object.assign(system, {
    url: `${system.url}${base}`,
    orders: [],
    receipts: new Map(),
    logins: 0,
    expire: () => {
      token = "";
    },
    cutNext: false,
    writes: 0,
    linkHost: undefined,
  });
  return shop;
}

export interface Wms extends HttpSystem {
  readonly bills: Map<string, { readonly number: string; readonly bill: unknown }>;
  /** Receipts as XML texts. */
  receipts: readonly string[];
  fault: { readonly code: string; readonly text: string; readonly isDone: boolean } | undefined;
  locked: Set<string>;
}

const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";

export async function startWms(): Promise<Wms> {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseTagValue: false,
    isArray: (name) => ["Bill", "BillNo", "Line"].includes(name),
  });
  const system = await startSystem((asked) => {
    if (asked.headers.authorization !== `Basic ${Buffer.from("wms-user:wms-password-for-tests").toString("base64")}`)
      return { status: 401, body: "" };
    const isGbk = /charset=gbk/i.test(asked.headers["content-type"] ?? "");
    const text = isGbk ? iconv.decode(asked.bytes, "gbk") : asked.bytes.toString("utf8");
    if (isGbk !== text.startsWith('<?xml version="1.0" encoding="GBK"?>')) return soapFault("soap:Client", "charset");
    const body = (parser.parse(text) as Envelope)["soap:Envelope"]["soap:Body"];
    if (body.SaveOutbound !== undefined) return save(body.SaveOutbound.Bill);
    if (body.QueryOutbound !== undefined) {
      const found = body.QueryOutbound.BillNo.flatMap((no) => {
        const own = wms.bills.get(no);
        return own === undefined ? [] : [`<Bill><BillNo>${no}</BillNo><Number>${own.number}</Number></Bill>`];
      });
      return soap(`<QueryOutboundResponse><Flag>success</Flag>${found.join("")}</QueryOutboundResponse>`);
    }
    const { Page, PageSize, Warehouse } = body.QueryReceipt as NonNullable<typeof body.QueryReceipt>;
    if (Warehouse !== "CK01") return soapFault("soap:Client", "Warehouse");
    const from = (Number(Page) - 1) * Number(PageSize);
    const rows = wms.receipts.slice(from, from + Number(PageSize));
    const list = rows.length === 0 ? "<Receipts/>" : `<Receipts>${rows.join("")}</Receipts>`;
    return soap(`<QueryReceiptResponse total="${wms.receipts.length}"><Flag>success</Flag>${list}</QueryReceiptResponse>`);
  });
  const save = (bills: readonly OutboundBill[]): Answer => {
    const { fault } = wms;
    wms.fault = undefined;
    if (fault !== undefined && !fault.isDone) return soapFault(fault.code, fault.text);
    const results = bills.map((bill) => {
      const no = bill.BillNo[0] ?? "";
      if (wms.locked.delete(no)) return `<Result billNo="${no}"><Code>LOCKED</Code><Message>单据锁定</Message></Result>`;
      if (bill.Line.some((line) => Number(line.Qty) > 1_000))
        return `<Result billNo="${no}"><Message>库存不足 &lt;1000&gt;</Message></Result>`;
      if (wms.bills.has(no)) throw new Error(`${no} was sent twice`);
      const number = `W${wms.bills.size + 1}`;
      wms.bills.set(no, { number, bill });
      return `<Result billNo="${no}"><Number>${number}</Number></Result>`;
    });
    if (fault !== undefined) return soapFault(fault.code, fault.text);
    return soap(`<SaveOutboundResponse><Flag>partial</Flag>${results.join("")}</SaveOutboundResponse>`);
  };
  const wms: Wms = Object.assign(system, { bills: new Map(), receipts: [], fault: undefined, locked: new Set<string>() });
  return wms;
}

interface OutboundBill {
  readonly BillNo: readonly string[];
  readonly Customer: string;
  readonly Amount: string;
  readonly Line: readonly { readonly "@sku": string; readonly Qty: string }[];
}

interface Envelope {
  readonly "soap:Envelope": {
    readonly "soap:Body": {
      readonly SaveOutbound?: { readonly Bill: readonly OutboundBill[] };
      readonly QueryOutbound?: { readonly BillNo: readonly string[] };
      readonly QueryReceipt?: { readonly Page: string; readonly PageSize: string; readonly Warehouse?: string };
    };
  };
}

/** Answers come in GBK, told by nothing but the declaration. */
function soap(body: string, status = 200): Answer {
  const text = `<?xml version="1.0" encoding="GBK"?>\n<soap:Envelope xmlns:soap="${SOAP}">\n  <soap:Body>${body}</soap:Body>\n</soap:Envelope>`;
  return { status, type: "text/xml", body: iconv.encode(text, "gbk") };
}

function soapFault(code: string, text: string): Answer {
  return soap(`<soap:Fault><faultcode>${code}</faultcode><faultstring>${text}</faultstring></soap:Fault>`, 500);
}
