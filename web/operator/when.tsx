// A moment as people say it; the whole of it stands behind.

import { ago, ahead, fullTime } from "../format";

/** How long ago it was. The clock is read at each rendering, which the polling of the views brings about. */
export const Ago = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={fullTime(at)} className="when">
    {ago(at, Date.now())}
  </time>
);

/** How long it will last. */
export const Until = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={fullTime(at)} className="when">
    {ahead(at, Date.now())}
  </time>
);
