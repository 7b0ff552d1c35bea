/** APIs that a suite does not run by themselves, and why. The reason is printed with the skipped case. */
export const SKIPPED: Readonly<Record<string, string>> = {
  "kingdee-galaxy executeBillQuery:probe": "asked by the probe of batchSave and batchSave:SAL_OUTSTOCK (writing suite)",
  "kingdee-galaxy executeBillQuery:probe:BD_STOCK": "asked by the probe of batchSave:BD_STOCK (writing suite)",
  "kingdee-galaxy view": "one document by its number, no list to page; view:BD_Customer is read as the detail of BD_Customer",
  "kingdee-galaxy view:BD_Customer": "read as the detail of executeBillQuery:BD_Customer",
  "kingdee-galaxy executeBillQuery:master-data": "asked for codes that documents wait for (packages/cli/test/missing-customer.test.ts)",
  "kingdee-galaxy submit": "taken as a stage of the batch saves (writing suite)",
  "kingdee-galaxy audit": "taken as a stage of the batch saves (writing suite)",
  "kingdee-galaxy unAudit": "takes documents back; a flow never begins with it",
  "kingdee-galaxy delete": "takes documents back; a flow never begins with it",
  "kingdee-stars jdy/pur/pur_inbound_detail": "read as the detail of jdy/pur/pur_inbound_list",
  "jushuitan other.inout.query:probe": "asked by the probe of jushuitan.otherinout.upload (writing suite)",
  "jushuitan jushuitan.order.remark.upload": "writes back to an order that is there (packages/cli/test/write-back.test.ts)",
  "jushuitan jushuitan.otherinout.cancel": "takes documents back; a flow never begins with it",
};
