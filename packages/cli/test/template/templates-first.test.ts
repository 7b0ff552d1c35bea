/** Every other template, taken into use and run against the simulators; one of them also after a change at the source. */
import { testChangedGoods } from "./changed-goods.ts";
import { testTemplates } from "./run-templates.ts";

testTemplates(0, testChangedGoods);
