// A SIP message with its header names set off and what the recorder left out marked. Text only: whatever markup a
// message carries stays what it is.

import { Fragment } from "react";
import { messageParts } from "./message-parts";

/** What the recorder writes in place of a secret or a body. */
const leftOut = /(<redacted>|\[\d{1,9} octets[^\][]{0,160}, not recorded\])/;

export function MessageText({ text }: { readonly text: string }) {
  const { start, headers, body } = messageParts(text);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className="message-text" tabIndex={0} aria-label="The message">
      <pre>
        <span className="message-start">{start}</span>
        {"\n"}
        {headers.map(({ name, value }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one message do not change places
          <Fragment key={at}>
            {name !== "" && <span className="header-name">{name}</span>}
            <Marked text={value} />
            {"\n"}
          </Fragment>
        ))}
        {body !== "" && (
          <>
            {"\n"}
            <Marked text={body} />
          </>
        )}
      </pre>
    </section>
  );
}

const Marked = ({ text }: { readonly text: string }) =>
  text.split(leftOut).map((part, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text do not change places
    if (at % 2 === 1) return <mark key={at}>{part}</mark>;
    return part;
  });
