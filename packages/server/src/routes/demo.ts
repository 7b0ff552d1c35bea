/** The demo environment: whether it is offered, and filling a workspace with connections to the demo systems and flows between them. */
import { DatongError } from "@datong/core";
import { Type } from "typebox";
import { placedFlow } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { demoOf, fillDemo } from "../running/demo-workspace.ts";
import { AtWorkspace, closed } from "./shapes.ts";

const Demo = {
  connections: Type.Array(Type.String()),
  flows: Type.Array(Type.String()),
};

export const DEMO_ROUTES: readonly Route[] = [
  route({
    id: "showDemo",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/demo",
    tag: "settings",
    zh: "演示环境：是否提供，本工作区里有哪些演示连接与方案",
    en: "The demo environment: whether it is offered, and what of it the workspace has",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({ isOffered: Type.Boolean(), ...Demo }),
    handle: async ({ services, workspace, sees }) => {
      const { connections, flows } = await demoOf(services, workspace);
      return { isOffered: services.demo.isOffered, connections, flows: flows.filter(sees) };
    },
  }),
  route({
    id: "fillDemo",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/demo",
    tag: "settings",
    zh: "填入演示：在本机启动模拟系统，建好连接与五个方案（标识以 demo- 开头），启用并各执行一次；已有的保持不变",
    en: "Fill in the demo: simulated systems on this machine, connections and five flows (ids begin with demo-), enabled and run once each; what is there stays",
    right: "administer",
    status: 201,
    params: AtWorkspace,
    query: Type.Object(
      {
        language: Type.Optional(
          Type.Union([Type.Literal("zh"), Type.Literal("en")], {
            description: "名称用的语言，默认 zh / The language of the names; zh unless given",
          }),
        ),
      },
      closed,
    ),
    gives: Type.Object(Demo),
    handle: async (call) => {
      const { services, workspace, query } = call;
      if (!services.demo.isOffered) throw new DatongError("DEMO_OFF");
      const made = await fillDemo(call, query.language);
      const tenant = await services.tenants.open(workspace);
      for (const id of made) services.runs.start({ workspace, flow: id }, placedFlow(tenant, id), {});
      return demoOf(services, workspace);
    },
  }),
];
