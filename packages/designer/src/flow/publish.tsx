/** Publishing a revision. Where a span would be skipped, read again or delayed the server says which, and the person is asked. */
import { App } from "antd";
import { useCallback } from "react";
import { ask, Problem, workspacePath } from "../api/ask.ts";
import { compareTexts } from "../language/compare-texts.ts";
import { flowTexts } from "../language/flow-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { usePlace } from "../shell/place.tsx";

interface Published {
  /** What waited unsent is mapped again by the new revision; what is being sent stays as it is. */
  readonly queued: { readonly documents: number; readonly inHand: number };
}

/** Long enough for two numbers to be read. */
const TOLD_S = 8;

/** False: the person would rather not. What the server refuses is thrown. */
export function usePublish(): (flow: string, revision: number) => Promise<boolean> {
  const { workspace, to } = usePlace();
  const { message, modal } = App.useApp();
  const { pick } = useLanguage();
  const text = useTexts(flowTexts);
  const compare = useTexts(compareTexts);
  return useCallback(
    async (flow, revision) => {
      const path = workspacePath(workspace, `flows/${flow}/publish`);
      const publish = async (body: object): Promise<void> => {
        const { queued } = await ask<Published>("POST", path, { body });
        if (queued.documents > 0 || queued.inHand > 0) void message.info(text.mappedAgain(queued.documents, queued.inHand), TOLD_S);
      };
      try {
        await publish({ revision });
        return true;
      } catch (refused) {
        if (!(refused instanceof Problem) || refused.body.code !== "PUBLISH_NEEDS_CONFIRMATION") throw refused;
        const { body } = refused;
        const isSure = await modal.confirm({
          title: pick({ zh: body.zh, en: body.en }),
          content: (
            <>
              <ul>
                {(body.issues ?? []).map((issue) => (
                  <li key={issue.path}>{pick({ zh: issue.zh, en: issue.en })}</li>
                ))}
              </ul>
              {/* Outside of the router, so an ordinary link. */}
              <a href={to(`flows/${flow}/compare?revision=${revision}`)}>{compare.openHint}</a>
            </>
          ),
          okText: text.publishThis,
          width: 560,
        });
        if (isSure) await publish({ revision, confirm: true });
        return isSure;
      }
    },
    [compare, message, modal, pick, text, to, workspace],
  );
}
