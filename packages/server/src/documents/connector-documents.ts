/**
 * A workspace's documents of connectors: a connector of its own, or (`extends`) private APIs of one of the product, which keep its log-in,
 * envelope and hosts. Each lies under its system's name, so that there is one addition to a system at most.
 */
import {
  checkConnector,
  ConnectorAdditionSchema,
  ConnectorSchema,
  DatongError,
  errorToJson,
  type Connector,
  type ConnectorAddition,
  type FlowIssue,
} from "@datong/core";
import { CONNECTORS } from "@datong/connectors";
import { additionIssues } from "@datong/engine";
import { ProblemWithIssues } from "../route/problem.ts";
import { checkedDocument } from "./checked-document.ts";

export type OwnConnector = Connector | ConnectorAddition;

const builtIn = (system: string): Connector | undefined => CONNECTORS.find((each) => each.system === system);

export function systemOf(document: OwnConnector): string {
  return "extends" in document ? document.extends : document.system;
}

/** Throws REQUEST_INVALID, or CONNECTOR_NOT_IN_ORDER with each flaw. `id`: the system that it must be of. */
export function checkedConnector(given: unknown, place: string, id?: string): OwnConnector {
  const isAddition = typeof given === "object" && given !== null && "extends" in given;
  const document = checkedDocument<OwnConnector>(isAddition ? ConnectorAdditionSchema : ConnectorSchema, given, place);
  const system = systemOf(document);
  const isOfProduct = builtIn(system) !== undefined;
  if ((id !== undefined && system !== id) || isAddition !== isOfProduct)
    throw new DatongError("REQUEST_INVALID", {
      path: `${place}/${isAddition ? "extends" : "system"}`,
      expected: isAddition
        ? "与路径一致的内置适配器 / a built-in connector, the id of the path"
        : "与路径一致；给内置适配器加接口写 extends / the id of the path; APIs for a built-in connector come with `extends`",
    });
  const issues = flawsOf(document);
  if (issues.length > 0) throw new ProblemWithIssues("CONNECTOR_NOT_IN_ORDER", { system, count: issues.length }, connectorIssues(issues));
  return document;
}

export function flawsOf(document: OwnConnector): readonly FlowIssue[] {
  if (!("extends" in document)) return checkConnector(document, { file: document.system });
  const own = builtIn(document.extends);
  return own === undefined ? [] : additionIssues(own, document, document.extends);
}

/** Flaws of a connector as people read them. */
export function connectorIssues(issues: readonly FlowIssue[]) {
  return issues.map(({ code, path, details }) => {
    const { zh, en, todoZh, todoEn } = errorToJson(new DatongError(code, details));
    return { code, path, zh, en, todoZh, todoEn };
  });
}

/** What is there stays as it is, and gets the APIs and settings that it lacks; null where it lacks nothing. */
export function withMissing<C extends OwnConnector>(own: C | null, more: C): C | null {
  if (own === null) return more;
  const apis = more.apis.filter(({ code }) => !own.apis.some((each) => each.code === code));
  const settings = (more.settings ?? []).filter(({ field }) => !(own.settings ?? []).some((each) => each.field === field));
  if (apis.length + settings.length === 0) return null;
  return { ...own, apis: [...own.apis, ...apis], ...(settings.length === 0 ? {} : { settings: [...(own.settings ?? []), ...settings] }) };
}
