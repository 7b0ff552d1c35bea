/** What there is to say of a connector's document, a line a place. */
import { Alert, Typography } from "antd";

interface ToldProps {
  readonly type: "error" | "warning" | "info";
  readonly title: string;
  readonly about?: string;
  readonly lines: readonly { readonly path: string; readonly told: string }[];
}

export function Told({ type, title, about, lines }: ToldProps) {
  return (
    <Alert
      type={type}
      showIcon
      title={title}
      description={
        <>
          {about}
          <ul tabIndex={0} aria-label={title} style={{ margin: "4px 0 0", paddingInlineStart: 20, maxHeight: 180, overflow: "auto" }}>
            {lines.map(({ path, told }, i) => (
              <li key={i}>
                <Typography.Text className="mono">{path}</Typography.Text> {told}
              </li>
            ))}
          </ul>
        </>
      }
    />
  );
}
