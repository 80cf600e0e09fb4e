// Parsers that come without types: no more of them than the measurement calls.

declare module "jssip/lib/Parser" {
  const parser: { parseMessage(data: string, ua: undefined): object | undefined };
  export = parser;
}

declare module "sip" {
  interface Message {
    uri?: string;
    readonly status?: number;
    readonly headers: { readonly via: unknown[]; "max-forwards"?: unknown };
  }
  const sip: { parse(text: string): Message; stringify(message: Message): string };
  export = sip;
}
