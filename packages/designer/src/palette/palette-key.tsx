/** Ctrl-K, and the button for it; the palette itself is loaded when it is first opened. */
import { CompassOutlined } from "@ant-design/icons";
import { Button, Grid } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTexts } from "../language/language.tsx";
import { paletteTexts } from "../language/palette-texts.ts";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));

export function PaletteKey() {
  const text = useTexts(paletteTexts);
  const [isOpen, setOpen] = useState(false);
  const isWide = Grid.useBreakpoint().md ?? true;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setOpen((open) => !open);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <>
      <Button type="text" icon={<CompassOutlined />} aria-label={text.open} title={text.open} onClick={() => setOpen(true)}>
        {isWide ? <kbd className="key-cap">Ctrl K</kbd> : null}
      </Button>
      <Suspense fallback={null}>{isOpen ? <Palette onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}
