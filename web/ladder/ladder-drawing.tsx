// The drawing: lanes across, time down. It is an ordered list of buttons, one for each line, whose words say in full
// what the arrow shows; so the same elements serve the eye, the keyboard and the screen reader. Up and Down go from line
// to line.

import { House, Smartphone, UserRound } from "lucide-react";
import type { CSSProperties, KeyboardEvent } from "react";
import type { LadderLane } from "../../src/contracts/ladder";
import { laneCentre, type PlacedLine, rowId, silence, sinceStart } from "./layout";
import { LineMarks, restInWords } from "./row-words";
import "./ladder-drawing.css";

export interface LinesProps {
  readonly rows: readonly PlacedLine[];
  /** The line that the verdict rests on. */
  readonly cause: string | undefined;
  /** What the verdict says. */
  readonly hasFailed: boolean;
  /** The line whose message is open. */
  readonly open: string | undefined;
  readonly onOpen: (id: string) => void;
}

const laneIcons = { device: Smartphone, home: House, peer: UserRound };

export function LadderDrawing({ lanes, ...lines }: LinesProps & { readonly lanes: readonly LadderLane[] }) {
  return (
    <div className="drawing">
      <ol className="lanes" aria-label="Who takes part">
        {lanes.map((lane) => (
          <LaneHead key={lane.id} lane={lane} />
        ))}
      </ol>
      <div className="drawing-body">
        <div className="lane-lines" aria-hidden="true">
          {lanes.map(({ id }, at) => (
            <span key={id} className="lane-line" style={{ left: `${laneCentre(at, lanes.length)}%` }} />
          ))}
        </div>
        <ol className="rows" aria-label="Messages in order of time" onKeyDown={moveFocus}>
          {lines.rows.map((row) => (
            <Row key={row.line.id} row={row} {...lines} />
          ))}
        </ol>
      </div>
    </div>
  );
}

function LaneHead({ lane }: { readonly lane: LadderLane }) {
  const Icon = laneIcons[lane.kind] ?? UserRound;
  return (
    <li className={`lane lane-${lane.kind}`} title={lane.label}>
      <Icon aria-hidden="true" />
      <span className="lane-label">{breakable(lane.label)}</span>
    </li>
  );
}

/** A narrow lane breaks an address after its @. */
function breakable(label: string) {
  const [user = "", host] = label.split(/(?<=@)(.*)/s);
  return host === undefined ? (
    user
  ) : (
    <>
      {user}
      <wbr />
      {host}
    </>
  );
}

function Row({ row, cause, hasFailed, open, onOpen }: LinesProps & { readonly row: PlacedLine }) {
  const { line, gap } = row;
  const isCause = cause === line.id;
  const pause = silence(gap);
  const name = `row row-${line.kind} row-${row.points}${line.failed ? " row-failed" : ""}${isCause ? ` row-cause row-cause-${hasFailed ? "failed" : "good"}` : ""}`;
  return (
    <li>
      {pause !== undefined && <p className="silence">{pause}</p>}
      <button
        type="button"
        id={rowId(line.id)}
        className={name}
        aria-current={open === line.id || undefined}
        onClick={() => onOpen(line.id)}
      >
        <span className="row-time">{sinceStart(row.since)}</span>
        <span className="row-track">
          <span className="row-label" style={at(row.middle)}>
            <LineMarks row={row} isCause={isCause} />
            {line.label}
          </span>
          {row.points !== "here" && (
            <span
              className="arrow"
              style={{ left: `${row.left}%`, width: `${row.width}%` }}
              aria-hidden="true"
            />
          )}
        </span>
        <span className="unseen">{restInWords(row, isCause)}</span>
      </button>
    </li>
  );
}

/** Its middle stands there, or as near to it as keeps all of it within the track. */
const at = (middle: number): CSSProperties => ({
  left: `${middle}%`,
  translate: `clamp(${-middle}cqw, -50%, calc(${100 - middle}cqw - 100%))`,
});

function moveFocus(event: KeyboardEvent<HTMLOListElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
