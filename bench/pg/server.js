// What one would write in an afternoon: Segment batches over HTTP into a PostgreSQL table, each event once.
//
//     node server.js PORT DATABASE_URL insert|group
//
// insert: a statement a request. group: requests that come while a connection is busy go with its next
// statement, as Pond's do. Either way a request is answered when its events are committed.
'use strict';
const http = require('http');
const zlib = require('zlib');
const { Pool } = require('pg');

const [port, url, mode] = process.argv.slice(2);
const BUSY = 2; // statements at once in mode group
const ROWS = 20000; // of one statement
const pool = new Pool({ connectionString: url, max: mode === 'group' ? BUSY : 8 });
const COLUMNS = 10;
const SQL =
  'insert into event select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], ' +
  '$6::text[], $7::text[], $8::text[], $9::bigint[], $10::jsonb[]) on conflict do nothing';

function addRows(columns, events) {
  for (const e of events) {
    const p = e.properties || e.traits || {};
    const row = [e.messageId, e.timestamp, e.event || e.type, e.userId, e.anonymousId, p.product_id, p.category,
      p.order_id, p.total === undefined ? undefined : Math.round(p.total * 100), JSON.stringify(p)];
    for (let i = 0; i < COLUMNS; i++) columns[i].push(row[i] === undefined ? null : row[i]);
  }
}

async function store(batches) {
  const columns = Array.from({ length: COLUMNS }, () => []);
  for (const events of batches) addRows(columns, events);
  await pool.query({ name: 'add', text: SQL, values: columns });
}

const waiting = [];
let running = 0;
async function drain() {
  if (running >= BUSY || !waiting.length) return;
  running++;
  const group = [];
  for (let rows = 0; waiting.length && rows < ROWS;) {
    const one = waiting.shift();
    rows += one.events.length;
    group.push(one);
  }
  try {
    await store(group.map((g) => g.events));
    for (const g of group) g.done();
  } catch (e) {
    for (const g of group) g.done(e);
  }
  running--;
  drain();
}

function take(events, done) {
  if (mode === 'group') {
    waiting.push({ events, done });
    drain();
  } else {
    store([events]).then(() => done(), done);
  }
}

function answer(res, status, body) {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}

http.createServer((req, res) => {
  const parts = [];
  req.on('data', (d) => parts.push(d));
  req.on('end', () => {
    let events;
    try {
      let body = Buffer.concat(parts);
      if (req.headers['content-encoding'] === 'gzip') body = zlib.gunzipSync(body);
      const parsed = JSON.parse(body);
      events = parsed.batch || [parsed];
    } catch (e) {
      answer(res, 400, '{"error":"no JSON"}');
      return;
    }
    take(events, (e) => {
      if (e) console.error(e.message);
      answer(res, e ? 500 : 200, e ? '{"error":"try again"}' : '{"success":true}');
    });
  });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
