/** A password and the same once more, of a form whose fields are `password` and `again`. */
import { Form, Input } from "antd";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

export function NewPasswordFields({ label, isFocused = false }: { readonly label: string; readonly isFocused?: boolean }) {
  const text = useTexts(shellTexts);
  const rules = [{ required: true, message: text.required }];
  return (
    <>
      <Form.Item name="password" label={label} rules={rules}>
        <Input.Password autoFocus={isFocused} autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={text.passwordAgain}
        dependencies={["password"]}
        rules={[
          ...rules,
          ({ getFieldValue }) => ({
            validator: (_rule, value: string) =>
              value === getFieldValue("password") || value === "" ? Promise.resolve() : Promise.reject(new Error(text.passwordsDiffer)),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
