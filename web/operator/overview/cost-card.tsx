// What the realm would cost at this pace, by the platform's unit prices.

import { Table } from "../../design/table";
import { count, money } from "../../format";
import type { Figures } from "../contract";

export function CostCard({ cost }: { readonly cost: NonNullable<Figures["cost"]> }) {
  const { currency, perMonth, basis, lines, pricesOf } = cost;
  return (
    <section className="cost" aria-labelledby="cost-title">
      <div className="cost-words">
        <h2 id="cost-title">Cost at this pace</h2>
        <p className="cost-figure">
          {money(perMonth, currency)} <span>a month</span>
        </p>
        <p className="cost-basis">
          An estimate: {basis}; by the prices of {pricesOf}.
        </p>
      </div>
      <details className="cost-details">
        <summary>What it is made of</summary>
        <Table
          caption="What the estimate is made of"
          rows={lines}
          rowKey={({ what }) => what}
          columns={[
            { header: "What", cell: ({ what }) => what },
            { header: "Count", align: "end", cell: (line) => count(line.count) },
            { header: "Price", align: "end", cell: ({ price }) => money(price, currency) },
          ]}
        />
      </details>
    </section>
  );
}
