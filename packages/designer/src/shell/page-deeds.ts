/** What one must be allowed to do to use a page; the others are for everybody. Asked by the frame, the menu and the palette. */
import type { Deed } from "../api/deeds.ts";

/** By the page's address below the workspace, as the router has it. */
export const PAGE_DEEDS: Readonly<Record<string, readonly Deed[]>> = {
  "connections/new": ["saveConnection", "testConnection"],
  "flows/new": ["saveFlow", "publishFlow", "useTemplate", "importQeasy", "estimateFirstRun"],
  "flows/:flow/debug": ["startDebug", "showDebug", "goDebug", "writeDebug", "endDebug"],
  "flows/:flow/compare": ["compareFlow"],
  apis: ["listApis"],
  "apis/:connection/:api": ["showApi"],
  "connectors/new": ["saveConnector"],
  alerts: ["listAlerts", "listAlertRules", "listChannels"],
  "tables/new": ["saveTable"],
  members: ["listMembers", "setMember", "removeMember"],
  "api-keys": ["listApiKeys", "addApiKey", "removeApiKey"],
  settings: ["showSettings", "setRetention", "setQuota", "downloadBackup"],
  audit: ["listAudit"],
};
