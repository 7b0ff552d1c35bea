/** Templates: ready flows in a folder, and what makes one of them a flow of a workspace. */
export { readTemplate, readTemplates, templateIds, type TemplateEntry } from "./read-templates.ts";
export { flowFromTemplate, type TemplateUse } from "./flow-from-template.ts";
