// A link to this ladder alone, for as long as is chosen. Its token stands in the fragment, which no browser sends to a
// server: it is in no log.

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { wordsOfThrow } from "../api/problem";
import { Button } from "../design/button";
import { Dialog } from "../design/dialog";
import { Field, Select } from "../design/field";
import { Notice } from "../design/notice";
import { fullTime } from "../format";
import type { SharedLink } from "./contract";
import "./share-dialog.css";

const lifetimes = [
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "1 day" },
  { value: "604800", label: "1 week" },
];

export interface ShareProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly share: (seconds: number) => Promise<SharedLink>;
}

export function ShareDialog({ open, onClose, share }: ShareProps) {
  const [seconds, setSeconds] = useState("86400");
  const [link, setLink] = useState<SharedLink>();
  const [problem, setProblem] = useState<string>();
  const make = async () => {
    setProblem(undefined);
    await share(Number(seconds)).then(setLink, (thrown) => setProblem(wordsOfThrow(thrown)));
  };
  const close = () => {
    setLink(undefined);
    setProblem(undefined);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Share this ladder"
      description="Whoever has the link sees this call and its messages, nothing else, and needs no admin token. To end it sooner, delete what was recorded."
      actions={
        link ? (
          <Button onClick={close}>Done</Button>
        ) : (
          <Button kind="primary" onClick={make}>
            Make the link
          </Button>
        )
      }
    >
      {link ? (
        <MadeLink link={link} />
      ) : (
        <Select label="The link works for" value={seconds} onValue={setSeconds} options={lifetimes} />
      )}
      {problem !== undefined && (
        <Notice tone="danger" role="alert">
          {problem}
        </Notice>
      )}
    </Dialog>
  );
}

function MadeLink({ link }: { readonly link: SharedLink }) {
  const [copied, setCopied] = useState(false);
  const url = new URL(link.url, location.origin).href;
  const copy = () =>
    navigator.clipboard?.writeText(url).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <>
      <div className="made-link">
        <Field
          label="Link"
          value={url}
          onValue={() => {}}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          kind="primary"
          icon={copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
          onClick={copy}
        >
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
      <p className="share-until" role="status">
        It works until {fullTime(link.expiresAt)}.
      </p>
    </>
  );
}
