// A digit by INFO, for a side that takes no RFC 4733 events: application/dtmf-relay, which gateways understand.

interface DigitBody {
  readonly contentDisposition: string;
  readonly contentType: string;
  readonly content: string;
}

export const digitInfo = (digit: string): DigitBody => ({
  contentDisposition: "render",
  contentType: "application/dtmf-relay",
  content: `Signal=${digit}\r\nDuration=160\r\n`,
});
