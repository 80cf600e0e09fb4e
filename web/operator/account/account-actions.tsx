// What an operator does to an account. Disabling can be undone and is done at once; a new password and deletion ask.

import { Ban, Check, Ellipsis, KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { wordsOfThrow } from "../../api/problem";
import { Button, IconButton } from "../../design/button";
import { Menu } from "../../design/menu";
import { toast } from "../../design/toast";
import type { Account } from "../contract";
import { useApi } from "../operator-context";
import { DeleteDialog } from "./delete-dialog";
import { PasswordDialog } from "./password-dialog";

export interface ActionsProps {
  readonly account: Account;
  readonly onChange: (account: Account) => void;
}

export function AccountActions({ account, onChange }: ActionsProps) {
  const api = useApi();
  const [asking, setAsking] = useState<"password" | "delete">();
  const close = () => setAsking(undefined);
  const { aor, enabled } = account;
  const toggle = () =>
    api.changeAccount(aor, { enabled: !enabled }).then(
      (changed) => {
        onChange(changed);
        toast({ title: changed.enabled ? `${aor} may sign in again` : `${aor} can no longer sign in` });
      },
      (thrown) =>
        toast({ title: "The account is as it was", description: wordsOfThrow(thrown), tone: "danger" }),
    );
  const Icon = enabled ? Ban : Check;
  return (
    <>
      <Button icon={<Icon aria-hidden="true" />} onClick={toggle}>
        {enabled ? "Disable" : "Enable"}
      </Button>
      <Menu
        trigger={<IconButton kind="secondary" label="More to do" icon={<Ellipsis aria-hidden="true" />} />}
        groups={[
          [
            {
              label: "Reset the password",
              icon: <KeyRound aria-hidden="true" />,
              onSelect: () => setAsking("password"),
            },
          ],
          [
            {
              label: "Delete the account",
              icon: <Trash2 aria-hidden="true" />,
              danger: true,
              onSelect: () => setAsking("delete"),
            },
          ],
        ]}
      />
      <PasswordDialog open={asking === "password"} aor={aor} onClose={close} onChange={onChange} />
      <DeleteDialog open={asking === "delete"} aor={aor} onClose={close} />
    </>
  );
}
