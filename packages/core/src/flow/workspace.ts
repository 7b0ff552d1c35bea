/** The document `workspace.yaml`, which marks a folder as a workspace. */
import { Type } from "typebox";

export const WorkspaceSchema = Type.Object(
  { name: Type.Optional(Type.String({ description: "工作区名称 / The workspace's name" })) },
  { additionalProperties: false, $id: "datong:workspace", title: "Datong workspace 工作区" },
);
