/** Templates: ready flows in a folder, and what makes one of them a flow of a workspace. */
export { readTemplate, readTemplates, templateIds, type ReadyTemplate, type TemplateEntry, type TemplateTable } from "./read-templates.ts";
export { flowFromTemplate, tablesFromTemplate, type TemplateUse } from "./flow-from-template.ts";
