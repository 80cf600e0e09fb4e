-- {"at":1795896067082,"subscribe":"SUBSCRIBE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bKcallcxmx0u5dyySUBSCRIBE4\r\nMax-Forwards: 69\r\nRoute: <sip:Dz-6kB3ZvG_s7gqNZ48iKN7JJkEScnVueNib-Xv8S5FzZuvnwtIhgq7c4zCoX2Ttnr08uG0xqYtmFRCAcIqr12kTQhKd7n1SQuJXRgti0FgfvvM0fMFYXJfUSA@example.com;transport=ws;lr>\r\nFrom: <sip:alice@example.com>;tag=3dd817c504\r\nTo: <sip:bob@example.com>;tag=7fe9c3bce6be7a1b25cdcedd\r\nCall-ID: callcxmx0u5dyy\r\nCSeq: 4 SUBSCRIBE\r\nContact: <sip:alice@c160f8cc.invalid;transport=ws>\r\nEvent: presence\r\nExpires: 600\r\nContent-Length: 0\r\n\r\n","entityTag":"672a7e748f47ead71014f729"}
-- AddressOfRecord alice@example.com
CREATE TABLE migration (step INTEGER PRIMARY KEY);
CREATE TABLE meta (name TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE device (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE dialog (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE subscription (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE publication (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE message ( sequence INTEGER PRIMARY KEY, key TEXT, device TEXT, direction TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL, octets INTEGER NOT NULL, taken INTEGER NOT NULL, owed INTEGER NOT NULL, frame NOT NULL);
INSERT INTO migration VALUES (1);
INSERT INTO meta VALUES ('tenancy', '{"kind":"account","account":{"aor":"alice@example.com","spelling":"alice@example.com","ha1s":{"user":{"SHA-512-256":"6cbf5906f64e0d9be4550a3fba7e57ffb476fe4bdf3c10098249aab97a562b28","SHA-256":"d0e781156a54672a47ec40698c8519baa4316d17a331c22189777fa174522577","MD5":"53ac0d0386e2675acc6ad095c14478ad"},"aor":{"SHA-512-256":"0599e186b8356bb0bc9ebba41608eadcdfd4206360bff4b207b4c899619475d3","SHA-256":"15dd8422022a3e16c04c2d0b16de941c1eddfebb57e8ab908d1f7f69472531db","MD5":"a454aaac4dc976bbbaeddbb43ba8acf9"}},"aliases":[],"enabled":true,"blocked":[],"createdAt":1795896067032}}');
INSERT INTO device VALUES ('<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>', '{"id":"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>","contact":"sip:alice@c160f8cc.invalid;transport=ws","state":"live","since":1795896067032,"inbox":{"cursor":0,"ahead":[],"tries":0},"carbons":false,"gruuCallId":"reg1xmx0u5dxu"}');
INSERT INTO dialog VALUES ('7d46d6ccc839188070418831', '{"id":"7d46d6ccc839188070418831","callId":"callcxmx0u5dyy","localTag":"3dd817c504","openedBy":"local","page":"sip:alice@c160f8cc.invalid;transport=ws","device":"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>","remoteAor":"bob@example.com","usages":[{"kind":"subscription","event":"presence"}],"state":"confirmed","formsUntil":1795896099066,"expiresAt":1795900267072,"remoteTag":"7fe9c3bce6be7a1b25cdcedd"}');
-- AddressOfRecord bob@example.com
CREATE TABLE migration (step INTEGER PRIMARY KEY);
CREATE TABLE meta (name TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE device (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE dialog (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE subscription (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE publication (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE message ( sequence INTEGER PRIMARY KEY, key TEXT, device TEXT, direction TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL, octets INTEGER NOT NULL, taken INTEGER NOT NULL, owed INTEGER NOT NULL, frame NOT NULL);
INSERT INTO migration VALUES (1);
INSERT INTO meta VALUES ('document', '{"text":"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@example.com\">\n  <tuple id=\"t1\"><status><basic>open</basic></status><note>here since then</note></tuple>\n</presence>","registration":{"reachable":true,"since":1795896067049},"version":1,"told":true}');
INSERT INTO meta VALUES ('tenancy', '{"kind":"account","account":{"aor":"bob@example.com","spelling":"bob@example.com","ha1s":{"user":{"SHA-512-256":"6660f93d88e8432549895d083956e85053232a7bd06bdf4fb527d5ae5a1759ae","SHA-256":"1e77b58f9dd85e55f334a1c585a9e981b71645ffaa31ae340d4d412ae9377837","MD5":"f7ccae368a99c047fb523f81a430558a"},"aor":{"SHA-512-256":"b4bb8c2c56224c9e091bf5f7c0e310906f68153874e77f96551f962fa508af79","SHA-256":"78ef4238415ac3058c08449fa4f41ded93fd0701594ba500bd2e9a01c1869dc0","MD5":"e67f6efcfc2a4cff8c64bd4c1b5cd767"}},"aliases":[],"enabled":true,"blocked":[],"createdAt":1795896067049}}');
INSERT INTO device VALUES ('<urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143>', '{"id":"<urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143>","contact":"sip:bob@4b9bb806.invalid;transport=ws","state":"grace","since":1795896067049,"graceUntil":1795896077078,"inbox":{"cursor":0,"ahead":[],"tries":0},"carbons":false,"gruuCallId":"reg4xmx0u5dyf"}');
INSERT INTO subscription VALUES ('a8e201ed1fbe834fe79d16ba', '{"id":"a8e201ed1fbe834fe79d16ba","event":"presence","eventParameters":[],"callId":"callcxmx0u5dyy","localTag":"7fe9c3bce6be7a1b25cdcedd","remoteTag":"3dd817c504","localUri":"sip:bob@example.com","remoteUri":"sip:alice@example.com","remoteTarget":"sip:alice@c160f8cc.invalid;transport=ws","routeSet":["<sip:Dz-6kB3ZvG_s7gqNZ48iKN7JJkEScnVueNib-Xv8S5FzZuvnwtIhgq7c4zCoX2Ttnr08uG0xqYtmFRCAcIqr12kTQhKd7n1SQuJXRgti0FgfvvM0fMFYXJfUSA@example.com;transport=ws;lr>"],"watcher":"alice@example.com","contentType":"application/pidf+xml","createdAt":1795896067069,"expiresAt":1795896667069,"state":"active","politelyBlocked":false,"counter":1,"remoteSequence":3,"owed":"nothing","failures":0}');
INSERT INTO publication VALUES ('672a7e748f47ead71014f729', '{"id":"672a7e748f47ead71014f729","entityTag":"672a7e748f47ead71014f729","event":"presence","contentType":"application/pidf+xml","body":"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@example.com\">\n  <tuple id=\"t1\"><status><basic>open</basic></status><note>here since then</note></tuple>\n</presence>","device":"<urn:uuid:6f85d4e3-e8aa-46aa-b768-bf39d5912143>","endsWithDevice":false,"createdAt":1795896067061,"publishedAt":1795896067061,"expiresAt":1795899667061}');
INSERT INTO message VALUES (1, 'z9hG4bK675a11752e2c5759b763e959 MESSAGE', NULL, 'received', 1795896067080, 1798488067080, 361, 0, 1, 'MESSAGE sip:bob@example.com SIP/2.0'||char(13,10)||'Via: SIP/2.0/WSS example.com;branch=z9hG4bK675a11752e2c5759b763e959'||char(13,10)||'Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bKfxmx0u5dzc'||char(13,10)||'Max-Forwards: 68'||char(13,10)||'From: <sip:carol@example.com>;tag=14191e0a9c'||char(13,10)||'To: <sip:bob@example.com>'||char(13,10)||'Call-ID: callexmx0u5dzc'||char(13,10)||'CSeq: 3 MESSAGE'||char(13,10)||'Content-Type: text/plain'||char(13,10)||'Content-Length: 11'||char(13,10)||''||char(13,10)||'stored then');
-- AddressOfRecord carol@example.com
CREATE TABLE migration (step INTEGER PRIMARY KEY);
CREATE TABLE meta (name TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE device (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE dialog (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE subscription (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE publication (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE message ( sequence INTEGER PRIMARY KEY, key TEXT, device TEXT, direction TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL, octets INTEGER NOT NULL, taken INTEGER NOT NULL, owed INTEGER NOT NULL, frame NOT NULL);
INSERT INTO migration VALUES (1);
INSERT INTO meta VALUES ('tenancy', '{"kind":"account","account":{"aor":"carol@example.com","spelling":"carol@example.com","ha1s":{"user":{"SHA-512-256":"67f7f23bc68832375fbf543f8f9c801852807b1c88628769f3d643dcb1aa5308","SHA-256":"b9b5d81b0d0d0e2b7d35215fcbf7f1368eea52d44e825c5b535b4d7d87bc938c","MD5":"3d8dc8a0ad6b820573c6400be93eaa2a"},"aor":{"SHA-512-256":"8a78931c00bfe531404c37b5a8aa17e5bf5d4df1ac1d1cc12c72e88c1b28b695","SHA-256":"1fffd72373a72f76bf2bb190f5cb4c3f7a899c695abc9145deda7b1601e996ae","MD5":"f0cd63cb4d8e98a311fc560a37e71df1"}},"aliases":[],"enabled":true,"blocked":[],"createdAt":1795896067057}}');
INSERT INTO device VALUES ('<urn:uuid:c3d5f2b4-2a7e-4d26-9a4f-1f0a6c1c9d0e>', '{"id":"<urn:uuid:c3d5f2b4-2a7e-4d26-9a4f-1f0a6c1c9d0e>","contact":"sip:carol@d4766e3f.invalid;transport=ws","state":"live","since":1795896067057,"inbox":{"cursor":0,"ahead":[],"tries":0},"carbons":false,"gruuCallId":"reg7xmx0u5dyo"}');
-- Realm example.com
CREATE TABLE migration (step INTEGER PRIMARY KEY);
CREATE TABLE account (aor TEXT PRIMARY KEY, created_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO migration VALUES (1);
INSERT INTO account VALUES ('alice@example.com', '2026-11-28T20:01:07.032Z');
INSERT INTO account VALUES ('bob@example.com', '2026-11-28T20:01:07.049Z');
INSERT INTO account VALUES ('carol@example.com', '2026-11-28T20:01:07.057Z');
