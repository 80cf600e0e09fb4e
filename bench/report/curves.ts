// Pictures of measurements that grow: a panel for each, lines in SVG that hold in a light page and in a dark one.

import type { PartResult, Results, Table } from "./result.ts";

/** Lines of one table against its first column, each named by a column's title. */
interface Panel {
  readonly title: string;
  readonly table: string;
  readonly across: string;
  readonly up: string;
  readonly lines: readonly (readonly [column: string, name: string])[];
  /** Each step across is so many times the one before. */
  readonly isLogarithmic?: boolean;
}

const panels: readonly Panel[] = [
  {
    title: "Registered users: CPU of an operation",
    ...{ table: "growth-users", across: "registered users", up: "µs", isLogarithmic: true },
    lines: [
      ["REGISTER: CPU µs", "REGISTER"],
      ["MESSAGE: CPU µs", "MESSAGE"],
    ],
  },
  {
    title: "Registered users: memory",
    ...{ table: "growth-users", across: "registered users", up: "MiB" },
    lines: [["resident MiB", "resident"]],
  },
  {
    title: "Devices of a user: CPU of an operation",
    ...{ table: "curve-devices", across: "devices", up: "µs" },
    lines: [
      ["REGISTER", "REGISTER"],
      ["MESSAGE", "MESSAGE"],
      ["call", "call, INVITE to BYE"],
    ],
  },
  {
    title: "Watchers: CPU for each NOTIFY",
    ...{ table: "presence-watchers", across: "watchers", up: "µs", isLogarithmic: true },
    lines: [["CPU µs/watcher", "NOTIFY"]],
  },
  {
    title: "Messages that wait: CPU for each",
    ...{ table: "curve-stored", across: "messages", up: "µs", isLogarithmic: true },
    lines: [
      ["stored", "one more stored"],
      ["taken on return", "taken on return"],
    ],
  },
  {
    title: "Open calls of a user: CPU of one more",
    ...{ table: "growth-calls", across: "open calls", up: "µs" },
    lines: [
      ["INVITE to ACK: CPU µs", "INVITE to ACK"],
      ["BYE to 200: CPU µs", "BYE to 200"],
    ],
  },
];

const [width, height, columns] = [440, 250, 2];
const area = { left: 64, right: 20, top: 40, bottom: 46 };
const colours = ["a", "b", "c"];

/** The picture of all that has been measured; what has not is left out. */
export function curvesSvg(results: Results): string {
  const tables = Object.values(results.parts).flatMap(({ tables }: PartResult) => tables);
  const drawn = panels.flatMap((panel) => {
    const table = tables.find(({ name }) => name === panel.table);
    return table === undefined ? [] : [drawPanel(panel, table)];
  });
  const [across, down] = [columns * width, Math.ceil(drawn.length / columns) * height];
  const placed = drawn.map((panel, index) => {
    const [x, y] = [(index % columns) * width, Math.floor(index / columns) * height];
    return `<g transform="translate(${x} ${y})">${panel}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${across} ${down}" role="img" aria-label="How operations grow" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" font-size="12">
<style>
  .ink { fill: #1f2328 } .soft { fill: #59636e } .rule { stroke: #d1d9e0; fill: none }
  .line { fill: none; stroke-width: 2 } .a { stroke: #0969da } .b { stroke: #bc4c00 } .c { stroke: #8250df }
  circle.a { fill: #0969da } circle.b { fill: #bc4c00 } circle.c { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    .ink { fill: #f0f6fc } .soft { fill: #9198a1 } .rule { stroke: #3d444d }
    .a { stroke: #4493f8 } .b { stroke: #f0883e } .c { stroke: #ab7df8 }
    circle.a { fill: #4493f8 } circle.b { fill: #f0883e } circle.c { fill: #ab7df8 }
  }
</style>
${placed.join("\n")}
</svg>
`;
}

function drawPanel(panel: Panel, { head, rows }: Table): string {
  const number = (cell: string | undefined): number => Number(cell?.replaceAll(",", ""));
  const sizes = rows.map(([size]) => number(size));
  const lines = panel.lines.map(([column, name]) => ({
    name,
    values: rows.map((row) => number(row[head.indexOf(column)])),
  }));
  const most = niceAbove(Math.max(...lines.flatMap(({ values }) => values)));
  const place = panel.isLogarithmic ? Math.log : (size: number): number => size;
  const [first, last] = [place(Math.min(...sizes)), place(Math.max(...sizes))];
  const x = (size: number): number =>
    area.left + ((place(size) - first) / (last - first)) * (width - area.left - area.right);
  const y = (value: number): number =>
    height - area.bottom - (value / most) * (height - area.top - area.bottom);
  const rules = [0, most / 2, most].map(
    (value) =>
      `<path class="rule" d="M${area.left} ${round(y(value))}H${width - area.right}"/><text class="soft" x="${area.left - 8}" y="${round(y(value) + 4)}" text-anchor="end">${value.toLocaleString("en")}</text>`,
  );
  let ticksEnd = 0;
  const ticks = sizes.flatMap((size) => {
    // Those that would stand on one another are left out.
    if (x(size) < ticksEnd) return [];
    ticksEnd = x(size) + 34;
    return `<text class="soft" x="${round(x(size))}" y="${height - area.bottom + 17}" text-anchor="middle">${size.toLocaleString("en")}</text>`;
  });
  const drawn = lines.map(({ values }, index) => {
    const colour = colours[index];
    const points = values.map((value, at) => [round(x(sizes[at] ?? 0)), round(y(value))] as const);
    const dots = points.map(([cx, cy]) => `<circle class="${colour}" cx="${cx}" cy="${cy}" r="3"/>`);
    return `<polyline class="line ${colour}" points="${points.map(String).join(" ")}"/>${dots.join("")}`;
  });
  let legendX = area.left;
  const legend = lines.map(({ name }, index) => {
    const entry = `<circle class="${colours[index]}" cx="${legendX + 4}" cy="${height - 12}" r="4"/><text class="ink" x="${legendX + 13}" y="${height - 8}">${name}</text>`;
    legendX += 34 + name.length * 6.6;
    return entry;
  });
  return [
    `<text class="ink" x="${area.left}" y="20" font-weight="600">${panel.title}, ${panel.up}</text>`,
    ...[rules, ticks, drawn, legend].flat(),
    `<text class="soft" x="${width - area.right}" y="${height - 8}" text-anchor="end">${panel.across}</text>`,
  ].join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The next of 1, 2, 5, 10, 20 and so on. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}
