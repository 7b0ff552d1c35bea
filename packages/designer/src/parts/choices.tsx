/**
 * One of a few, seen at once. Plain radio buttons: the library's measure the whole page within the click, to let a thumb glide, and draw
 * each choice with a dozen hooks. What is chosen shows before the page has followed.
 */
import { useId, useState } from "react";
import "./choices.css";

interface ChoicesProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}

export function Choices<T extends string>({ label, value, options, onChange }: ChoicesProps<T>) {
  const name = useId();
  // Until the page follows: what was chosen, and what held then.
  const [ahead, setAhead] = useState<{ readonly to: T; readonly from: T } | null>(null);
  const shown = ahead !== null && ahead.from === value ? ahead.to : value;
  return (
    <div role="radiogroup" aria-label={label} className="choices">
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === shown}
            onChange={() => {
              setAhead({ to: option.value, from: value });
              onChange(option.value);
            }}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
