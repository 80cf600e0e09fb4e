// Tables of results in Markdown pages, put between markers that stand there: `<!-- bench:NAME -->` and `<!-- end -->`.
// What is outside of them is somebody's prose, and stays.

import {
  aimOf,
  type Figure,
  type PartResult,
  type Results,
  shortNumber,
  type Table,
  verdictOn,
} from "./result.ts";

const block = /(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page with every block filled anew; a block that nothing is known for says so. */
export function filledPage(page: string, results: Results): string {
  return page.replace(block, (_, start: string, name: string, end: string) => {
    const content = contentOf(name, results) ?? "Not measured.";
    return `${start}\n${content}\n\n${end}`;
  });
}

function contentOf(name: string, results: Results): string | undefined {
  const parts = Object.values(results.parts);
  if (name === "machine") return machineText(results);
  if (name === "summary") return summaryText(parts.flatMap(({ figures }) => figures));
  if (name === "headline") return headlineText(results);
  const part = results.parts[name];
  if (part !== undefined) return partText(part);
  const table = parts.flatMap(({ tables }) => tables).find((each) => each.name === name);
  return table && tableText(table);
}

function machineText({ machine }: Results): string {
  const { processor, cores, memoryGiB, node, workerd, state } = machine;
  return `${processor}, ${cores} cores, ${memoryGiB} GiB; Node ${node}, workerd ${workerd}; the objects' state on ${state}.`;
}

function headlineText({ machine, parts }: Results): string {
  const told = Object.values(parts).filter(({ figures }) => figures.some(({ headline }) => headline));
  const days = [...new Set(told.map(({ at }) => at.slice(0, 10)))].sort().join(", ");
  const figures = told.flatMap((part) => part.figures.filter(({ headline }) => headline));
  return `On ${days}, ${machine.processor}, ${machine.cores} cores:\n\n${summaryText(figures)}`;
}

/** When a part was measured, and what went wrong. */
function partText({ at, seconds, load, commit, isQuick, problems, notMeasured }: PartResult): string {
  if (notMeasured !== undefined) return `${at} UTC: not measured. ${notMeasured}`;
  const [before, after] = load.map((value) => value.toFixed(1));
  const lines = [
    `${at} UTC, commit ${commit}, ${Math.round(seconds)} s${isQuick ? " (the quick form)" : ""}; load of the machine ${before} before, ${after} after. ` +
      (problems.length === 0 ? "No check failed." : `**${problems.length} checks failed:**`),
    ...problems.map((problem) => `- ${problem.split("\n", 1)[0]}`),
  ];
  // The list is set off from what announces it, as the formatter has it.
  return lines.join("\n").replace("\n- ", "\n\n- ");
}

export function summaryText(figures: readonly Figure[]): string {
  return tableText({
    name: "summary",
    head: ["operation", "measured", "aim", ""],
    rows: figures.map((figure) => [
      figure.operation,
      `${shortNumber(figure.value)}${figure.unit}`,
      aimOf(figure),
      verdictOn(figure) === "missed" ? "**missed**" : verdictOn(figure),
    ]),
  });
}

/** With columns that stand under one another in the source, too. */
export function tableText({ head, rows }: Table): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[], fill: string): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width, fill)).join(" | ")} |`;
  return [line(head, " "), line([], "-"), ...rows.map((row) => line(row, " "))].join("\n");
}
