/** A private connector, or the private APIs of a built-in one: who uses it, and its removal, which is refused while anybody does. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Flex, Typography } from "antd";
import { Link, useNavigate } from "react-router";
import { ask, workspacePath } from "../../api/ask.ts";
import { assetTexts } from "../../language/asset-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { FlowLinks } from "../../parts/flow-link.tsx";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

export function RemoveConnector({ id, name }: { readonly id: string; readonly name: string }) {
  const text = useTexts(assetTexts);
  const words = useTexts(wordTexts);
  const { workspace, to, may } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message, modal } = App.useApp();
  if (!may("removeConnector")) return null;
  const remove = async (): Promise<void> => {
    try {
      await ask("DELETE", workspacePath(workspace, `connectors/${id}`));
      void message.success(text.removed(name));
      await navigate(to("connectors"), { state: { isSaved: true } });
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (refused) {
      modal.error({ title: text.notRemoved, content: <ProblemAlert error={refused} />, okText: words.close, width: 560 });
    }
  };
  return (
    <Button
      danger
      onClick={() =>
        modal.confirm({
          title: text.removeAsk(name),
          content: text.removeHint,
          okText: words.remove,
          okButtonProps: { danger: true },
          cancelText: words.cancel,
          onOk: remove,
        })
      }
    >
      {text.removeConnector}
    </Button>
  );
}

export function Users({ connections, flows }: { readonly connections: readonly string[]; readonly flows: readonly string[] }) {
  const text = useTexts(assetTexts);
  const { to } = usePlace();
  const ids = [...new Set(flows)];
  return (
    <Card size="small" title={text.usersTitle}>
      {connections.length === 0 && ids.length === 0 ? (
        <Typography.Text type="secondary">{text.unusedTold}</Typography.Text>
      ) : (
        <Flex gap={24} wrap>
          <Flex gap={8} wrap>
            <Typography.Text type="secondary">{text.usedByConnections}</Typography.Text>
            {connections.map((each) => (
              <Link key={each} to={to(`connections/${each}`)}>
                {each}
              </Link>
            ))}
          </Flex>
          {ids.length === 0 ? null : (
            <Flex gap={8} wrap>
              <Typography.Text type="secondary">{text.usedByFlows}</Typography.Text>
              <FlowLinks ids={ids} most={8} />
            </Flex>
          )}
        </Flex>
      )}
    </Card>
  );
}
