// Somebody wrote who is not in the list: the user may take him in.

import { UserPlus } from "lucide-react";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { useLine, useNames } from "../line-context";
import { useObservable } from "../use-observable";

export function StrangerNotice({ peer }: { readonly peer: string }) {
  const line = useLine();
  const name = useNames()(peer);
  const people = useObservable(line.roster.people);
  if (people.some(({ address }) => address === peer)) return null;
  return (
    <div className="conversation-notice">
      <Notice
        action={
          <Button small icon={<UserPlus aria-hidden="true" />} onClick={() => line.roster.add(peer)}>
            Add to your list
          </Button>
        }
      >
        You see {name} come and go once they are in your list.
      </Notice>
    </div>
  );
}
