// Does a receipt lead to the head it names, and who signed that? Written apart from Nida, with nothing but Node.js 18 or later:
// node verify-receipt.mjs receipt-open-justice.json [KEY THE ORGANISATION PUBLISHES]
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const [file, trusted] = process.argv.slice(2);
const { salt, tag, hour, entry, path, head } = JSON.parse(readFileSync(file, "utf8"));
const bytes = (hex) => Buffer.from(hex, "hex");
const hash = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const fail = (why) => { console.error(why); process.exit(1); };

// What was signed: salt, petition, tag and hour, hashed; the log holds that behind a zero byte, which says "signed".
const commitment = hash(bytes(salt), Buffer.from(head.petition), bytes(tag), Buffer.from(hour));
let reached = hash(Buffer.from([0, 0]), commitment);

// From the entry up to the root of the tree (RFC 9162, 2.1.3.2).
let at = entry, last = head.size - 1;
if (!(at >= 0 && at <= last)) fail("The entry is not under this head.");
for (const beside of path.map(bytes)) {
  if (last === 0) fail("The path is too long.");
  if (at % 2 === 1 || at === last) {
    reached = hash(Buffer.from([1]), beside, reached);
    while (at !== 0 && at % 2 === 0) { at = at / 2; last = Math.floor(last / 2); }
  } else {
    reached = hash(Buffer.from([1]), reached, beside);
  }
  at = Math.floor(at / 2); last = Math.floor(last / 2);
}
if (last !== 0 || reached.toString("hex") !== head.root) fail("The receipt does not lead to the root of its head.");

// The head is signed with Ed25519; the bytes before the key are how DER says so.
const key = createPublicKey({ key: Buffer.concat([bytes("302a300506032b6570032100"), bytes(head.key)]), format: "der", type: "spki" });
const said = ["nida petition head 1", head.petition, head.size, head.counted, head.at, head.root, ""].join("\n");
if (!verify(null, Buffer.from(said), key, bytes(head.signature))) fail("The head's signature is not right.");
if (trusted && trusted !== head.key) fail("The head is signed with another key.");
console.log(`Entry ${entry} of ${head.size} of ${head.petition}, ${head.counted} counted, signed by ${head.key}.`);
