// The same lines as a table: for narrow screens, for copying, for whoever prefers words to arrows.

import { ArrowRight } from "lucide-react";
import { Table } from "../design/table";
import type { LinesProps } from "./ladder-drawing";
import { type PlacedLine, rowId, sinceStart } from "./layout";
import { LineMarks } from "./row-words";

export const LadderTable = ({ rows, cause, open, onOpen }: LinesProps) => (
  <Table
    caption="Messages in order of time"
    rows={rows}
    rowKey={({ line }) => line.id}
    isCurrent={({ line }) => line.id === open}
    columns={[
      {
        header: "Time",
        align: "end",
        cell: ({ since }) => <span className="row-time">{sinceStart(since)}</span>,
      },
      {
        header: "Message",
        cell: (row) => (
          <span className="line-cell">
            <button
              type="button"
              id={rowId(row.line.id)}
              className={row.line.failed ? "line-link line-link-failed" : "line-link"}
              onClick={() => onOpen(row.line.id)}
            >
              <LineMarks row={row} isCause={cause === row.line.id} />
              {row.line.label}
              {row.line.failed && <span className="unseen"> (failed)</span>}
            </button>
            <FromTo row={row} />
            {row.line.words !== undefined && <span className="only-narrow">{row.line.words}</span>}
          </span>
        ),
      },
      { header: "In words", from: "tablet", cell: ({ line }) => line.words ?? "" },
    ]}
  />
);

const FromTo = ({ row: { from, to, points } }: { readonly row: PlacedLine }) => (
  <span className="from-to">
    {from}
    {points !== "here" && (
      <>
        {" "}
        <ArrowRight aria-label="to" /> {to}
      </>
    )}
  </span>
);
