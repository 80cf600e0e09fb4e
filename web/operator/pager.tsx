// On to the next page, back to the first: the gateway's cursors lead one way.

import { Button } from "../design/button";

export interface PagerProps<Cursor> {
  readonly isFirst: boolean;
  readonly next: Cursor | undefined;
  readonly onGo: (cursor: Cursor | undefined) => void;
  readonly more: string;
  readonly first: string;
}

export function Pager<Cursor>({ isFirst, next, onGo, more, first }: PagerProps<Cursor>) {
  if (isFirst && next === undefined) return null;
  return (
    <div className="pages">
      {!isFirst && (
        <Button small onClick={() => onGo(undefined)}>
          {first}
        </Button>
      )}
      {next !== undefined && (
        <Button small onClick={() => onGo(next)}>
          {more}
        </Button>
      )}
    </div>
  );
}
