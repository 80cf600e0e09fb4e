// A line of sixty minutes. The words beside it and the table below say the same: it is hidden from those who listen.

import { sparkPoints } from "../figures";

const width = 120;
const height = 32;

export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const points = sparkPoints(values, width, height);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <polygon className="sparkline-ground" points={`0,${height} ${points} ${width},${height}`} />
      <polyline className="sparkline-line" points={points} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
