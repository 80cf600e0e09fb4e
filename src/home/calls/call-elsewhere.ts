// A call that its user's rules, or his group, sent on to another home, and that was taken there. This home is not in its
// way; it is told of the end by who took it (decision 0017).

import { after, type EpochMs } from "../../base/brand";
import { isAnswered, type ResponseContext } from "../../proxy/response-context-state";
import type { Call } from "./call";
import { callDialogSettings } from "./call-dialogs";

/** The branches to other homes on which it was taken. */
export const takenElsewhere = ({ branches }: ResponseContext): readonly number[] =>
  branches.flatMap(({ destination, outcome }, index) =>
    destination.kind === "elsewhere" && outcome !== undefined && outcome.status < 300 ? [index] : [],
  );

/** Whether somebody still talks to whom it was sent on to, as far as this home was told. */
export function isTalkedElsewhere(call: Call, now: EpochMs): boolean {
  const until = endsElsewhereBy(call);
  return until !== undefined && until > now;
}

/** When it is taken for over though nobody has said so, as a dialog without a sign of life is. */
export function endsElsewhereBy(call: Call): EpochMs | undefined {
  const { record } = call;
  if (call.side === "caller" || record?.answeredAt === undefined || !isAnswered(call.context))
    return undefined;
  const { endedOn = [] } = call;
  const goesOn = takenElsewhere(call.context).some((index) => !endedOn.includes(index));
  return goesOn ? after(record.answeredAt, callDialogSettings.staleAfter) : undefined;
}
