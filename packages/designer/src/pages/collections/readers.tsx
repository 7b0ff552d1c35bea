/** Who reads a collection, how, and by which fields. */
import { Flex, Typography } from "antd";
import { Link } from "react-router";
import { useFlows } from "../../api/hooks.ts";
import { collectionTexts } from "../../language/collection-texts.ts";
import { useTexts } from "../../language/language.tsx";
import { usePlace } from "../../shell/place.tsx";

export interface CollectionRow {
  readonly flow: string;
  readonly name: string | null;
  readonly records: number;
  readonly isStore: boolean;
  readonly takesRows: boolean;
  readonly readers: readonly { readonly flow: string; readonly how: string; readonly fields: readonly string[] }[];
}

export function Readers({ readers }: Pick<CollectionRow, "readers">) {
  const text = useTexts(collectionTexts);
  const { workspace, to } = usePlace();
  const names = new Map((useFlows(workspace).data?.items ?? []).map(({ id, name }) => [id, name]));
  if (readers.length === 0) return <Typography.Text type="secondary">{text.noReader}</Typography.Text>;
  return (
    <Flex vertical>
      {readers.map(({ flow, how, fields }) => (
        <span key={`${flow} ${how}`}>
          <Link to={to(`flows/${flow}`)}>{names.get(flow) ?? flow}</Link>{" "}
          <Typography.Text type="secondary">
            {text.hows[how] ?? how} {fields.length === 0 ? null : text.byFields(fields.join(", "))}
          </Typography.Text>
        </span>
      ))}
    </Flex>
  );
}
