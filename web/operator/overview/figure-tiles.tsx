// The last hour, minute by minute: a tile for each kind of thing, with its line, and all of it as a table for whoever
// wants the numbers.

import { useState } from "react";
import { Button } from "../../design/button";
import { Table } from "../../design/table";
import { clockTime, count } from "../../format";
import type { Counts, Minute } from "../contract";
import { type Series, seriesOf, wholeHour } from "../figures";
import { Sparkline } from "./sparkline";

interface Tile {
  readonly member: keyof Counts;
  readonly label: string;
  /** Any of it is worth a look. */
  readonly isTrouble?: boolean;
}

const tiles: readonly Tile[] = [
  { member: "registers", label: "Registrations" },
  { member: "messages", label: "Messages" },
  { member: "calls", label: "Calls" },
  { member: "publishes", label: "Publications" },
  { member: "notifies", label: "Notifications" },
  { member: "failedCalls", label: "Failed calls", isTrouble: true },
  { member: "refused", label: "Refused", isTrouble: true },
  { member: "errors", label: "Errors", isTrouble: true },
];

export function FigureTiles({ minutes, at }: { readonly minutes: readonly Minute[]; readonly at: string }) {
  const [isTable, setTable] = useState(false);
  const hour = wholeHour(minutes, at);
  return (
    <section aria-labelledby="hour-title" className="hour">
      <div className="section-head">
        <h2 id="hour-title">The last hour</h2>
        <Button small kind="quiet" aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Hide the table" : "As a table"}
        </Button>
      </div>
      <ul className="tiles">
        {tiles.map((tile) => (
          <FigureTile key={tile.member} tile={tile} series={seriesOf(hour, tile.member)} />
        ))}
      </ul>
      {isTable && <HourTable hour={hour} />}
    </section>
  );
}

function FigureTile({
  tile: { label, isTrouble },
  series,
}: {
  readonly tile: Tile;
  readonly series: Series;
}) {
  const isAlarming = isTrouble && series.sum > 0;
  return (
    <li className={isAlarming ? "tile tile-alarming" : "tile"}>
      <p className="tile-label">{label}</p>
      <p className="tile-figure">
        {count(series.latest)} <span>a minute</span>
      </p>
      <Sparkline values={series.values} />
      <p className="tile-sum">
        {count(series.sum)} in the hour{series.peak > 0 && `, at most ${count(series.peak)} a minute`}
      </p>
    </li>
  );
}

/** Newest first, and without the minutes in which nothing happened. */
function HourTable({ hour }: { readonly hour: readonly Minute[] }) {
  const busy = hour.filter((minute) => tiles.some(({ member }) => minute[member] > 0)).toReversed();
  return (
    <Table
      caption="Figures of the last hour by minute"
      rows={busy}
      rowKey={({ minute }) => minute}
      empty={<p className="quiet-hour">Nothing happened in the last hour.</p>}
      columns={[
        { header: "Minute", cell: ({ minute }) => clockTime(minute).slice(0, 5) },
        ...tiles.map(({ member, label }) => ({
          header: label,
          align: "end" as const,
          cell: (minute: Minute) => count(minute[member]),
        })),
      ]}
    />
  );
}
