/** Every button knows the right that it needs: what the server keeps from some is asked for by name somewhere, or has no button at all. */
import { expect, test } from "vitest";
import { DEEDS } from "../src/api/deeds.ts";
import { askedDeeds } from "./asked-deeds.ts";

/** What no page does, each with why it needs no button. A button for one of them names it, and it goes from here. */
const WITHOUT_A_BUTTON: Readonly<Record<string, string>> = {};

test("each deed that is not everybody's is asked for where its button is", async () => {
  const asked = await askedDeeds();
  const notAsked = Object.entries(DEEDS).flatMap(([deed, role]) => (role === "viewer" || asked.has(deed) ? [] : [deed]));
  expect(notAsked.toSorted()).toEqual(Object.keys(WITHOUT_A_BUTTON).toSorted());
});
