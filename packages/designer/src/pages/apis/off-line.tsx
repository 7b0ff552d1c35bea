/** The switch of one API: before it goes off line it says which flows would wait. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Input, Modal, Tag, Tooltip, Typography } from "antd";
import { useState } from "react";
import { ask, workspacePath } from "../../api/ask.ts";
import { assetTexts } from "../../language/asset-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { useProblemLine } from "../../parts/problem-alert.tsx";
import { instantText } from "../../parts/time.tsx";
import { usePlace } from "../../shell/place.tsx";
import { assetPath, type Asset } from "./asset.ts";

export function OffLineTag({ asset }: { readonly asset: Asset }) {
  const text = useTexts(assetTexts);
  const { offLine } = asset;
  if (offLine === null) return <Tag color="green">{text.onLine}</Tag>;
  return (
    <Tooltip title={[text.since(offLine.by, instantText(offLine.since)), offLine.reason].filter((part) => part !== "").join(" · ")}>
      <Tag color="red">{text.offLine}</Tag>
    </Tooltip>
  );
}

export function OffLineSwitch({ asset }: { readonly asset: Asset }) {
  const text = useTexts(assetTexts);
  const { workspace, may } = usePlace();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  if (!may("takeApiOffLine", "bringApiOnLine")) return null;
  const path = workspacePath(workspace, `${assetPath(asset.connection, asset.api)}/off-line`);
  const turn = async (method: "PUT" | "DELETE"): Promise<void> => {
    try {
      await ask(method, path, method === "PUT" ? { body: { confirm: true, ...(reason === "" ? {} : { reason }) } } : {});
      setAsking(false);
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
    } catch (error) {
      void message.error(line(error));
    }
  };
  if (asset.offLine !== null)
    return (
      <Button size="small" onClick={() => void turn("DELETE")}>
        {text.bringOn}
      </Button>
    );
  const concerned = [...new Map(asset.flows.filter(({ isEnabled }) => isEnabled).map((flow) => [flow.flow, flow])).values()];
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {text.takeOff}
      </Button>
      <Modal
        open={isAsking}
        title={text.takeOffAsk(asset.api)}
        okText={text.takeOff}
        okButtonProps={{ danger: true }}
        onOk={() => void turn("PUT")}
        onCancel={() => setAsking(false)}
        destroyOnHidden
      >
        <Flex vertical gap={12}>
          <Typography.Text>{text.takeOffTold}</Typography.Text>
          {concerned.length === 0 ? null : (
            <div>
              <Typography.Text strong>{text.concerned(concerned.length)}</Typography.Text>
              <ul className="scrolls" style={{ margin: "4px 0 0", maxHeight: 200, overflow: "auto" }}>
                {concerned.map(({ flow, name }) => (
                  <li key={flow}>{name ?? flow}</li>
                ))}
              </ul>
            </div>
          )}
          <Input
            aria-label={text.reason}
            placeholder={text.reason}
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
        </Flex>
      </Modal>
    </>
  );
}
