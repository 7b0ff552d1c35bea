/** Every second template, taken into use and run against the simulators. */
import { testTemplates } from "./run-templates.ts";

testTemplates(1);
