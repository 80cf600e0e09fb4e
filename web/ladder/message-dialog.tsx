// The message of one line, as it was recorded; the next and the one before are a key away.

import { ChevronLeft, ChevronRight, Copy } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Badge } from "../design/badge";
import { Button, IconButton } from "../design/button";
import { Dialog } from "../design/dialog";
import { Notice } from "../design/notice";
import { toast } from "../design/toast";
import { clockTime } from "../format";
import { type PlacedLine, sinceStart } from "./layout";
import { MessageText } from "./message-text";
import "./message-dialog.css";

export interface MessageProps {
  readonly rows: readonly PlacedLine[];
  readonly open: string | undefined;
  readonly onOpen: (id: string | undefined) => void;
}

export function MessageDialog({ rows, open, onOpen }: MessageProps) {
  const index = rows.findIndex(({ line }) => line.id === open);
  const row = rows[index];
  // While it fades the dialog shows what it showed.
  const [last, setLast] = useState(row);
  if (row !== undefined && row !== last) setLast(row);
  const go = (step: number) => {
    const next = rows[index + step];
    if (next !== undefined) onOpen(next.line.id);
  };
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === "ArrowRight") go(1);
    if (key === "ArrowLeft") go(-1);
  };
  return (
    <Dialog
      wide
      open={row !== undefined}
      onClose={() => onOpen(undefined)}
      title={(row ?? last)?.line.label ?? ""}
      className="message-dialog"
      description={last && <Where row={last} />}
      actions={last && <Actions row={last} index={rows.indexOf(last)} rows={rows} onGo={go} />}
    >
      {last && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the buttons below do the same
        <div className="message" onKeyDown={onKeyDown}>
          <Body row={last} />
        </div>
      )}
    </Dialog>
  );
}

const Where = ({ row: { line, from, to, points, since } }: { readonly row: PlacedLine }) => (
  <span>
    {points === "here" ? `At ${from}` : `From ${from} to ${to}`}, {sinceStart(since)} after the first line, at{" "}
    <time dateTime={line.at}>{clockTime(line.at)}</time>
  </span>
);

function Body({ row: { line } }: { readonly row: PlacedLine }) {
  const { words, failed, text, redacted = [], truncated } = line;
  return (
    <>
      {words !== undefined && <Notice tone={failed ? "danger" : "info"}>{words}</Notice>}
      {(redacted.length > 0 || truncated) && (
        <p className="left-out">
          {redacted.map((each) => (
            <Badge key={each} tone="warning">
              {each} left out
            </Badge>
          ))}
          {truncated && <Badge tone="warning">cut short</Badge>}
        </p>
      )}
      {text === undefined ? (
        <p className="no-text">There is no message behind this line.</p>
      ) : (
        <MessageText text={text} />
      )}
    </>
  );
}

interface ActionsProps {
  readonly row: PlacedLine;
  readonly index: number;
  readonly rows: readonly PlacedLine[];
  readonly onGo: (step: number) => void;
}

function Actions({ row, index, rows, onGo }: ActionsProps) {
  const { text } = row.line;
  const copy = () =>
    navigator.clipboard
      ?.writeText(text ?? "")
      .then(() => toast({ title: "The message is in the clipboard" }));
  return (
    <>
      {text !== undefined && (
        <Button kind="quiet" className="message-copy" icon={<Copy aria-hidden="true" />} onClick={copy}>
          Copy
        </Button>
      )}
      <span className="message-place">
        {index + 1} of {rows.length}
      </span>
      <IconButton
        kind="secondary"
        label="The line before"
        icon={<ChevronLeft aria-hidden="true" />}
        disabled={index <= 0}
        onClick={() => onGo(-1)}
      />
      <IconButton
        kind="secondary"
        label="The next line"
        icon={<ChevronRight aria-hidden="true" />}
        disabled={index >= rows.length - 1}
        onClick={() => onGo(1)}
      />
    </>
  );
}
