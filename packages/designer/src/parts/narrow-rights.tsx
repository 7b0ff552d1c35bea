/** Rights that are narrower than a role: some flows only, by id or tag, and whether personal data is shown. For members and keys. */
import { Form, Select } from "antd";
import { useFlows } from "../api/hooks.ts";
import { accessTexts } from "../language/access-texts.ts";
import { useTexts } from "../language/language.tsx";
import { usePlace } from "../shell/place.tsx";

export interface NarrowRights {
  readonly flows: readonly string[] | null;
  readonly tags: readonly string[] | null;
  readonly seesPersonal: boolean | null;
}

export interface NarrowGiven {
  readonly flows?: readonly string[];
  readonly tags?: readonly string[];
  readonly personal?: "role" | "seen" | "masked";
}

/** As the server takes them. A role that designs flows cannot be limited to some. */
export function narrowOf({ flows = [], tags = [], personal = "role" }: NarrowGiven, role: string): NarrowRights {
  const isLimited = (role === "viewer" || role === "operator" || role === "") && flows.length + tags.length > 0;
  return { flows: isLimited ? flows : null, tags: isLimited ? tags : null, seesPersonal: personal === "role" ? null : personal === "seen" };
}

export function givenOf({ flows, tags, seesPersonal }: NarrowRights): NarrowGiven {
  const personal = seesPersonal === null ? "role" : seesPersonal ? "seen" : "masked";
  return { flows: flows ?? [], tags: tags ?? [], personal };
}

export function NarrowFields() {
  const text = useTexts(accessTexts);
  const { workspace } = usePlace();
  const flows = useFlows(workspace).data?.items ?? [];
  return (
    <>
      <Form.Item name="flows" label={text.flows} extra={text.flowsHint}>
        <Select mode="multiple" allowClear options={flows.map(({ id, name }) => ({ value: id, label: name ?? id }))} />
      </Form.Item>
      <Form.Item name="tags" label={text.tags}>
        <Select mode="tags" allowClear />
      </Form.Item>
      <Form.Item name="personal" label={text.personal}>
        <Select
          options={[
            { value: "role", label: text.personalByRole },
            { value: "seen", label: text.personalSeen },
            { value: "masked", label: text.personalMasked },
          ]}
        />
      </Form.Item>
    </>
  );
}
