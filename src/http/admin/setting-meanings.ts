// What each setting means to an operator, as docs/settings.md says it: `GET /v1/settings` tells the same
// (test/http/documentation.test.ts compares the two).

export const settingMeanings: Readonly<Record<string, string>> = {
  REALMS:
    "The domains this deployment is home to. The first also keeps the deployment's secret when none is set.",
  ALLOWED_ORIGINS:
    "Origins of pages that may open a socket, and use the HTTP of users, beside the gateway's own, as `https://app.example.com`; `*` for any (a token in a cookie then counts only for the gateway's own pages and those listed by name). A client that sends no Origin is no browser and is let in. A page on a loopback address may always reach a gateway on one.",
  CLIENT_ADDRESS_HEADER:
    "Only behind a proxy of your own: the request header in which it states the client's IP address, as `x-real-ip` (of a list, the last). The proxy must overwrite what the client sent.",
  ADMIN_TOKEN:
    "Bearer token of the administration API, at least 16 characters. Without it the API is closed: 503.",
  DEPLOYMENT_SECRET:
    "At least 16 characters. The keys of nonces, route tokens and temporary GRUUs are derived from it. Changing it voids nonces (clients are challenged anew), the sessions of pages, the routes of open dialogs and temporary GRUUs.",
  TOKEN_SECRET: "Shared secret of bearer tokens (HS256, HS384, HS512), at least 16 characters.",
  TURN_SECRET:
    "The secret shared with your TURN server (coturn's `static-auth-secret`), at least 16 characters. Needs `TURN_URLS`.",
  TURN_CLOUDFLARE_TOKEN:
    "The API token of a TURN key of Cloudflare Realtime, in place of a server of your own. Goes with `TURN_CLOUDFLARE_KEY_ID`.",
  DEMO_PASSWORD:
    "Any name of a realm may log in with it and is created then. For `npm start` and `--demo` alone; `npm run deploy` refuses it.",
  DIGEST_ALGORITHMS:
    "Which are offered: always the strongest first and MD5 last. `SHA-512-256` may be added. JsSIP and SIP.js know MD5 alone, and take the last one. `npm run serve -- --demo` sets `MD5`: some clients and load generators read only the first.",
  SESSION_SECONDS:
    "How long a page stays logged in by its cookie, from its login or from when it was last renewed; at most 2592000. 0 for no sessions.",
  TOKEN_JWKS_URL:
    "Where the public keys of bearer tokens are published (a JWK Set). Needs `TOKEN_ISSUER` or `TOKEN_AUDIENCE`: the same keys sign for every other service of theirs.",
  TOKEN_JWKS: "The JWK Set itself, as JSON.",
  TOKEN_ISSUER: "What a token's `iss` must be.",
  TOKEN_AUDIENCE: "What a token's `aud` must hold.",
  TOKEN_AUTHORIZATION_SERVER:
    "Told to clients in the Bearer challenge (RFC 8898): where a token is to be had.",
  TOKEN_CREATES_ACCOUNTS: "A valid token makes the account it names.",
  DEMO_ACCOUNTS: "Users who can be written to before they have logged in. Only with `DEMO_PASSWORD`.",
  MIN_EXPIRES: "Seconds; a shorter registration is refused with 423.",
  MAX_EXPIRES: "Seconds; a longer one is granted this much.",
  SILENT_EXPIRES: "Seconds granted to a device that has not sent a keep-alive yet.",
  GRACE_SECONDS: "How long a binding outlives its socket: a reload is no absence.",
  FORGET_DEVICE_DAYS: "How long a device that is away is remembered.",
  MAX_DEVICES:
    "Devices of one account; the one away longest makes room; when all are live, the REGISTER of a new one is 403.",
  KEEP_HISTORY:
    "Messages stay in the log after they were delivered, both directions, and can be read over `/v1`, by their user too.",
  STORED_MESSAGES: "Messages kept for one user; of those that no device of his took, half from one sender.",
  STORED_OCTETS: "Octets kept for one user; the same.",
  STORED_DAYS: "How long a message waits, unless its own `Expires` is shorter.",
  MAX_SUBSCRIPTION_SECONDS: "The longest subscription granted.",
  MAX_SUBSCRIPTIONS: "Subscriptions to one user.",
  COALESCE_MS: "News of one user that follows other news within this time goes out with it.",
  WATCHERS:
    "What becomes of a watcher whom no rule of the user names: `allow`, `confirm` (he waits for the user's word) or `block`.",
  BLOCKED_WATCHERS:
    "What those see whom the account's `blocked` names: `refused` (403) or `deceived` (a user who is never there). A rule that says `block` is 403.",
  ANONYMOUS_WATCHERS:
    "`on` gives those whose From is anonymous (RFC 3323), where no rule of the user's matches them, the word of `WATCHERS`; else they are 403.",
  RING_SECONDS: "How long a call rings in all before it is given up (480, or the user's rule for no answer).",
  SERIAL_FORKING:
    "Devices of a lower `q` ring only after those of a higher one, 20 s each; else all ring at once.",
  ONE_DECLINE:
    "One device's 600 or 603 ends the call for all of the user's; with `counts-as-busy` the others ring on.",
  CALL_GRACE_SECONDS:
    "How long a page may be away from a call that is talked, before its home hangs up for it. A page that was reloaded has 5 s, in which its call can be claimed.",
  MAX_CALLS: "Calls of one user at once; more are refused. One caller lets a quarter of them ring.",
  CALL_LOG_ENTRIES: "Calls in a user's log; the oldest make room, once there are a sixteenth more.",
  CALL_LOG_DAYS: "How long they stay there.",
  FIGURES:
    "Homes tell their realm, in the background and at most once a minute, what they do: who is online, calls, counts by the minute. A call and three rows each time, about 3 USD for a million. `npm start` and `npm run serve` set it to `on`.",
  STUN_URLS: "STUN servers for the calls of browsers, as `stun:stun.example.com:3478` (RFC 7064).",
  TURN_URLS:
    "The URLs of your TURN server, as `turn:turn.example.com:3478?transport=udp,turns:turn.example.com:443?transport=tcp` (RFC 7065).",
  TURN_CLOUDFLARE_KEY_ID: "The id of a TURN key of Cloudflare Realtime: its URLs then come from there.",
  TURN_TTL_SECONDS:
    "How long the credentials of one `GET /v1/turn-credentials` are good, up to 48 hours. Longer than a call: a relay may drop one whose credentials have ended.",
  MAX_FRAME: "Octets of one WebSocket message; more is answered 513.",
  MAX_BODY: "Octets of one SIP body; more is answered 413.",
  REQUEST_RATE: "Requests a second on one socket; 100000 with `serve --demo`, for load generators.",
  REQUEST_BURST:
    "Requests that may come at once. Whatever is sent counts, save keep-alives; a socket that sends as many again in excess is closed (1008).",
  MAX_OPEN_REQUESTS:
    "Requests of one user that wait for an answer, those to and those from him each. Beyond, a MESSAGE to him goes to the log at once; anything else is answered 503.",
  MAX_OPEN_OCTETS: "Octets of these.",
  MAX_STRANGERS:
    "Sockets of one user that have not logged in; the oldest of the network that has the most makes room. A login takes two round trips, and gets through while fewer strangers come in one of them.",
  MAX_STRANGERS_PER_ADDRESS: "The same, from one IP address (IPv6: from one /64).",
  STRANGER_SECONDS:
    "How long such a socket may stay. On a bare URL also the time for its first message. There, eight times both numbers wait in one isolate.",
  MAX_UNREAD_OCTETS:
    "Octets that wait for one client to read them. A client that stops reading is closed (1008) when more would; one that has not logged in, when more than `MAX_FRAME` would.",
  STRANGER_BURST:
    "Messages that such a socket may send at once, and a tenth as many a second after that; more are 503, and twice as many close it (1008).",
  GUESSES_PER_ADDRESS:
    "Wrong passwords from one IP address (IPv6: from one /64), over all accounts of a realm, before a login by password from there waits (503, 429), and as many an hour after that. A right one from where a device of the account is, or was last, never waits; nor does a token or a session.",
  NEWCOMERS_PER_ADDRESS:
    "Openings of sockets without a token, and logins by password or session over HTTP, from one IP address (IPv6: from one /64) at once, over all users, and a hundredth as many a second after that; more are 503 (429 over HTTP). Counted in one isolate; what succeeds over HTTP does not count. Each wakes an object, whoever it names.",
  ADMIN_TRIES:
    "Wrong admin tokens from one IP address before it has to wait (429), and as many an hour after that. Without an address, see below, nobody waits.",
  UNKNOWN_NAMES_BURST:
    "Requests of one user at once to names that nobody has (404), and a hundredth as many a second after that; while there were more, what he sends outside of dialogs is 503. Each wakes an object for nothing.",
  LIST_ENTRIES_BURST:
    "Entries of lists (RFC 4662) that one user may subscribe to at once, or add to a list he is subscribed to, and a hundredth as many a second after that; a SUBSCRIBE that would be more is 503, and an edit ends the subscription. Each entry is a subscription of its own, two calls between objects.",
  MAX_SOCKETS:
    "Sockets of one user that have logged in. One without a registration makes room; where all have one, the newest is refused.",
  RECORD_FAILED_CALLS:
    "Each home keeps the messages of calls that fail, and of refused logins, for the operator's ladder; without bodies. Off by default: it keeps who called whom, which is the operator's to decide, and a failed call is two rows more at each home (about 2 USD for a million). A good call writes nothing. `npm start` and `npm run serve -- --demo` set it to `on`.",
  RECORDED_MESSAGES:
    "Messages and events that one home keeps, whatever they were recorded for; the oldest make room.",
  RECORDED_OCTETS: "Octets that one home keeps.",
  RECORDED_HOURS: "How long a record is kept.",
};
