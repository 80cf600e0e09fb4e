// The lines for a client of one's own, with a button that copies them.

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design/button";
import { bareSocketUrl, type ClientSample, clientSamples } from "./client-samples";
import "./own-client.css";

export function OwnClient({ aor }: { readonly aor: string }) {
  return (
    <section className="own-client" aria-labelledby="own-client-title">
      <h2 id="own-client-title">Point your own client here</h2>
      <p>
        Any SIP client that speaks WebSocket works. The URL may name the user, which leads the socket straight
        to that user’s own object; the bare <code>{bareSocketUrl(location.origin)}</code> works as well.
      </p>
      <div className="own-client-samples">
        {clientSamples(aor, location.origin).map((sample) => (
          <Sample key={sample.library} {...sample} />
        ))}
      </div>
    </section>
  );
}

function Sample({ library, text }: ClientSample) {
  const [copied, setCopied] = useState<boolean>();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <figure className="sample">
      <figcaption>
        {library}
        <Button
          kind="quiet"
          small
          aria-label={`Copy the lines for ${library}`}
          icon={copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
          onClick={() => void copy()}
        >
          {copied === undefined ? "Copy" : copied ? "Copied" : "Not allowed"}
        </Button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
