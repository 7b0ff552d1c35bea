/** The items that a flow's form is made of: each shows one place of the document and writes it; an empty one takes its key away. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Flex, Form, Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import type { Edit, Path } from "../flow/draft.ts";
import { formTexts } from "../language/form-texts.ts";
import { useTexts } from "../language/language.tsx";

export interface ItemProps {
  readonly at: Path;
  readonly label: string;
  readonly edit: (edit: Edit) => void;
  readonly help?: ReactNode;
  readonly placeholder?: string;
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export const optionsOf = (names: Readonly<Record<string, string>>): Option[] =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

export function idOf(at: Path): string {
  return `at-${at.join("-")}`;
}

export function Item({ at, label, help, children }: Pick<ItemProps, "at" | "label" | "help"> & { readonly children: ReactNode }) {
  return (
    <Form.Item label={label} htmlFor={idOf(at)} {...(help === undefined ? {} : { extra: help })} style={{ marginBottom: 8 }}>
      {children}
    </Form.Item>
  );
}

export function TextItem(props: ItemProps & { readonly value: string | null | undefined; readonly options?: readonly Option[] }) {
  const { at, value, edit, placeholder, options } = props;
  const set = (typed: string): void => edit({ kind: "set", path: at, value: typed === "" ? undefined : typed });
  const shared = { id: idOf(at), className: "mono", value: value ?? "", ...(placeholder === undefined ? {} : { placeholder }) };
  return (
    <Item {...props}>
      {options === undefined ? (
        <Input {...shared} onChange={({ target }) => set(target.value)} />
      ) : (
        <AutoComplete
          {...shared}
          style={{ width: "100%" }}
          options={[...options]}
          popupMatchSelectWidth={false}
          showSearch={{ filterOption: fits }}
          onChange={set}
        />
      )}
    </Item>
  );
}

function fits(typed: string, option: { readonly value?: unknown; readonly label?: unknown } | undefined): boolean {
  return `${String(option?.value)} ${String(option?.label)}`.toLowerCase().includes(typed.toLowerCase());
}

export function NumberItem(
  props: ItemProps & { readonly value: number | undefined; readonly min?: number; readonly max?: number; readonly whole?: Path },
) {
  const { at, value, edit, placeholder, min = 0, max, whole } = props;
  return (
    <Item {...props}>
      <InputNumber
        id={idOf(at)}
        style={{ width: "100%" }}
        min={min}
        {...(max === undefined ? {} : { max })}
        value={value ?? null}
        {...(placeholder === undefined ? {} : { placeholder })}
        // Without its number the object that holds it says nothing.
        onChange={(typed) => edit({ kind: "set", path: typed === null ? (whole ?? at) : at, value: typed ?? undefined })}
      />
    </Item>
  );
}

export function ChoiceItem(
  props: ItemProps & { readonly value: string | undefined; readonly options: readonly Option[]; readonly whole?: Path },
) {
  const { at, value, edit, placeholder, options, whole } = props;
  return (
    <Item {...props}>
      <Select
        id={idOf(at)}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        {...(placeholder === undefined ? {} : { placeholder })}
        value={value ?? null}
        options={[...options]}
        onChange={(chosen: string | null | undefined) =>
          edit({ kind: "set", path: chosen === null || chosen === undefined ? (whole ?? at) : at, value: chosen ?? undefined })
        }
      />
    </Item>
  );
}

export function SwitchItem(props: ItemProps & { readonly value: boolean; readonly on?: unknown }) {
  const { at, value, edit, on = true } = props;
  return (
    <Item {...props}>
      <Switch id={idOf(at)} checked={value} onChange={(isOn) => edit({ kind: "set", path: at, value: isOn ? on : undefined })} />
    </Item>
  );
}

/** Several texts, such as names of fields. */
export function ListItem(
  props: ItemProps & {
    readonly value: readonly (string | number)[] | undefined;
    readonly options?: readonly Option[];
    readonly isNumbers?: boolean;
    readonly whole?: Path;
  },
) {
  const { at, value, edit, placeholder, options = [], isNumbers = false } = props;
  return (
    <Item {...props}>
      <Select
        id={idOf(at)}
        mode="tags"
        className="mono"
        {...(placeholder === undefined ? {} : { placeholder })}
        value={(value ?? []).map(String)}
        options={[...options]}
        optionLabelProp="value"
        tokenSeparators={[",", "，", " "]}
        onChange={(typed: string[]) => {
          const next = isNumbers ? typed.map(Number).filter((each) => Number.isFinite(each)) : typed;
          edit({ kind: "set", path: at, value: next.length === 0 ? undefined : next });
        }}
      />
    </Item>
  );
}

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly options?: readonly Option[];
  /** One of the options and nothing else. */
  readonly isChoice?: boolean;
}

interface RowsItemProps extends Omit<ItemProps, "edit"> {
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly columns: readonly Column[];
  readonly onChange: (rows: readonly Readonly<Record<string, string>>[]) => void;
}

/** Rows of a few cells: renamed fields, computed ones, extra columns. */
export function RowsItem({ at, label, help, rows, columns, onChange }: RowsItemProps) {
  const text = useTexts(formTexts);
  const put = (index: number, key: string, value: string): void =>
    onChange(rows.map((row, place) => (place === index ? { ...row, [key]: value } : row)));
  return (
    <Item at={at} label={label} help={help}>
      <Flex vertical gap={4}>
        {rows.map((row, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- what would name a row is being typed
          <Flex key={index} gap={4}>
            {columns.map(({ key, label: name, options, isChoice = false }) =>
              isChoice ? (
                <Select
                  key={key}
                  aria-label={`${name} ${index + 1}`}
                  style={{ flex: 1 }}
                  value={row[key] ?? null}
                  options={[...(options ?? [])]}
                  onChange={(value: string) => put(index, key, value)}
                />
              ) : (
                <AutoComplete
                  key={key}
                  aria-label={`${name} ${index + 1}`}
                  className="mono"
                  style={{ flex: 1 }}
                  placeholder={name}
                  value={row[key] ?? ""}
                  options={[...(options ?? [])]}
                  popupMatchSelectWidth={false}
                  showSearch={{ filterOption: fits }}
                  onChange={(value: string) => put(index, key, value)}
                />
              ),
            )}
            <Button
              icon={<DeleteOutlined />}
              aria-label={`${text.remove} ${label} ${index + 1}`}
              onClick={() => onChange(rows.filter((_, place) => place !== index))}
            />
          </Flex>
        ))}
        <Button
          size="small"
          icon={<PlusOutlined />}
          style={{ alignSelf: "start" }}
          onClick={() =>
            onChange([
              ...rows,
              Object.fromEntries(columns.map(({ key, isChoice, options }) => [key, isChoice === true ? (options?.[0]?.value ?? "") : ""])),
            ])
          }
        >
          {text.addRow}
        </Button>
      </Flex>
    </Item>
  );
}

/** Items beside each other, as many as there is room for. */
export function Items({ children, min = 220 }: { readonly children: ReactNode; readonly min?: number }) {
  return (
    <div style={{ display: "grid", gridTemplateColumns: `repeat(auto-fill, minmax(min(${min}px, 100%), 1fr))`, columnGap: 12 }}>
      {children}
    </div>
  );
}
