/** Retry of many: the button; what it opens is loaded when it is opened. */
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";

const BulkDialog = lazy(async () => ({ default: (await import("./bulk-dialog.tsx")).BulkDialog }));

/** What bulk work takes; a group's code may be the vendor's. */
export interface BulkSelection {
  readonly numbers?: readonly string[];
  readonly status?: string;
  readonly code?: string;
  readonly cause?: string;
}

interface BulkRetryProps {
  readonly flow: string;
  readonly selection: BulkSelection;
  readonly label: string;
  readonly isPrimary?: boolean;
  readonly isOff?: boolean;
}

export function BulkRetry({ flow, selection, label, isPrimary = false, isOff = false }: BulkRetryProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button type={isPrimary ? "primary" : "default"} disabled={isOff} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <BulkDialog flow={flow} selection={selection} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
