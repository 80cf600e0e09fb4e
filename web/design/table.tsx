// A table of rows. On a narrow screen it scrolls sideways, by keyboard too, and may leave columns out.

import type { ReactNode } from "react";
import { classNames } from "./class-names";
import "./table.css";

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand right. */
  readonly align?: "end";
  /** Left out below this width. */
  readonly from?: "tablet" | "desk";
}

export interface TableProps<Row> {
  /** What the table is; read out, not shown. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Shown in place of rows when there are none. */
  readonly empty?: ReactNode;
  /** For the mouse alone: a link or button in the row has to do the same. */
  readonly onRow?: (row: Row) => void;
  readonly isCurrent?: (row: Row) => boolean;
}

export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, rowKey, empty, onRow, isCurrent } = props;
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className="table-frame" tabIndex={0} aria-label={caption}>
      <table className="table">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.header} scope="col" className={cellClass(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className={onRow && "table-row-link"}
              aria-current={isCurrent?.(row) || undefined}
              onClick={onRow && (() => onRow(row))}
            >
              {columns.map((column) => (
                <td key={column.header} className={cellClass(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const cellClass = <Row,>({ align, from }: Column<Row>): string =>
  classNames(align === "end" && "table-end", from && `table-from-${from}`);
