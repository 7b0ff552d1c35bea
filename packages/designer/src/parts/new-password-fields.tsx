/** A password and the same once more, of a form whose fields are `password` and `again`. */
import { Form, Input } from "antd";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";

/** The server asks for as many. */
const PASSWORD_MIN = 10;

export function NewPasswordFields({ label, isFocused = false }: { readonly label: string; readonly isFocused?: boolean }) {
  const text = useTexts(shellTexts);
  const rules = [{ required: true, message: text.required }];
  return (
    <>
      <Form.Item name="password" label={label} rules={[...rules, { min: PASSWORD_MIN, message: text.passwordShort(PASSWORD_MIN) }]}>
        <Input.Password autoFocus={isFocused} autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={text.passwordAgain}
        dependencies={["password"]}
        rules={[
          ...rules,
          ({ getFieldValue }) => ({
            validator: (_rule, value: string | undefined) =>
              value === getFieldValue("password") || (value ?? "") === ""
                ? Promise.resolve()
                : Promise.reject(new Error(text.passwordsDiffer)),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
