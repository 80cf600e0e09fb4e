// The messages of the measurement: what stock clients send, and a response as it comes back through proxies.

const lines = (...list: readonly string[]): string => list.join("\r\n");

const message = (head: readonly string[], body: string): string =>
  `${lines(...head, `Content-Length: ${body.length}`)}\r\n\r\n${body}`;

const sdpLines = Array.from(
  { length: 20 },
  (_, index) =>
    `a=candidate:${index} 1 udp 2113937151 192.0.2.${index + 1} 5${index + 1000} typ host generation 0`,
);
const sdp = `${lines("v=0", "o=- 4611731 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", ...sdpLines)}\r\n`;

const via = (index: number): string => `Via: SIP/2.0/WSS h${index}.example.com;branch=z9hG4bK29437${index}`;

export const messages: Readonly<Record<string, string>> = {
  "MESSAGE 650 B": message(
    [
      "MESSAGE sip:bob@example.com SIP/2.0",
      "Via: SIP/2.0/WSS 4l2m9s0qk2u1.invalid;branch=z9hG4bK2943720",
      "Max-Forwards: 69",
      "To: <sip:bob@example.com>",
      'From: "Alice" <sip:alice@example.com>;tag=8ic0m2ms1j',
      "Call-ID: 3ri5ek9ql9f8r3j6v3l2",
      "CSeq: 4512 MESSAGE",
      "Content-Type: text/plain",
      "Supported: outbound",
      "User-Agent: JsSIP 3.13.8",
    ],
    "Hello Bob, ".repeat(26),
  ),
  "INVITE, SDP 2 kB": message(
    [
      "INVITE sip:bob@example.com SIP/2.0",
      "Via: SIP/2.0/WSS 4l2m9s0qk2u1.invalid;branch=z9hG4bK5530321",
      "Max-Forwards: 69",
      "To: <sip:bob@example.com>",
      'From: "Alice" <sip:alice@example.com>;tag=8ic0m2ms1j',
      "Call-ID: 9q2k1p7jd8f0s6a5g4h3",
      "CSeq: 2071 INVITE",
      "Contact: <sip:o8v2jcc1@4l2m9s0qk2u1.invalid;transport=ws;ob>",
      "Content-Type: application/sdp",
      "Session-Expires: 90",
      "Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE",
      "Supported: timer,ice,replaces,outbound",
      "User-Agent: JsSIP 3.13.8",
    ],
    sdp,
  ),
  REGISTER: message(
    [
      "REGISTER sip:example.com SIP/2.0",
      "Via: SIP/2.0/WSS 4l2m9s0qk2u1.invalid;branch=z9hG4bK1186254",
      "Max-Forwards: 69",
      "To: <sip:alice@example.com>",
      'From: "Alice" <sip:alice@example.com>;tag=ca6ffmj1ok',
      "Call-ID: hlp1a5k8a2n1dp6o7fj2s0",
      "CSeq: 83 REGISTER",
      'Contact: <sip:o8v2jcc1@4l2m9s0qk2u1.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance="<urn:uuid:8f1d2c3b-1d2e-4f3a-9b8c-7d6e5f4a3b2c>";expires=600',
      "Expires: 600",
      "Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE",
      "Supported: path,gruu,outbound",
      "User-Agent: JsSIP 3.13.8",
    ],
    "",
  ),
  "200, 8 Vias": message(
    [
      "SIP/2.0 200 OK",
      ...Array.from({ length: 8 }, (_, index) => via(index)),
      "To: <sip:bob@example.com>;tag=9fxced76sl",
      'From: "Alice" <sip:alice@example.com>;tag=8ic0m2ms1j',
      "Call-ID: 3ri5ek9ql9f8r3j6v3l2",
      "CSeq: 2071 INVITE",
      "Contact: <sip:k2jd81ma@c0pq1ls9d2ka.invalid;transport=ws>",
      "Supported: timer,ice,replaces,outbound",
    ],
    "",
  ),
};
