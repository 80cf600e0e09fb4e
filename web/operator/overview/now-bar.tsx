// What is so at this moment, in four numbers.

import { count } from "../../format";
import type { Figures } from "../contract";

export function NowBar({ now }: { readonly now: NonNullable<Figures["now"]> }) {
  const figures = [
    { label: "users online", value: now.online },
    { label: "devices connected", value: now.devices },
    { label: now.calls === 1 ? "open call" : "open calls", value: now.calls },
    { label: now.accounts === 1 ? "account" : "accounts", value: now.accounts },
  ];
  return (
    <dl className="now-bar" aria-label="Now">
      {figures.map(({ label, value }) => (
        <div key={label} className="now-figure">
          <dt>{label}</dt>
          <dd>{count(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
