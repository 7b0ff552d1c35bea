import { expect, test } from "vitest";
import { apiSignature, appData, clientSecretOf, kdSignature, loginSign } from "../../src/kingdee-galaxy/signature.ts";

const APP = "210001_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
const SECRET = "9f1e2d3c4b5a69788796a5b4c3d2e1f0";
const FORM = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.";
const QUERY = `/K3Cloud/${FORM}ExecuteBillQuery.common.kdsvc`;
const BATCH = `/K3Cloud/${FORM}BatchSave.common.kdsvc`;

test("the client secret hidden in the app id is the vector's", () => {
  expect(clientSecretOf(APP)).toBe("AAEHB1IGDwBbD1NRV1dSXlIBC1BVAlIE");
  expect(clientSecretOf("299777_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")).toBe("MDE3N2I2PzBrPzg4OD45N3IhK3B1InIk");
  expect(clientSecretOf("210001")).toBeUndefined();
});

test("app data and its signature are the vectors'", () => {
  const first = appData("5f0c8a1b2c3d4e", "张三", "2052", "100");
  expect(first).toBe("NWYwYzhhMWIyYzNkNGUs5byg5LiJLDIwNTIsMTAw");
  expect(kdSignature(APP, SECRET, first)).toBe("ZWVlYjhlZGRhMDMxZWJlNDQ3ZTc2ZGIyMDhmNzM1ZTYxZDMzYzIwNjMyZTliNmVhY2Q0NjY1MjY5OTJhNTIxMg==");
  const second = appData("65a1b2c3d4e5f6", "demo", "2052", "0");
  expect(second).toBe("NjVhMWIyYzNkNGU1ZjYsZGVtbywyMDUyLDA=");
  expect(kdSignature("299777_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "00112233445566778899aabbccddeeff", second)).toBe(
    "NzA1NGQ5YjE0ODBkYmFmNWFjZGRkYTI4NjNlMmYzZmM3ZTIyYWY3ZDUwMDhjYTI2YTZjMDQ2MzA3ZWE0ZWY1NA==",
  );
});

test.each([
  [QUERY, "1700000000", "MDc0NDZjODU5MjJjMmFkZWQxYjg2YTlhNWYzOGM1YTQ0OWYxZTM5NjdkNGQyYTdkZGQ3MjRjZGMyNWM1NGY4Yg=="],
  [BATCH, "1700000000", "OGNkNWJkMGMxYThhYTg0Y2Y4YzM5MzQxNjhlY2U5NTNiOTkxOTUwODhlMzViYjJjMGQwMDIxNTUzNDdmM2UyZA=="],
  [QUERY, "1795295912500", "Y2RhMWUyMDJmZjZlYTU2MWIwMGJmMDcyMTU0MjdmNzc0Yzc2MTI5MTk5ZGU1ODkxZDU1ZGQ1YmQ2N2U4NTk5Mg=="],
  [BATCH, "1795295912701", "MmNhM2ViYzdjMjlhMmZmNGFhYzFjMDZlMTBmNzJkODI1NGU0YTczMTU2NjAwOGU5NDU1MGMwMzhhZTU3NjFhMQ=="],
])("the gateway signature of %s at %s is the vector's", (path, time, expected) => {
  expect(apiSignature(clientSecretOf(APP) ?? "", path, time, time)).toBe(expected);
});

test("the gateway signature of the second set is the vector's", () => {
  const secret = clientSecretOf("299777_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX") ?? "";
  expect(apiSignature(secret, `/galaxyapi/${FORM}BatchSave.common.kdsvc`, "1700000000123", "1700000000123")).toBe(
    "MDU4NmQwMmQ5Yzg5NDNkMDZkODViZTY1NzU4OWNmNmE1MjY0OWVkNzQ5NWMwZTc0NGZhMGQ0NDlkZjFlYTQ0Nw==",
  );
});

test.each([
  ["1700000000", "584e676cf9e2ef543908a6efcd2cb9ae7102b3152fc14c14f9f0449691d5c402"],
  ["1795296347", "50b489381ded3efe30446439e9296bf7f065bb4e6c7db5ca4cba081c52a5cbe1"],
])("the sign of LoginBySign at %s is the vector's", (time, expected) => {
  expect(loginSign("5f0c8a1b2c3d4e", "demo", APP, SECRET, time)).toBe(expected);
});
