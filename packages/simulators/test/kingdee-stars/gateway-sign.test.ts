import { describe, expect, test } from "vitest";
import { gatewayStringToSign, signApp, signGateway } from "../../src/kingdee-stars/gateway-sign.ts";

const CLIENT_SECRET = "0c1d2e3f405162738495a6b7c8d9eafb";
const APP_SIGNATURE = "NTQzNDI3ZmFiYWY5NjVkZTk1NjA4ODljNTBiMzAyNGE5MDZjNzAzM2NmNmUxZTFjYzdjNzdkZDYxNWI1OGZkZA==";

describe("published vectors", () => {
  test("1: the app signature, and the sample of the vendor's page", () => {
    expect(signApp("Zx9QkT2m", "7f3b0a1c2d4e5f60718293a4b5c6d7e8f9011223")).toBe(APP_SIGNATURE);
    expect(signApp("abc", "abc123")).toBe("ZDljMTI3NGIyNTE1MTRkYzlkNjc1MDNhYjUzMzgzNWMyY2M4YTdjMzdmNmM3YTVlNDkxMTkzNjdiOTFjNzUyZQ==");
  });

  const queryOf = (search: string) => `search=${search}`;
  test.each([
    {
      name: "2: token call, query as the Java client sends it (app_signature first)",
      method: "GET",
      path: "/jdyconnector/app_management/kingdee_auth_token",
      rawQuery: `app_signature=${encodeURIComponent(APP_SIGNATURE)}&app_key=Zx9QkT2m`,
      nonce: "4427456950",
      timestamp: "1700000000000",
      signature: "NGQyOWFiZDQ4YmM0YzE5ZGQ5YWQ4Mzk0MGQ4ZjVjMGQzNzU2Y2FhMTA3N2UyZTdiMTQxNTRiNTU3ZDE3OTAxZA==",
    },
    {
      name: "3: a list without a query",
      method: "POST",
      path: "/jdy/pur/pur_inbound_list",
      rawQuery: "",
      nonce: "1234567891",
      timestamp: "1700000000002",
      signature: "ZjAxNGUwYWE0ZGQ5YjQwMjQ2NWQwMzIwMzM3ZTgxYTZjMGFhY2ZkZWY4ZGMwZWJmYzA5MDM0YWFkZGU2OWQxOQ==",
    },
    {
      name: "4: a blank sent as %20",
      method: "POST",
      path: "/jdy/pur/pur_inbound_list",
      rawQuery: queryOf("%E5%85%A5%E5%BA%93%20%E5%8D%95%2F1"),
      nonce: "1234567890",
      timestamp: "1700000000001",
      signature: "ZjJjMDY0MWJhYTA1MjljODY3NTZjM2NlZjdjYjNjMmJiNDE5ZTYxYzgxNjI0ZjRkZWYwZTgyM2NmZjMxNmQ1Nw==",
    },
    {
      name: "4: a blank sent as +",
      method: "POST",
      path: "/jdy/pur/pur_inbound_list",
      rawQuery: queryOf("%E5%85%A5%E5%BA%93+%E5%8D%95%2F1"),
      nonce: "1234567890",
      timestamp: "1700000000001",
      signature: "MWRmYzdmMzdiZTIzYTRhMTA3YzJkMmQ5ZDE1YTkwY2E1NjU3ZTk2NmQyZmYwODkyMmE2OWZjMGVhNmIyMGIzYw==",
    },
    {
      name: "5: V2 with three parameters",
      method: "GET",
      path: "/jdy/v2/scm/pur_inbound",
      rawQuery: `page=1&page_size=100&search=${encodeURIComponent("CGRK-001/甲")}`,
      nonce: "2000000001",
      timestamp: "1700000000003",
      signature: "OGRiYTE4YzVmNGZjYmZhM2Y2NWJjMTdmYzRmM2FkNDkxY2RlMGQ0MTNiYjVmYmY5NjU2ODI1MWMxMWE3Mjk0MQ==",
    },
  ])("$name", ({ signature, method, path, rawQuery, nonce, timestamp }) => {
    const signed = { method, path, rawQuery, nonce, timestamp };
    expect(signGateway(signed, CLIENT_SECRET)).toBe(signature);
    for (const change of [
      { nonce: "1" },
      { timestamp: "1700000000009" },
      { method: "PUT" },
      { path: `${signed.path}x` },
      { rawQuery: "x=1" },
    ]) {
      expect(signGateway({ ...signed, ...change }, CLIENT_SECRET)).not.toBe(signature);
    }
  });
});

test("the signed text sorts the query, encodes it twice and ends with a line feed", () => {
  const text = gatewayStringToSign({ method: "post", path: "/a/b", rawQuery: "b=x%2Fy&a=1", nonce: "7", timestamp: "9" });
  expect(text).toBe("POST\n%2Fa%2Fb\na=1&b=x%252Fy\nx-api-nonce:7\nx-api-timestamp:9\n");
});
